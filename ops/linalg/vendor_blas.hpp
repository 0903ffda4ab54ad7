#pragma once

#include <cstdint>

#include "tarn/core/space.hpp"

// The few calls that tarn makes to the BLAS and LAPACK of the machine, with the same words on every device. A host
// calls the BLAS behind Kokkos Kernels (OpenBLAS on Debian); a GPU calls cuBLAS through Kokkos Kernels' handle, and
// cuSOLVER; other makers' GPUs call Kokkos Kernels, and LAPACK on the host. All matrices are column major, as these
// libraries have them. T is float, double, or Kokkos::complex of either.

namespace tarn::ops::detail {

/// How BLAS reads a matrix.
enum class Transform { none, transpose, adjoint };

/// The same in BLAS' own words.
inline const char* letter_of(Transform transform) {
  return transform == Transform::none ? "N" : transform == Transform::transpose ? "T" : "C";
}

template <class T>
struct BlasMatrix {
  T* data = nullptr;
  std::int64_t leading = 1;  ///< elements from a column to the next
  std::int64_t batch_stride = 0;
  Transform transform = Transform::none;
};

/// c = alpha op(a) op(b) + beta c for `batch` matrices: op(a) is m x k, op(b) is k x n, all at least 1. c is not read
/// where beta is 0.
/// @param space  instance the work is enqueued on; no fence
template <class T>
struct GemmCall {
  std::int64_t m, n, k, batch;
  T alpha, beta;
  BlasMatrix<const T> a, b;
  BlasMatrix<T> c;
};
template <class T>
void gemm(const Space& space, const GemmCall<T>& call);

/// c = alpha op(a) op(a)^T, n x n with op(a) n x k, for `batch` matrices: half the work of gemm. Real numbers; a host's
/// alone, where the products of a triangle run as fast as those of the whole.
template <class T>
struct SyrkCall {
  std::int64_t n, k, batch;
  T alpha;
  BlasMatrix<const T> a;
  BlasMatrix<T> c;
};
template <class T>
void syrk(const Space& space, const SyrkCall<T>& call);

/// y = alpha op(a) x + beta y with a of m x n before op.
template <class T>
struct GemvCall {
  std::int64_t m, n;
  T alpha, beta;
  BlasMatrix<const T> a;
  const T* x;
  std::int64_t x_stride;
  T* y;
  std::int64_t y_stride;
};
template <class T>
void gemv(const Space& space, const GemvCall<T>& call);

/// What a factorisation found: pivot `pivot` (from 0) of matrix `matrix` is exactly zero.
struct ZeroPivot {
  std::int64_t matrix = -1;
  std::int64_t pivot = -1;
  explicit operator bool() const { return pivot >= 0; }
};

/// Factorises n x n matrices by LU with partial pivoting, in place, and if no pivot is zero overwrites `b` (n x columns
/// each) with the solutions. Both packed: leading dimension n, one matrix behind the other.
/// @param space  instance the work runs on; fenced
template <class T>
ZeroPivot lu_solve(const Space& space, std::int64_t n, std::int64_t columns, std::int64_t batch, T* a, T* b);

}  // namespace tarn::ops::detail
