// cuBLAS by the handle that Kokkos Kernels keeps, and cuSOLVER.
#include <Kokkos_Core.hpp>

#if defined(KOKKOS_ENABLE_CUDA)

#include <cusolverDn.h>

#include <cublas_v2.h>
#include <mutex>

// clang-format off
#include <KokkosKernels_config.h>  // says what the next one declares
#include <KokkosBlas_tpl_spec.hpp>
// clang-format on
#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/linalg/vendor_blas.hpp"

namespace tarn::ops::detail {

namespace {

template <class T>
struct Vendor {
  using type = T;
};
template <>
struct Vendor<Kokkos::complex<float>> {
  using type = cuComplex;
};
template <>
struct Vendor<Kokkos::complex<double>> {
  using type = cuDoubleComplex;
};

template <class T>
auto* vendor(T* pointer) {
  using Type = typename Vendor<std::remove_const_t<T>>::type;
  if constexpr (std::is_const_v<T>) {
    return reinterpret_cast<const Type*>(pointer);
  } else {
    return reinterpret_cast<Type*>(pointer);
  }
}

cublasOperation_t operation(Transform transform) {
  return transform == Transform::none ? CUBLAS_OP_N : transform == Transform::transpose ? CUBLAS_OP_T : CUBLAS_OP_C;
}

void check(cublasStatus_t status, const char* what) {
  require(status == CUBLAS_STATUS_SUCCESS, fmt::format("cuBLAS {}: {}", what, cublasGetStatusString(status)));
}
void check(cusolverStatus_t status, const char* what) {
  require(status == CUSOLVER_STATUS_SUCCESS, fmt::format("cuSOLVER {}: status {}", what, static_cast<int>(status)));
}

/// The handle on a stream, for one thread at a time.
class Blas {
 public:
  explicit Blas(const Space& space) : lock_(mutex()) {
    handle_ = KokkosBlas::Impl::CudaBlasSingleton::singleton().handle;
    check(cublasSetStream(handle_, space.cuda_stream()), "set stream");
    check(cublasSetPointerMode(handle_, CUBLAS_POINTER_MODE_HOST), "set pointer mode");
  }
  cublasHandle_t handle() const { return handle_; }

 private:
  static std::mutex& mutex() {
    static std::mutex shared;  // of the one handle that Kokkos Kernels keeps
    return shared;
  }
  std::lock_guard<std::mutex> lock_;
  cublasHandle_t handle_;
};

#define TARN_OVERLOAD(letter, T)                 \
  auto gemm_of(T) {                              \
    return cublas##letter##gemm;                 \
  }                                              \
  auto batched_gemm_of(T) {                      \
    return cublas##letter##gemmStridedBatched;   \
  }                                              \
  auto gemv_of(T) {                              \
    return cublas##letter##gemv;                 \
  }                                              \
  auto batched_getrf_of(T) {                     \
    return cublas##letter##getrfBatched;         \
  }                                              \
  auto batched_getrs_of(T) {                     \
    return cublas##letter##getrsBatched;         \
  }                                              \
  auto getrf_size_of(T) {                        \
    return cusolverDn##letter##getrf_bufferSize; \
  }                                              \
  auto getrf_of(T) {                             \
    return cusolverDn##letter##getrf;            \
  }                                              \
  auto getrs_of(T) {                             \
    return cusolverDn##letter##getrs;            \
  }
TARN_OVERLOAD(S, float)
TARN_OVERLOAD(D, double)
TARN_OVERLOAD(C, cuComplex)
TARN_OVERLOAD(Z, cuDoubleComplex)
#undef TARN_OVERLOAD

using Ints = Kokkos::View<int*, Kokkos::LayoutRight, Space>;

/// The addresses of the matrices and of their right-hand sides.
struct FillAddresses {
  Kokkos::View<std::uintptr_t**, Kokkos::LayoutRight, Space> addresses;
  std::uintptr_t a, b;
  std::int64_t a_bytes, b_bytes;

