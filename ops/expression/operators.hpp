#pragma once

#include <concepts>
#include <cstdint>

#include "tarn/ops/expression/functions.hpp"
#include "tarn/ops/expression/node.hpp"

// The operators and functions of expressions, found by `using namespace tarn::ops`. At least one operand is a View or
// an expression, so nothing else is touched. All are lazy: assign() or a reduction computes them.

namespace tarn::ops {

namespace detail {

/// The common type of operands: arrays by NumPy's table, then the kinds of the scalars.
template <class So, class... Xs>
struct Common {
  using type = So;
};
template <class So, class X, class... Rest>
struct Common<So, X, Rest...> {
  template <class Y>
  static auto element() {
    if constexpr (ScalarOperand<Y>) {
      return std::type_identity<So>();
    } else if constexpr (std::is_void_v<So>) {
      return std::type_identity<typename decltype(as_expression(std::declval<Y>()))::value_type>();
    } else {
      return std::type_identity<promote<So, typename decltype(as_expression(std::declval<Y>()))::value_type>>();
    }
  }
  using type = typename Common<typename decltype(element<X>())::type, Rest...>::type;
};
template <class So, class... Xs>
struct WithScalars {
  using type = So;
};
template <class So, class X, class... Rest>
struct WithScalars<So, X, Rest...> {
  template <class Y>
  static auto element() {
    if constexpr (ScalarOperand<Y>) {
      return std::type_identity<typename WithScalar<So, kind_of<Y>>::type>();
    } else {
      return std::type_identity<So>();
    }
  }
  using type = typename WithScalars<typename decltype(element<X>())::type, Rest...>::type;
};
template <class... Xs>
using common_type = typename WithScalars<typename Common<void, Xs...>::type, Xs...>::type;

/// An operand of an operation whose scalars have type C.
template <Element C, AnyOperand X>
auto as_operand(const X& x) {
  if constexpr (ScalarOperand<X>) {
    return ScalarNode<C>(from_scalar<C>(x));
  } else {
    return as_expression(x);
  }
}

template <class Op, class First, class Type, Node... Operands>
auto make_operation(const Operands&... operands) {
  static_assert(!std::is_void_v<Type>, "NumPy has no such operation for elements of this type; cast<T>() them first");
  return OperationNode<Op, First, Type, Operands...>(operands...);
}

template <class Op, class... Xs>
auto operate(const Xs&... xs) {
  using C = common_type<Xs...>;
  using Type = typename Op::template loop<C>;
  return make_operation<Op, Type, Type>(as_operand<C>(xs)...);
}

/// Like operate(), but an integer of any size may stand beside an array of a small type.
template <class Op, class... Xs>
auto compare(const Xs&... xs) {
  using C = common_type<Xs...>;
  constexpr bool wide = IntegerElement<C> && (ScalarOperand<Xs> || ...);
  using Type = std::conditional_t<wide, std::int64_t, C>;
  return make_operation<Op, Type, Type>(as_operand<Type>(xs)...);
}

template <class A, class B>
concept ArrayAmong = AnyOperand<A> && AnyOperand<B> &&(ArrayOperand<A> || ArrayOperand<B>);

}  // namespace detail

#define TARN_OPERATOR(symbol, Op, make)          \
  template <class A, class B>                    \
  requires detail::ArrayAmong<A, B>              \
  auto operator symbol(const A& a, const B& b) { \
    return detail::make<detail::Op>(a, b);       \
  }
TARN_OPERATOR(+, Add, operate)
TARN_OPERATOR(-, Subtract, operate)
TARN_OPERATOR(*, Multiply, operate)
TARN_OPERATOR(/, Divide, operate)     // integers give double
TARN_OPERATOR(%, Remainder, operate)  // the sign of the divisor
TARN_OPERATOR(&&, And, operate)       // both sides are computed
TARN_OPERATOR(||, Or, operate)
TARN_OPERATOR(<, Less, compare)
TARN_OPERATOR(<=, LessEqual, compare)
TARN_OPERATOR(>, Greater, compare)
TARN_OPERATOR(>=, GreaterEqual, compare)
TARN_OPERATOR(==, Equal, compare)
TARN_OPERATOR(!=, NotEqual, compare)
#undef TARN_OPERATOR

// Kokkos compares two Views as handles; with `using namespace tarn::ops` their elements are compared.
#define TARN_OPERATOR(symbol, Op)                                                          \
  template <class A, class... As, class B, class... Bs>                                    \
  requires ArrayView<Kokkos::View<A, As...>> && ArrayView<Kokkos::View<B, Bs...>>          \
  auto operator symbol(const Kokkos::View<A, As...>& a, const Kokkos::View<B, Bs...>& b) { \
    return detail::compare<detail::Op>(a, b);                                              \
  }
TARN_OPERATOR(==, Equal)
TARN_OPERATOR(!=, NotEqual)
#undef TARN_OPERATOR

template <ArrayOperand A>
auto operator-(const A& a) {
  return detail::operate<detail::Negate>(a);
}
template <ArrayOperand A>
auto operator!(const A& a) {
  return detail::operate<detail::Not>(a);
}

#define TARN_FUNCTION(name, Op)            \
  template <ArrayOperand A>                \
  auto name(const A& a) {                  \
    return detail::operate<detail::Op>(a); \
  }
TARN_FUNCTION(abs, Abs)
TARN_FUNCTION(sign, Sign)
TARN_FUNCTION(square, Square)
TARN_FUNCTION(sqrt, Sqrt)
TARN_FUNCTION(cbrt, Cbrt)
TARN_FUNCTION(exp, Exp)
TARN_FUNCTION(expm1, Expm1)
TARN_FUNCTION(log, Log)
TARN_FUNCTION(log1p, Log1p)
TARN_FUNCTION(log2, Log2)
TARN_FUNCTION(log10, Log10)
TARN_FUNCTION(sin, Sin)
TARN_FUNCTION(cos, Cos)
TARN_FUNCTION(tan, Tan)
TARN_FUNCTION(asin, Asin)
TARN_FUNCTION(acos, Acos)
TARN_FUNCTION(atan, Atan)
TARN_FUNCTION(sinh, Sinh)
TARN_FUNCTION(cosh, Cosh)
TARN_FUNCTION(tanh, Tanh)
TARN_FUNCTION(floor, Floor)
TARN_FUNCTION(ceil, Ceil)
TARN_FUNCTION(trunc, Trunc)
TARN_FUNCTION(round, Round)  // half to even
TARN_FUNCTION(isnan, IsNan)
TARN_FUNCTION(isinf, IsInf)
TARN_FUNCTION(isfinite, IsFinite)
TARN_FUNCTION(real, RealPart)
TARN_FUNCTION(imag, ImaginaryPart)
TARN_FUNCTION(conj, Conjugate)
#undef TARN_FUNCTION

#define TARN_FUNCTION(name, Op)               \
  template <class A, class B>                 \
  requires detail::ArrayAmong<A, B>           \
  auto name(const A& a, const B& b) {         \
    return detail::operate<detail::Op>(a, b); \
  }
TARN_FUNCTION(pow, Power)
TARN_FUNCTION(atan2, Atan2)
TARN_FUNCTION(fmod, Fmod)  // the sign of the dividend
TARN_FUNCTION(hypot, Hypot)
TARN_FUNCTION(floor_divide, FloorDivide)  // Python's //
TARN_FUNCTION(minimum, Minimum)           // elementwise; min() reduces
TARN_FUNCTION(maximum, Maximum)
#undef TARN_FUNCTION

/// x held within [low, high].
template <ArrayOperand X, AnyOperand Low, AnyOperand High>
auto clip(const X& x, const Low& low, const High& high) {
  return detail::operate<detail::Clip>(x, low, high);
}

/// `a` where the condition holds, `b` elsewhere.
template <ArrayOperand Condition, AnyOperand A, AnyOperand B>
auto where(const Condition& condition, const A& a, const B& b) {
  using C = detail::common_type<A, B>;
  return detail::make_operation<detail::Where, bool, C>(as_expression(condition), detail::as_operand<C>(a),
                                                        detail::as_operand<C>(b));
}

/// Elements as T, as a C++ cast converts them; a complex number loses its imaginary part to a real T.
template <Element T, ArrayOperand A>
auto cast(const A& a) {
  return detail::make_operation<detail::Cast, T, T>(as_expression(a));
}

/// `count` numbers start, start + step, ...: of rank 1.
template <RealElement T = std::int64_t>
CounterNode<T> iota(std::int64_t count, T start = 0, T step = 1) {
  require(count >= 0, "iota: the count is negative");
  return CounterNode<T>(count, start, step);
}

/// x as a row: shape (1, n), the same numbers beneath each other.
template <ArrayOperand X>
auto row(const X& x) {
  auto inner = as_expression(x);
  static_assert(decltype(inner)::rank == 1, "row() takes an array of rank 1");
  const Shape shape{2, {1, inner.extent(0)}};
  return PlacedNode<decltype(inner), 2>(std::move(inner), shape, {1});
}

/// x as a column: shape (n, 1), the same numbers beside each other.
template <ArrayOperand X>
auto column(const X& x) {
  auto inner = as_expression(x);
  static_assert(decltype(inner)::rank == 1, "column() takes an array of rank 1");
  const Shape shape{2, {inner.extent(0), 1}};
  return PlacedNode<decltype(inner), 2>(std::move(inner), shape, {0});
}

/// x with its last extents matching or 1, repeated to the extents given.
/// @throws ShapeMismatch if it does not broadcast to them
template <ArrayOperand X, std::integral... Extents>
auto broadcast(const X& x, Extents... extents) {
  constexpr int rank = sizeof...(Extents);
  auto inner = as_expression(x);
  static_assert(decltype(inner)::rank <= rank && rank <= max_rank, "broadcast() takes at least x's rank, at most 4");
  const Shape shape{rank, {static_cast<std::int64_t>(extents)...}};
  require_broadcast("broadcast", inner.shape(), shape);
  const auto axes = detail::align_right({0, 1, 2, 3}, rank, decltype(inner)::rank);
  return PlacedNode<decltype(inner), rank>(std::move(inner), shape, axes);
}

}  // namespace tarn::ops
