#pragma once

#include <cmath>
#include <concepts>

#include "tarn/ops/reduce/reduction.hpp"

// Reductions of Views and expressions, without a temporary. For each:
//   f(x), f(space, x)               of all elements: the value on the host; fences
//   f(x, axis<0>), f(x, axis<0, 2>, keepdims)   along axes: lazy, for assign(target, ...)
// Types and NaN are NumPy's, but that sums of uint8 are int64, and float is added up in double. Sums are compensated,
// so their error does not grow with the number of elements. Without elements, sums are 0, products 1, means NaN, `all`
// true, and the smallest of none is an Error.

namespace tarn::ops {

namespace detail {

/// Elements as floating-point numbers: what means are taken of. Integers become double.
template <ArrayOperand X>
auto as_floating(const X& x) {
  using T = typename decltype(as_expression(x))::value_type;
  if constexpr (std::integral<T>) {
    return cast<double>(x);
  } else {
    return as_expression(x);
  }
}

/// The squares of the magnitudes.
template <ArrayOperand X>
auto squares(const X& x) {
  using T = typename decltype(as_expression(x))::value_type;
  if constexpr (ComplexElement<T>) {
    return square(real(x)) + square(imag(x));
  } else {
    return square(as_floating(x));
  }
}

template <template <class> class Fold, Node E>
auto make_fold(const E&) {
  return Fold<typename E::value_type>();
}

template <class T>
using MinimumFold = ExtremeFold<T, 1>;
template <class T>
using MaximumFold = ExtremeFold<T, -1>;
template <class T>
using ArgMinimumFold = ExtremePlaceFold<T, 1>;
template <class T>
using ArgMaximumFold = ExtremePlaceFold<T, -1>;

}  // namespace detail

// name(x) reduces operand(x) by Fold.
#define TARN_REDUCTION(name, Fold, operand)                                                                            \
  template <detail::ExecutionSpace Exec, ArrayOperand X>                                                               \
  auto name(const Exec& space, const X& x) {                                                                           \
    const auto prepared = operand(x);                                                                                  \
    return detail::reduce_all("tarn::ops::" #name, space, prepared, detail::make_fold<detail::Fold>(prepared));        \
  }                                                                                                                    \
  template <ArrayOperand X>                                                                                            \
  auto name(const X& x) {                                                                                              \
    return name(detail::space_of<X>(), x);                                                                             \
  }                                                                                                                    \
  template <ArrayOperand X, int... D>                                                                                  \
  auto name(const X& x, Axes<D...> axes) {                                                                             \
    const auto prepared = operand(x);                                                                                  \
    return detail::reduce_along<false>("tarn::ops::" #name, prepared, detail::make_fold<detail::Fold>(prepared),       \
                                       axes);                                                                          \
  }                                                                                                                    \
  template <ArrayOperand X, int... D>                                                                                  \
  auto name(const X& x, Axes<D...> axes, KeepDims) {                                                                   \
    const auto prepared = operand(x);                                                                                  \
    return detail::reduce_along<true>("tarn::ops::" #name, prepared, detail::make_fold<detail::Fold>(prepared), axes); \
  }
TARN_REDUCTION(sum, SumFold, as_expression)
TARN_REDUCTION(prod, ProductFold, as_expression)
TARN_REDUCTION(min, MinimumFold, as_expression)
TARN_REDUCTION(max, MaximumFold, as_expression)
TARN_REDUCTION(argmin, ArgMinimumFold, as_expression)  // place in C order; of the first NaN if there is one
TARN_REDUCTION(argmax, ArgMaximumFold, as_expression)
TARN_REDUCTION(mean, MeanFold, detail::as_floating)
TARN_REDUCTION(norm1, SumFold, abs)               // the sum of magnitudes
TARN_REDUCTION(norm2, RootFold, detail::squares)  // the root of the sum of squared magnitudes
TARN_REDUCTION(norm_inf, MaximumFold, abs)        // the largest magnitude
TARN_REDUCTION(any, AnyFold, cast<bool>)
TARN_REDUCTION(all, AllFold, cast<bool>)
TARN_REDUCTION(count_nonzero, SumFold, cast<bool>)
#undef TARN_REDUCTION

/// How a variance is taken.
struct VarianceOptions {
  int ddof = 0;  ///< the sum of squares is divided by the number of elements minus this
};

// name(x, {.ddof = 1}); the standard deviation where `root`.
#define TARN_REDUCTION(name, root)                                                                                 \
  template <detail::ExecutionSpace Exec, ArrayOperand X>                                                           \
  auto name(const Exec& space, const X& x, VarianceOptions options = {}) {                                         \
    const auto numbers = detail::as_floating(x);                                                                   \
    using T = typename std::remove_cvref_t<decltype(numbers)>::value_type;                                         \
    return detail::reduce_all("tarn::ops::" #name, space, numbers, detail::variance_fold<T>(options.ddof, root));  \
  }                                                                                                                \
  template <ArrayOperand X>                                                                                        \
  auto name(const X& x, VarianceOptions options = {}) {                                                            \
    return name(detail::space_of<X>(), x, options);                                                                \
  }                                                                                                                \
  template <ArrayOperand X, int... D>                                                                              \
  auto name(const X& x, Axes<D...> axes, VarianceOptions options = {}) {                                           \
    const auto numbers = detail::as_floating(x);                                                                   \
    using T = typename std::remove_cvref_t<decltype(numbers)>::value_type;                                         \
    return detail::reduce_along<false>("tarn::ops::" #name, numbers, detail::variance_fold<T>(options.ddof, root), \
                                       axes);                                                                      \
  }                                                                                                                \
  template <ArrayOperand X, int... D>                                                                              \
  auto name(const X& x, Axes<D...> axes, KeepDims, VarianceOptions options = {}) {                                 \
    const auto numbers = detail::as_floating(x);                                                                   \
    using T = typename std::remove_cvref_t<decltype(numbers)>::value_type;                                         \
    return detail::reduce_along<true>("tarn::ops::" #name, numbers, detail::variance_fold<T>(options.ddof, root),  \
                                      axes);                                                                       \
  }
TARN_REDUCTION(var, false)
TARN_REDUCTION(stddev, true)
#undef TARN_REDUCTION

/// The sum of products, of NumPy's type: integers wrap around in it. Complex numbers are not conjugated.
/// @param a, b  of one shape, any rank
/// @throws ShapeMismatch if the shapes differ
template <detail::ExecutionSpace Exec, ArrayOperand A, ArrayOperand B>
auto dot(const Exec& space, const A& a, const B& b) {
  const auto first = as_expression(a);
  const auto second = as_expression(b);
  if (!(first.shape() == second.shape())) {
    throw ShapeMismatch(
        fmt::format("dot: a has shape {}, b has shape {}", to_string(first.shape()), to_string(second.shape())));
  }
  const auto products = first * second;
  using T = typename std::remove_cvref_t<decltype(products)>::value_type;
  if constexpr (std::same_as<T, bool>) {
    return any(space, products);
  } else {
    return detail::convert<T>(sum(space, products));
  }
}
template <ArrayOperand A, ArrayOperand B>
auto dot(const A& a, const B& b) {
  return dot(detail::space_of<A>(), a, b);
}

}  // namespace tarn::ops
