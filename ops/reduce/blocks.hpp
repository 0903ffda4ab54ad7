#pragma once

#include <cstdint>

#include <fmt/format.h>

#include "tarn/core/memory/array.hpp"
#include "tarn/core/memory/memory.hpp"
#include "tarn/ops/reduce/reduction.hpp"

// Reductions along axes whose operand comes block by block.

namespace tarn::ops {

namespace detail {

template <class Fold>
struct StartPartials {
  Partial<Fold>* partials;
  Fold fold;

  KOKKOS_FUNCTION void operator()(const std::int64_t n) const { partials[n].value = start_of(fold); }
};

template <class T, class Fold, class Last>
struct FinishPartials {
  T* target;
  const Partial<Fold>* partials;
  Last fold;
  std::int64_t count;

  KOKKOS_FUNCTION void operator()(const std::int64_t n) const {
    target[n] = convert<T>(fold.result(partials[n].value, count));
  }
};

}  // namespace detail

/// What a reduction along axes, `sum(x, axis<1>)`, is so far where x comes in blocks. Between blocks everything is kept
/// that makes a result accurate, the rounding errors of a sum and the shift of a variance, so that blocks give what the
/// whole would give, but for the order of the additions.
/// @tparam Reduction  the type of the reduction of a block
template <class Reduction>
class BlockReduction {
 public:
  using Fold = typename Reduction::fold_type;

  /// @param space    instance that the work is enqueued on
  /// @param results  their number, >= 0
  /// @throws OutOfMemory
  BlockReduction(const Space& space, std::int64_t results, const Fold& fold = {})
      : partials_(make_array<detail::Partial<Fold>>(memory().device(), space, Fill::nothing, "tarn::ops::partials",
                                                    results)) {
    Kokkos::parallel_for("tarn::ops::start_partials", detail::Range<Space>(space, 0, results),
                         detail::StartPartials<Fold>{partials_.data(), fold});
  }

  /// Takes the next block; no fence.
  /// @throws ShapeMismatch unless it has as many results
  void add(const Space& space, const Reduction& block) {
    const std::int64_t results = block.shape().size();
    if (results != size()) {
      throw ShapeMismatch(fmt::format("a block of {} results for {}", results, size()));
    }
    block.join(space, partials_.data());
    if (results > 0) count_ += block.elements() / results;
  }

  /// target = the results of all blocks, in C order; no fence.
  /// @param target  contiguous, of any type that results are cast to
  /// @param last    how results are made of what was kept: the mean of a sum, say
  /// @throws ShapeMismatch unless the target has as many elements as there are results
  template <detail::WritableView V, class Last = Fold>
  void finish(const Space& space, const V& target, const Last& last = {}) const {
    using T = typename V::non_const_value_type;
    static_assert(static_cast<int>(V::rank) == 1 && std::is_same_v<typename V::array_layout, Kokkos::LayoutRight>,
                  "the target is contiguous");
    static_assert(std::same_as<typename Last::Value, typename Fold::Value>, "the fold keeps something else");
    if (static_cast<std::int64_t>(target.extent(0)) != size()) {
      throw ShapeMismatch(fmt::format("{} results for a target of {}", size(), target.extent(0)));
    }
    Kokkos::parallel_for("tarn::ops::finish_partials", detail::Range<Space>(space, 0, size()),
                         detail::FinishPartials<T, Fold, Last>{target.data(), partials_.data(), last, count_});
  }

 private:
  std::int64_t size() const { return static_cast<std::int64_t>(partials_.extent(0)); }

  Field<detail::Partial<Fold>, 1> partials_;
  std::int64_t count_ = 0;
};

}  // namespace tarn::ops
