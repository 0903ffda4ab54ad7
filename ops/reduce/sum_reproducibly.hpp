#pragma once

#include <cmath>

#include "tarn/core/parallel/communicator.hpp"
#include "tarn/ops/reduce/reduce.hpp"
#include "tarn/ops/reduce/reproducible_sum.hpp"

// sum(x, reproducible): sums with the same bits for every launch, device, layout and number of ranks.

namespace tarn::ops {

namespace detail {

/// Adds terms up in digits; see reproducible_sum.hpp.
struct DigitFold {
  using Element = double;
  using Lane = DigitSum;
  using Value = DigitSum;
  using Result = DigitSum;
  static constexpr bool ordered = false;

  SumUnits units;

  KOKKOS_FORCEINLINE_FUNCTION Lane lane() const { return {}; }
  KOKKOS_FORCEINLINE_FUNCTION void add(Lane& lane, double x, std::int64_t) const { lane.add(units, x); }
  KOKKOS_FORCEINLINE_FUNCTION void combine(Lane& lane, const Lane& other) const { lane += other; }
  KOKKOS_FORCEINLINE_FUNCTION void merge(Value& value, const Lane& lane) const { value += lane; }
  KOKKOS_FORCEINLINE_FUNCTION void join(Value& into, const Value& from) const { into += from; }
  KOKKOS_FORCEINLINE_FUNCTION Result result(const Value& value, std::int64_t) const { return value; }
};

/// @param over_max, over_sum  take a number's maximum and sum over the ranks; `add` the digits'
template <class T, ExecutionSpace Exec, Node E, class OverMax, class OverSum, class Add>
T sum_in_digits(const Exec& space, const E& x, const OverMax& over_max, const OverSum& over_sum, const Add& add) {
  const std::int64_t count = over_sum(x.shape().size());
  if (count == 0) return 0;
  const double own = x.shape().size() == 0 ? 0 : static_cast<double>(norm_inf(space, x));
  if (over_sum(std::int64_t{std::isfinite(own) ? 0 : 1}) > 0) {
    const bool nan = over_sum(count_nonzero(space, isnan(x))) > 0;
    const bool up = over_sum(count_nonzero(space, isinf(x) && x > 0)) > 0;
    const bool down = over_sum(count_nonzero(space, isinf(x) && x < 0)) > 0;
    if (nan || (up && down)) return std::numeric_limits<T>::quiet_NaN();
    return up ? std::numeric_limits<T>::infinity() : -std::numeric_limits<T>::infinity();
  }
  const SumUnits units(over_max(own), count);
  DigitSum digits = reduce_all("tarn::ops::sum", space, cast<double>(x), DigitFold{units});
  add(digits);
  return static_cast<T>(to_double(digits, units));
}

}  // namespace detail

/// The sum with the same bits in every order: of float and double rounded once from 3 digits of 64 bits, in two passes;
/// integers are exact anyway. Fences.
template <detail::ExecutionSpace Exec, ArrayOperand X>
auto sum(const Exec& space, const X& x, Reproducible) {
  const auto terms = as_expression(x);
  using T = typename std::remove_cvref_t<decltype(terms)>::value_type;
  static_assert(RealElement<T>, "a reproducible sum is one of real numbers; take real() and imag()");
  if constexpr (std::integral<T>) {
    return sum(space, terms);
  } else {
    const auto same = [](auto value) { return value; };
    return detail::sum_in_digits<T>(space, terms, same, same, [](DigitSum&) {});
  }
}
template <ArrayOperand X>
auto sum(const X& x, Reproducible) {
  return sum(detail::space_of<X>(), x, reproducible);
}

/// The same over the parts of all ranks; collective, the same bits on every rank and for every number of ranks. A part
/// may have no elements.
template <detail::ExecutionSpace Exec, ArrayOperand X>
auto sum(const Communicator& communicator, const Exec& space, const X& x, Reproducible) {
  const auto terms = as_expression(x);
  using T = typename std::remove_cvref_t<decltype(terms)>::value_type;
  static_assert(RealElement<T>, "a reproducible sum is one of real numbers; take real() and imag()");
  if constexpr (std::integral<T>) {
    return communicator.sum(static_cast<std::int64_t>(sum(space, terms)));
  } else {
    return detail::sum_in_digits<T>(
        space, terms, [&](double value) { return communicator.max(value); },
        [&](std::int64_t value) { return communicator.sum(value); },
        [&](DigitSum& digits) { add_over_ranks(communicator, &digits, 1); });
  }
}

}  // namespace tarn::ops
