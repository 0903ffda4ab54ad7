// Products by Kokkos Kernels, for GPUs of other makers than NVIDIA: it calls their BLAS where it was built with it, and
// has kernels of its own where not. Systems of equations are solved by the host's LAPACK. Nobody has run it yet.
#include "tarn/core/space.hpp"

#if defined(TARN_GPU) && !defined(KOKKOS_ENABLE_CUDA)

#include <KokkosBlas2_gemv.hpp>
#include <KokkosBlas3_gemm.hpp>

#include "tarn/core/error.hpp"
#include "tarn/ops/linalg/host_lapack.hpp"
#include "tarn/ops/linalg/vendor_blas.hpp"

namespace tarn::ops::detail {

namespace {

template <class T>
using Matrix = Kokkos::View<T**, Kokkos::LayoutStride, Space, Kokkos::MemoryTraits<Kokkos::Unmanaged>>;
template <class T>
using Vector = Kokkos::View<T*, Kokkos::LayoutStride, Space, Kokkos::MemoryTraits<Kokkos::Unmanaged>>;

/// Matrix `number` of a batch as a View of rows x columns, before its transform.
template <class T>
Matrix<T> view_of(const BlasMatrix<T>& matrix, std::int64_t number, std::int64_t rows, std::int64_t columns) {
  if (matrix.transform != Transform::none) std::swap(rows, columns);
  return Matrix<T>(matrix.data + number * matrix.batch_stride,
                   Kokkos::LayoutStride(static_cast<std::size_t>(rows), 1, static_cast<std::size_t>(columns),
                                        static_cast<std::size_t>(matrix.leading)));
}

/// BLAS names the first element in memory; where the stride is negative that is the last one of the vector.
template <class T>
Vector<T> view_of(T* data, std::int64_t size, std::int64_t stride) {
  require(stride >= 0, "matvec: this build takes no vectors that run backwards");
  return Vector<T>(data, Kokkos::LayoutStride(static_cast<std::size_t>(size), static_cast<std::size_t>(stride)));
}

/// Packed numbers of the device, copied to the host; write() copies them back.
template <class T>
class OnHost {
 public:
  OnHost(const Space& space, T* data, std::int64_t size)
      : device_(data, static_cast<std::size_t>(size)), host_(Kokkos::create_mirror_view(device_)), space_(space) {
    Kokkos::deep_copy(space, host_, device_);
    space.fence();
  }
  T* data() const { return host_.data(); }
  void write() const {
    Kokkos::deep_copy(space_, device_, host_);
    space_.fence();
  }

 private:
  using Device = Kokkos::View<T*, Space, Kokkos::MemoryTraits<Kokkos::Unmanaged>>;
  Device device_;
  typename Kokkos::View<T*, Space>::HostMirror host_;
  Space space_;
};

}  // namespace

template <class T>
void gemm(const Space& space, const GemmCall<T>& call) {
  for (std::int64_t number = 0; number < call.batch; ++number) {
    KokkosBlas::gemm(space, letter_of(call.a.transform), letter_of(call.b.transform), call.alpha,
                     view_of(call.a, number, call.m, call.k), view_of(call.b, number, call.k, call.n), call.beta,
                     view_of(call.c, number, call.m, call.n));
  }
}

template <class T>
void gemv(const Space& space, const GemvCall<T>& call) {
  const bool straight = call.a.transform == Transform::none;
  BlasMatrix<const T> a = call.a;
  a.transform = Transform::none;  // m x n are those before the transform
  KokkosBlas::gemv(space, letter_of(call.a.transform), call.alpha, view_of(a, 0, call.m, call.n),
                   view_of(call.x, straight ? call.n : call.m, call.x_stride), call.beta,
                   view_of(call.y, straight ? call.m : call.n, call.y_stride));
}

template <class T>
ZeroPivot lu_solve(const Space& space, std::int64_t n, std::int64_t columns, std::int64_t batch, T* a, T* b) {
  const OnHost<T> matrices(space, a, n * n * batch), right_sides(space, b, n * columns * batch);
  const ZeroPivot found = lu_solve_on_host<T>(n, columns, batch, matrices.data(), right_sides.data());
  if (!found) {
    matrices.write();
    right_sides.write();
  }
  return found;
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
