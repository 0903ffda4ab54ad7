// The BLAS and LAPACK of the host, by their Fortran names: those every implementation has.
#include "tarn/core/space.hpp"

#if !defined(TARN_GPU)

#include <algorithm>

#include <KokkosBatched_Gemm_Decl.hpp>
#include <KokkosBatched_Gemm_Serial_Impl.hpp>

#include "tarn/ops/linalg/host_lapack.hpp"
#include "tarn/ops/linalg/vendor_blas.hpp"

#define TARN_DECLARE(letter, T)                                                                                    \
  void letter##gemm_(const char*, const char*, const int*, const int*, const int*, const T*, const T*, const int*, \
                     const T*, const int*, const T*, T*, const int*);                                              \
  void letter##gemv_(const char*, const int*, const int*, const T*, const T*, const int*, const T*, const int*,    \
                     const T*, T*, const int*)

extern "C" {
TARN_DECLARE(s, float);
TARN_DECLARE(d, double);
TARN_DECLARE(c, Kokkos::complex<float>);
TARN_DECLARE(z, Kokkos::complex<double>);

#define TARN_DECLARE_SYRK(letter, T)                                                                                 \
  void letter##syrk_(const char*, const char*, const int*, const int*, const T*, const T*, const int*, const T*, T*, \
                     const int*)
TARN_DECLARE_SYRK(s, float);
TARN_DECLARE_SYRK(d, double);
#undef TARN_DECLARE_SYRK
}
#undef TARN_DECLARE

namespace tarn::ops::detail {

namespace {

#define TARN_OVERLOAD(letter, T) \
  constexpr auto gemm_of(T) {    \
    return letter##gemm_;        \
  }                              \
  constexpr auto gemv_of(T) {    \
    return letter##gemv_;        \
  }
TARN_OVERLOAD(s, float)
TARN_OVERLOAD(d, double)
TARN_OVERLOAD(c, Kokkos::complex<float>)
TARN_OVERLOAD(z, Kokkos::complex<double>)
#undef TARN_OVERLOAD

constexpr auto syrk_of(float) {
  return ssyrk_;
}
constexpr auto syrk_of(double) {
  return dsyrk_;
}

/// Copies the triangle below the diagonal to above it, in tiles that both fit into the first cache.
template <class T>
void mirror(T* c, std::int64_t n, std::int64_t leading) {
  constexpr std::int64_t tile = 32;
  for (std::int64_t left = 0; left < n; left += tile) {
    for (std::int64_t top = left; top < n; top += tile) {
      for (std::int64_t column = left; column < std::min(n, left + tile); ++column) {
        for (std::int64_t row = std::max(top, column + 1); row < std::min(n, top + tile); ++row)
          c[row * leading + column] = c[column * leading + row];
      }
    }
  }
}

/// A product of Kokkos Kernels for each matrix of a batch.
template <class T>
struct SmallProduct {
  template <class Element>
  using View = Kokkos::View<Element**, Kokkos::LayoutStride, Kokkos::HostSpace, Kokkos::MemoryUnmanaged>;
  using Product = KokkosBatched::SerialGemm<KokkosBatched::Trans::NoTranspose, KokkosBatched::Trans::NoTranspose,
                                            KokkosBatched::Algo::Gemm::Unblocked>;
  GemmCall<T> call;

