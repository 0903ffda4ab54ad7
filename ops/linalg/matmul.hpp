#pragma once

#include "tarn/ops/linalg/strided.hpp"

namespace tarn::ops {

/// The factors of c = alpha a b + beta c. With beta = 0, c is not read: it may hold anything.
template <class T>
struct Scale {
  T alpha = T(1);  ///< of the product
  T beta = T(0);   ///< of the old target; 0: it is not read
};

namespace detail {

template <class T>
inline constexpr bool has_vendor_blas =
    std::is_same_v<T, float> || std::is_same_v<T, double> || std::is_same_v<T, Kokkos::complex<float>> ||
    std::is_same_v<T, Kokkos::complex<double>>;
template <class T>
inline constexpr bool has_own_product =
    std::is_same_v<T, std::int32_t> || std::is_same_v<T, std::int64_t> || std::is_same_v<T, std::uint8_t>;

template <class C, class A, class B>
constexpr void check_types() {
  using T = typename C::value_type;
  static_assert(!std::is_const_v<T>, "the target's elements cannot be const");
  static_assert(
      std::is_same_v<T, typename A::non_const_value_type> && std::is_same_v<T, typename B::non_const_value_type>,
      "operands and target have one element type: convert with an expression first");
}

template <class T>
void matmul(const Space& space, const Strided<T>& c, Strided<const T> a, Strided<const T> b, const Scale<T>& scale,
            int rank, std::source_location place);
template <class T>
void matvec(const Space& space, const Strided<T>& y, const Strided<const T>& a, const Strided<const T>& x,
            const Scale<T>& scale, std::source_location place);
template <class T>
void outer(const Space& space, const Strided<T>& c, const Strided<const T>& x, const Strided<const T>& y,
           const Scale<T>& scale, std::source_location place);

}  // namespace detail

/// c = alpha a b + beta c, the matrix product.
///
/// float, double and Kokkos::complex of either end in one call of the BLAS (cuBLAS on a GPU) for both layouts, mixed
/// layouts, transposed() and adjoint() operands and blocks of larger matrices with one contiguous axis. int32, int64
/// and uint8 run in a tiled kernel of our own and wrap around, as NumPy's. On a host a real matrix times its own
/// transpose, matmul(c, a, transposed(a)), takes half the work, and c is exactly symmetric. Packed into temporary
/// memory first, at the cost of one pass over the operand and a fence: an operand with no contiguous axis, a complex
/// one that is conjugated but not transposed in memory (BLAS has no word for it), and in a batch an operand whose
/// matrices interleave.
/// @param space  instance the work is enqueued on; fenced only where temporary memory was needed, and on a host
/// @param c      (m, n), or (batch, m, n)
/// @param a      (m, k), or (batch, m, k), after its flags; a batch of 1, or no batch axis, is repeated
/// @param b      (k, n), or (batch, k, n)
/// @throws ShapeMismatch if shapes do not fit, Error if c overlaps a, b or itself, or an extent is beyond 2^31 - 1; c
/// is
///         then unchanged
template <class C, detail::MatrixLike A, detail::MatrixLike B>
requires Kokkos::is_view<C>::value void matmul(const Space& space, const C& c, const A& a, const B& b,
                                               const Scale<typename C::non_const_value_type>& scale = {},
                                               std::source_location place = std::source_location::current()) {
  using T = typename C::non_const_value_type;
  const auto left = detail::as_operand(a);
  const auto right = detail::as_operand(b);
  using Left = decltype(left.view);
  using Right = decltype(right.view);
  detail::check_types<C, Left, Right>();
  static_assert(detail::has_vendor_blas<T> || detail::has_own_product<T>,
                "matmul takes float, double, Kokkos::complex of these, int32, int64 and uint8");
  static_assert(C::rank >= 2 && Left::rank >= 2 && Right::rank >= 2, "matmul takes ranks 2 and 3; see matvec, outer");
  static_assert(C::rank == 3 || (Left::rank == 2 && Right::rank == 2), "a batch of products needs a target of rank 3");
  detail::matmul<T>(space, detail::strided(detail::as_operand(c)), detail::strided(left).as_const(),
                    detail::strided(right).as_const(), scale, static_cast<int>(C::rank), place);
}
template <class C, detail::MatrixLike A, detail::MatrixLike B>
requires Kokkos::is_view<C>::value void matmul(const C& c, const A& a, const B& b,
                                               const Scale<typename C::non_const_value_type>& scale = {},
                                               std::source_location place = std::source_location::current()) {
  matmul(Space{}, c, a, b, scale, place);
}

/// y = alpha a x + beta y, the product of a matrix (m, n) after its flags and a vector (n). Types as matmul.
/// @throws as matmul
template <class Y, detail::MatrixLike A, detail::MatrixLike X>
requires Kokkos::is_view<Y>::value void matvec(const Space& space, const Y& y, const A& a, const X& x,
                                               const Scale<typename Y::non_const_value_type>& scale = {},
                                               std::source_location place = std::source_location::current()) {
  using T = typename Y::non_const_value_type;
  const auto matrix = detail::as_operand(a);
  const auto vector = detail::as_operand(x);
  detail::check_types<Y, decltype(matrix.view), decltype(vector.view)>();
  static_assert(Y::rank == 1 && decltype(matrix.view)::rank == 2 && decltype(vector.view)::rank == 1,
                "matvec takes a matrix of rank 2 and vectors of rank 1");
  detail::matvec<T>(space, detail::strided(detail::as_operand(y)), detail::strided(matrix).as_const(),
                    detail::strided(vector).as_const(), scale, place);
}
template <class Y, detail::MatrixLike A, detail::MatrixLike X>
requires Kokkos::is_view<Y>::value void matvec(const Y& y, const A& a, const X& x,
                                               const Scale<typename Y::non_const_value_type>& scale = {},
                                               std::source_location place = std::source_location::current()) {
  matvec(Space{}, y, a, x, scale, place);
}

/// c(i, j) = alpha x(i) y(j) + beta c(i, j), the outer product; nothing is conjugated unless flagged, as in NumPy.
/// One pass over c in a kernel of our own. Types as matmul.
/// @throws as matmul
template <class C, detail::MatrixLike X, detail::MatrixLike Y>
requires Kokkos::is_view<C>::value void outer(const Space& space, const C& c, const X& x, const Y& y,
                                              const Scale<typename C::non_const_value_type>& scale = {},
                                              std::source_location place = std::source_location::current()) {
  using T = typename C::non_const_value_type;
  const auto left = detail::as_operand(x);
  const auto right = detail::as_operand(y);
  detail::check_types<C, decltype(left.view), decltype(right.view)>();
  static_assert(C::rank == 2 && decltype(left.view)::rank == 1 && decltype(right.view)::rank == 1,
                "outer takes vectors of rank 1 and a target of rank 2");
  detail::outer<T>(space, detail::strided(detail::as_operand(c)), detail::strided(left).as_const(),
                   detail::strided(right, true).as_const(), scale, place);
}
template <class C, detail::MatrixLike X, detail::MatrixLike Y>
requires Kokkos::is_view<C>::value void outer(const C& c, const X& x, const Y& y,
                                              const Scale<typename C::non_const_value_type>& scale = {},
                                              std::source_location place = std::source_location::current()) {
  outer(Space{}, c, x, y, scale, place);
}

}  // namespace tarn::ops
