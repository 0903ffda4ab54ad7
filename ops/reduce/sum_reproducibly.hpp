#pragma once

#include <concepts>
#include <cstdint>

#include "tarn/core/parallel/communicator.hpp"
#include "tarn/ops/reduce/reduce.hpp"
#include "tarn/ops/reduce/reproducible_sum_kernels.hpp"

// sum(x, reproducible): sums with the same bits for every launch, device, layout and number of ranks.

namespace tarn::ops {

namespace detail {

/// @param over_sum  takes a count's sum over the ranks
/// @param add       adds up the sums of the ranks, in place
template <class T, ExecutionSpace Exec, Node E, class OverSum, class Add>
T sum_in_bins(const Exec& space, const E& x, const OverSum& over_sum, const Add& add) {
  const std::int64_t count = over_sum(x.shape().size());
  if (count == 0) return 0;
  const SumBins bins(count);
  BinnedSum sum = reduce_all("tarn::ops::sum", space, x, BinnedFold<T>{bins});
  add(sum);
  return to_number<T>(sum, bins);
}

}  // namespace detail

/// The sum with the same bits in every order, in one pass: of float and double rounded once from what is, up to 2^31
/// terms, within 2^-65 of the largest term's magnitude of the exact sum (see reproducible_sum.hpp for more); integers
/// are exact anyway. Fences.
template <detail::ExecutionSpace Exec, ArrayOperand X>
auto sum(const Exec& space, const X& x, Reproducible) {
  const auto terms = as_expression(x);
  using T = typename std::remove_cvref_t<decltype(terms)>::value_type;
  static_assert(RealElement<T>, "a reproducible sum is one of real numbers; take real() and imag()");
  if constexpr (std::integral<T>) {
    return sum(space, terms);
  } else {
    const auto same = [](std::int64_t count) { return count; };
    return detail::sum_in_bins<T>(space, terms, same, [](BinnedSum&) {});
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
    return detail::sum_in_bins<T>(
        space, terms, [&](std::int64_t count) { return communicator.sum(count); },
        [&](BinnedSum& sum) { add_over_ranks(communicator, &sum, 1); });
  }
}

}  // namespace tarn::ops
