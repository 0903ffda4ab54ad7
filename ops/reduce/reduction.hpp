#pragma once

#include <array>
#include <string>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

#include "tarn/core/space.hpp"
#include "tarn/ops/expression/assign.hpp"
#include "tarn/ops/reduce/axes.hpp"
#include "tarn/ops/reduce/fold_axis_kernels.hpp"
#include "tarn/ops/reduce/fold_kernels.hpp"

// How reductions run: at once to a value on the host, or lazily along axes until assign() stores them.

namespace tarn::ops {

namespace detail {

/// The space that an expression's Views are in; of numbers alone, the device.
template <class X>
using space_of =
    std::conditional_t<std::is_void_v<typename decltype(as_expression(std::declval<X>()))::execution_space>, Space,
                       typename decltype(as_expression(std::declval<X>()))::execution_space>;

/// The access to an array in C order, of elements that no expression has.
/// @param map  from its axes to those of the loop
template <class T>
Access packed_access(const T* data, const Shape& shape, const AxisMap& map) {
  Access access{data, sizeof(T), "partial results", {}};
  std::int64_t stride = 1;
  for (int d = shape.rank - 1; d >= 0; --d) {
    const auto axis = static_cast<std::size_t>(d);
    if (shape.extents[axis] != 1) access.strides[static_cast<std::size_t>(map[axis])] = stride;
    stride *= shape.extents[axis];
  }
  return access;
}

/// Whether a fold has a result for no elements.
template <class Fold>
inline constexpr bool has_empty_result = true;
template <class T, int Sign>
inline constexpr bool has_empty_result<ExtremeFold<T, Sign>> = false;
template <class T, int Sign>
inline constexpr bool has_empty_result<ExtremePlaceFold<T, Sign>> = false;

template <class Fold>
void require_elements(const char* operation, std::int64_t count, const Shape& shape) {
  if constexpr (!has_empty_result<Fold>) {
    require(count > 0,
            fmt::format("{}: the array of shape {} has no elements to choose from", operation, to_string(shape)));
  }
}

/// Reduces a whole expression; fences.
template <ExecutionSpace Exec, Node E, class Fold>
typename Fold::Result reduce_all(const char* operation, const Exec& space, const E& expression, const Fold& fold) {
  const Shape shape = expression.shape();
  require_elements<Fold>(operation, shape.size(), shape);
  if (shape.size() == 0) return fold.result(start_of(fold), 0);
  std::vector<Access> accesses;
  expression.collect({0, 1, 2, 3}, accesses);
  const Loop loop = plan_loop(shape, accesses, !Fold::ordered);
  Lowering lowering{accesses, 0};
  return fold.result(run_fold(operation, space, loop, expression.lower(lowering), fold), shape.size());
}

}  // namespace detail

/// A reduction along axes that assign() computes; it has a shape and a type like an expression, but takes part in none.
template <Node E, class Fold, int Rank>
class AxisReduction {
 public:
  using value_type = typename Fold::Result;  ///< of the elements
  using fold_type = Fold;                    ///< what joins them
  static constexpr int rank = Rank;          ///< axes that are left

  /// @param operation  its name, for messages
  AxisReduction(const char* operation, E expression, Fold fold, const std::array<bool, max_rank>& reduced)
      : operation_(operation), expression_(std::move(expression)), fold_(fold), reduced_(reduced) {}

  /// of an axis that is left
  std::int64_t extent(int d) const { return shape().extents[static_cast<std::size_t>(d)]; }
  /// Without the reduced axes, or with extent 1 for them.
  Shape shape() const {
    const Shape whole = expression_.shape();
    Shape result;
    for (std::size_t d = 0; d < static_cast<std::size_t>(E::rank); ++d) {
      if (!reduced_[d] || keeps_dims) {
        result.extents[static_cast<std::size_t>(result.rank)] = reduced_[d] ? 1 : whole.extents[d];
        ++result.rank;
      }
    }
    return result;
  }

  /// See assign().
  template <detail::ExecutionSpace Exec, detail::WritableView V>
  void store(const Exec& space, const V& target) const {
    static_assert(StorableAs<value_type, typename V::non_const_value_type>,
                  "assign() does not narrow: give the reduction a larger target");
    static_assert(static_cast<int>(V::rank) == Rank, "a reduction's target has the reduction's rank");
    require_fitting(as_expression(target).shape());
    reduce_into(space, target.data(), as_expression(target).access(axes_of_target()));
  }