  KOKKOS_FUNCTION void operator()(const int n) const {
    addresses(0, n) = a + static_cast<std::uintptr_t>(n * a_bytes);
    addresses(1, n) = b + static_cast<std::uintptr_t>(n * b_bytes);
  }
};

ZeroPivot first_zero_pivot(const Space& space, const Ints& info) {
  const auto host = Kokkos::create_mirror_view(info);
  Kokkos::deep_copy(space, host, info);
  space.fence();
  for (std::size_t n = 0; n < host.extent(0); ++n) {
    require(host(n) >= 0, "solve: an argument of the factorisation was refused");
    if (host(n) > 0) return {static_cast<std::int64_t>(n), host(n) - 1};
  }
  return {};
}

/// Many matrices, or one small one, in a few launches.
template <class T>
ZeroPivot batched_lu_solve(const Space& space, std::int64_t n, std::int64_t columns, std::int64_t batch, T* a, T* b) {
  using V = typename Vendor<T>::type;
  const int size = static_cast<int>(n), count = static_cast<int>(batch);
  const Kokkos::View<std::uintptr_t**, Kokkos::LayoutRight, Space> addresses("tarn::ops::matrix_addresses", 2, batch);
  const Ints pivots("tarn::ops::pivots", n * batch), info("tarn::ops::info", batch);
  Kokkos::parallel_for(
      "tarn::ops::fill_addresses", Kokkos::RangePolicy<Space, Kokkos::IndexType<int>>(space, 0, count),
      FillAddresses{addresses, reinterpret_cast<std::uintptr_t>(a), reinterpret_cast<std::uintptr_t>(b),
                    n * n * static_cast<std::int64_t>(sizeof(T)), n * columns * static_cast<std::int64_t>(sizeof(T))});
  auto** of_a = reinterpret_cast<V**>(addresses.data());
  auto** of_b = of_a + batch;
  const Blas blas(space);
  check(batched_getrf_of(V{})(blas.handle(), size, of_a, size, pivots.data(), info.data(), count), "getrfBatched");
  if (const auto zero = first_zero_pivot(space, info)) return zero;
  if (columns == 0) return {};
  int refused = 0;
  check(batched_getrs_of(V{})(blas.handle(), CUBLAS_OP_N, size, static_cast<int>(columns), of_a, size, pivots.data(),
                              of_b, size, &refused, count),
        "getrsBatched");
  space.fence();
  return {};
}

/// A cuSOLVER handle on a stream.
class Solver {
 public:
  explicit Solver(const Space& space) {
    check(cusolverDnCreate(&handle_), "create");
    check(cusolverDnSetStream(handle_, space.cuda_stream()), "set stream");
  }
  ~Solver() { cusolverDnDestroy(handle_); }
  Solver(const Solver&) = delete;
  Solver& operator=(const Solver&) = delete;
  cusolverDnHandle_t handle() const { return handle_; }

 private:
  cusolverDnHandle_t handle_ = nullptr;
};

}  // namespace

template <class T>
void gemm(const Space& space, const GemmCall<T>& call) {
  using V = typename Vendor<T>::type;
  const Blas blas(space);
  const int m = static_cast<int>(call.m), n = static_cast<int>(call.n), k = static_cast<int>(call.k);
  const int lda = static_cast<int>(call.a.leading), ldb = static_cast<int>(call.b.leading),
            ldc = static_cast<int>(call.c.leading);
  const auto of_a = operation(call.a.transform), of_b = operation(call.b.transform);
  if (call.batch == 1) {
    check(gemm_of(V{})(blas.handle(), of_a, of_b, m, n, k, vendor(&call.alpha), vendor(call.a.data), lda,
                       vendor(call.b.data), ldb, vendor(&call.beta), vendor(call.c.data), ldc),
          "gemm");
  } else {
    check(batched_gemm_of(V{})(blas.handle(), of_a, of_b, m, n, k, vendor(&call.alpha), vendor(call.a.data), lda,
                               call.a.batch_stride, vendor(call.b.data), ldb, call.b.batch_stride, vendor(&call.beta),
                               vendor(call.c.data), ldc, call.c.batch_stride, static_cast<int>(call.batch)),
          "gemmStridedBatched");
  }
}

template <class T>
void gemv(const Space& space, const GemvCall<T>& call) {
  using V = typename Vendor<T>::type;
  const Blas blas(space);
  check(gemv_of(V{})(blas.handle(), operation(call.a.transform), static_cast<int>(call.m), static_cast<int>(call.n),
                     vendor(&call.alpha), vendor(call.a.data), static_cast<int>(call.a.leading), vendor(call.x),
                     static_cast<int>(call.x_stride), vendor(&call.beta), vendor(call.y),
                     static_cast<int>(call.y_stride)),
        "gemv");
}

template <class T>
ZeroPivot lu_solve(const Space& space, std::int64_t n, std::int64_t columns, std::int64_t batch, T* a, T* b) {
  using V = typename Vendor<T>::type;
  constexpr std::int64_t small = 128;  // below, starting cuSOLVER takes longer than the work
  if (batch > 1 || n <= small) return batched_lu_solve<T>(space, n, columns, batch, a, b);
  const Solver solver(space);
  const int size = static_cast<int>(n);
  int words = 0;
  check(getrf_size_of(V{})(solver.handle(), size, size, vendor(a), size, &words), "getrf_bufferSize");
  const Kokkos::View<T*, Kokkos::LayoutRight, Space> work("tarn::ops::lu_work", words);
  const Ints pivots("tarn::ops::pivots", n), info("tarn::ops::info", 1);
  check(getrf_of(V{})(solver.handle(), size, size, vendor(a), size, vendor(work.data()), pivots.data(), info.data()),
        "getrf");
  if (const auto zero = first_zero_pivot(space, info)) return zero;
  if (columns == 0) return {};
  check(getrs_of(V{})(solver.handle(), CUBLAS_OP_N, size, static_cast<int>(columns), vendor(a), size, pivots.data(),
                      vendor(b), size, info.data()),
        "getrs");
  space.fence();
  return {};
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
