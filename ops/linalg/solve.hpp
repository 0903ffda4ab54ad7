#pragma once

#include "tarn/ops/linalg/matmul.hpp"

namespace tarn::ops {

namespace detail {

template <class T>
void solve(const Space& space, const Strided<T>& x, const Strided<const T>& a, Strided<const T> b, int rank,
           std::source_location place);

}  // namespace detail

/// Solves a x = b by LU factorisation with partial pivoting: LAPACK on a host, cuSOLVER or batched cuBLAS on a GPU.
/// a and b are copied first; x may be the View b itself.
/// @param space  instance the work runs on; fenced
/// @param x      (n), (n, right-hand sides) or (batch, n, right-hand sides)
/// @param a      (n, n) or (batch, n, n) after its flags; without a batch axis, or with a batch of 1, it is factorised
///               once and serves every right-hand side
/// @param b      of x's shape, after its flags; a batch of 1, or no batch axis, is repeated
/// @throws ShapeMismatch if shapes do not fit, Error if x overlaps a, part of b or itself, SingularMatrix if a pivot is
///         exactly zero; x is then unchanged
template <class X, detail::MatrixLike A, detail::MatrixLike B>
requires Kokkos::is_view<X>::value void solve(const Space& space, const X& x, const A& a, const B& b,
                                              std::source_location place = std::source_location::current()) {
  using T = typename X::non_const_value_type;
  const auto matrix = detail::as_operand(a);
  const auto right = detail::as_operand(b);
  using Matrix = decltype(matrix.view);
  using Right = decltype(right.view);
  detail::check_types<X, Matrix, Right>();
  static_assert(detail::has_vendor_blas<T>, "solve takes float, double and Kokkos::complex of these");
  static_assert(Matrix::rank == 2 || (Matrix::rank == 3 && X::rank == 3), "a is of rank 2, or 3 where x is");
  static_assert((X::rank == 3 && Right::rank >= 2) || static_cast<int>(X::rank) == static_cast<int>(Right::rank),
                "x and b have the same rank");
  detail::solve<T>(space, detail::strided(detail::as_operand(x)), detail::strided(matrix).as_const(),
                   detail::strided(right).as_const(), static_cast<int>(X::rank), place);
}
template <class X, detail::MatrixLike A, detail::MatrixLike B>
requires Kokkos::is_view<X>::value void solve(const X& x, const A& a, const B& b,
                                              std::source_location place = std::source_location::current()) {
  solve(Space{}, x, a, b, place);
}

}  // namespace tarn::ops