  /// See BlockReduction.
  /// @param partials  for each result, in C order
  template <detail::ExecutionSpace Exec>
  void join(const Exec& space, detail::Partial<Fold>* partials) const {
    reduce_into(space, partials, detail::packed_access(partials, shape(), axes_of_target()));
  }

  /// Elements of the operand.
  std::int64_t elements() const { return expression_.shape().size(); }

 private:
  static constexpr bool keeps_dims = Rank == E::rank;

  void require_fitting(const Shape& target) const {
    if (!(target == shape())) {
      throw ShapeMismatch(fmt::format("{}: the result of shape {} does not fit into the target of shape {}", operation_,
                                      to_string(shape()), to_string(target)));
    }
  }
  /// Which axis of the expression each axis of the target runs along.
  detail::AxisMap axes_of_target() const {
    detail::AxisMap to_whole{};
    std::size_t next = 0;
    for (int d = 0; d < E::rank; ++d) {
      if (!reduced_[static_cast<std::size_t>(d)] || keeps_dims) to_whole[next++] = d;
    }
    return to_whole;
  }
  /// @param target  with strides along the axes of the expression
  template <detail::ExecutionSpace Exec, class T>
  void reduce_into(const Exec& space, T* data, const detail::Access& target) const {
    std::vector<detail::Access> accesses{target};
    expression_.collect({0, 1, 2, 3}, accesses);
    const Shape whole = expression_.shape();
    detail::require_no_hazard(operation_, whole_of_target(whole), accesses[0], {});
    refuse_sources_in_target(whole, accesses);
    if (shape().size() == 0) return;
    constexpr std::int64_t short_row = detail::is_gpu<Exec> ? 0 : detail::short_host_row;
    const auto loops = detail::plan_axes(whole, reduced_, accesses, Fold::ordered, short_row);
    detail::require_elements<Fold>(operation_, loops.reduced_size(), whole);
    detail::Lowering lowering{accesses, 1};
    detail::Target<T> out{data, {}, false};
    std::copy(accesses[0].strides.begin(), accesses[0].strides.end(), out.strides);
    using Lowered = typename E::lowered_type;
    detail::fold_axes(operation_, space,
                      detail::AxisFold<T, Lowered, Fold>{loops, out, expression_.lower(lowering), fold_});
  }
  Shape whole_of_target(Shape whole) const {
    for (std::size_t d = 0; d < static_cast<std::size_t>(whole.rank); ++d) {
      if (reduced_[d]) whole.extents[d] = 1;
    }
    return whole;
  }
  void refuse_sources_in_target(const Shape& whole, const std::vector<detail::Access>& accesses) const {
    if (whole.size() == 0) return;
    for (std::size_t n = 1; n < accesses.size(); ++n) {
      require(accesses[n].data == nullptr || !detail::may_overlap(whole, accesses[0], accesses[n]),
              fmt::format("{}: operand {} ({} at {}) overlaps the target ({} at {}); copy it first", operation_, n - 1,
                          accesses[n].type, accesses[n].data, accesses[0].type, accesses[0].data));
    }
  }

  const char* operation_;
  E expression_;
  Fold fold_;
  std::array<bool, max_rank> reduced_;
};

/// target = a reduction along axes, in one kernel (two where few results are made of many elements). Asynchronous.
/// @param target  of exactly the reduction's shape and a type that holds its results; unchanged after an error
/// @throws ShapeMismatch if the shape differs; Error if operands overlap the target, or min, max, argmin or argmax have
///     no elements to choose from
template <detail::ExecutionSpace Exec, detail::WritableView V, Node E, class Fold, int Rank>
void assign(const Exec& space, const V& target, const AxisReduction<E, Fold, Rank>& reduction) {
  reduction.store(space, target);
}
template <detail::WritableView V, Node E, class Fold, int Rank>
void assign(const V& target, const AxisReduction<E, Fold, Rank>& reduction) {
  reduction.store(typename V::execution_space(), target);
}

namespace detail {

template <bool Keep, Node E, class Fold, int... D>
auto reduce_along(const char* operation, const E& expression, const Fold& fold, Axes<D...> axes) {
  constexpr auto reduced = reduced_axes<E::rank>(axes);
  constexpr int rank = Keep ? E::rank : E::rank - count_of(reduced);
  return AxisReduction<E, Fold, rank>(operation, expression, fold, reduced);
}

}  // namespace detail
}  // namespace tarn::ops