  template <class Element>
  View<Element> of_batch(const BlasMatrix<Element>& m, std::int64_t n, std::int64_t rows, std::int64_t columns) const {
    const auto leading = static_cast<std::size_t>(m.leading);
    const bool turned = m.transform == Transform::transpose;
    const Kokkos::LayoutStride layout(static_cast<std::size_t>(rows), turned ? leading : 1,
                                      static_cast<std::size_t>(columns), turned ? 1 : leading);
    return View<Element>(m.data + n * m.batch_stride, layout);
  }
  void operator()(const std::int64_t n) const {
    Product::invoke(call.alpha, of_batch(call.a, n, call.m, call.k), of_batch(call.b, n, call.k, call.n), call.beta,
                    of_batch(call.c, n, call.m, call.n));
  }
};

/// Many small products: a call of the BLAS costs more than each of them.
/// @return whether these were such
template <class T>
bool multiply_small(const Space& space, const GemmCall<T>& call) {
  constexpr std::int64_t most = 4;  // rows and columns; from 5 on the BLAS is as fast
  if (call.batch < 2 || std::max({call.m, call.n, call.k}) > most || call.a.transform == Transform::adjoint ||
      call.b.transform == Transform::adjoint) {
    return false;
  }
  using Batch = Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>;
  Kokkos::parallel_for("tarn::ops::small_products", Batch(space, 0, call.batch), SmallProduct<T>{call});
  return true;
}

}  // namespace

template <class T>
void gemm(const Space& space, const GemmCall<T>& call) {
  if (multiply_small<T>(space, call)) return;
  space.fence();  // BLAS runs on the calling thread, now
  const int m = static_cast<int>(call.m), n = static_cast<int>(call.n), k = static_cast<int>(call.k);
  const int lda = static_cast<int>(call.a.leading), ldb = static_cast<int>(call.b.leading),
            ldc = static_cast<int>(call.c.leading);
  for (std::int64_t matrix = 0; matrix < call.batch; ++matrix) {
    gemm_of(T{})(letter_of(call.a.transform), letter_of(call.b.transform), &m, &n, &k, &call.alpha,
                 call.a.data + matrix * call.a.batch_stride, &lda, call.b.data + matrix * call.b.batch_stride, &ldb,
                 &call.beta, call.c.data + matrix * call.c.batch_stride, &ldc);
  }
}

template <class T>
void syrk(const Space& space, const SyrkCall<T>& call) {
  space.fence();
  const int n = static_cast<int>(call.n), k = static_cast<int>(call.k);
  const int lda = static_cast<int>(call.a.leading), ldc = static_cast<int>(call.c.leading);
  const T nothing = 0;
  for (std::int64_t matrix = 0; matrix < call.batch; ++matrix) {
    T* const c = call.c.data + matrix * call.c.batch_stride;
    syrk_of(T{})("L", letter_of(call.a.transform), &n, &k, &call.alpha, call.a.data + matrix * call.a.batch_stride,
                 &lda, &nothing, c, &ldc);
    mirror(c, call.n, call.c.leading);
  }
}
template void syrk<float>(const Space&, const SyrkCall<float>&);
template void syrk<double>(const Space&, const SyrkCall<double>&);

template <class T>
void gemv(const Space& space, const GemvCall<T>& call) {
  space.fence();
  const int m = static_cast<int>(call.m), n = static_cast<int>(call.n), lda = static_cast<int>(call.a.leading);
  const int x_stride = static_cast<int>(call.x_stride), y_stride = static_cast<int>(call.y_stride);
  gemv_of(T{})(letter_of(call.a.transform), &m, &n, &call.alpha, call.a.data, &lda, call.x, &x_stride, &call.beta,
               call.y, &y_stride);
}

template <class T>
ZeroPivot lu_solve(const Space& space, std::int64_t n, std::int64_t columns, std::int64_t batch, T* a, T* b) {
  space.fence();
  return lu_solve_on_host<T>(n, columns, batch, a, b);
}

#define TARN_INSTANTIATE(T)                                \
  template void gemm<T>(const Space&, const GemmCall<T>&); \
  template void gemv<T>(const Space&, const GemvCall<T>&); \
  template ZeroPivot lu_solve<T>(const Space&, std::int64_t, std::int64_t, std::int64_t, T*, T*)
TARN_INSTANTIATE(float);
TARN_INSTANTIATE(double);
TARN_INSTANTIATE(Kokkos::complex<float>);
TARN_INSTANTIATE(Kokkos::complex<double>);
#undef TARN_INSTANTIATE

}  // namespace tarn::ops::detail

#endif
