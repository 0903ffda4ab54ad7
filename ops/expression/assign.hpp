#pragma once

#include <vector>

#include <Kokkos_Core.hpp>

#include "tarn/ops/expression/assign_kernels.hpp"
#include "tarn/ops/expression/node.hpp"
#include "tarn/ops/expression/operators.hpp"

namespace tarn::ops {

namespace detail {

template <class Space>
concept ExecutionSpace = Kokkos::is_execution_space<Space>::value;

template <class V>
concept WritableView = ArrayView<V> && !std::is_const_v<typename V::value_type>;

/// An expression ready to be looped over: the target is the first access, its leaves are the others.
template <class V, Node E>
std::vector<Access> accesses_of(const V& target, const E& expression) {
  constexpr int rank = static_cast<int>(V::rank);
  constexpr AxisMap axes{0, 1, 2, 3};
  std::vector<Access> accesses{as_expression(target).access(axes)};
  expression.collect(align_right(axes, rank, E::rank), accesses);
  return accesses;
}

/// Leaves whose axes have extent 1 where the target's have more are repeated: their stride is 0 already.
template <ExecutionSpace Exec, WritableView V, Node E>
void assign_node(const char* operation, const Exec& space, const V& target, const E& expression) {
  using T = typename V::non_const_value_type;
  static_assert(StorableAs<typename E::value_type, T>,
                "assign() does not narrow: say cast<T>(expression) for a target of smaller elements");
  static_assert(E::rank <= static_cast<int>(V::rank), "the expression has more axes than the target");
  static_assert(Kokkos::SpaceAccessibility<Exec, typename V::memory_space>::accessible,
                "the execution space cannot reach the target's memory");
  const Shape shape = as_expression(target).shape();
  require_broadcast(operation, expression.shape(), shape);
  std::vector<Access> accesses = accesses_of(target, expression);
  require_no_hazard(operation, shape, accesses[0], {accesses.begin() + 1, accesses.end()});
  if (shape.size() == 0) return;

  const Loop loop = plan_loop(shape, accesses);
  Lowering lowering{accesses, 1};
  const auto lowered = expression.lower(lowering);
  Target<T> out{target.data(), {}, false};
  std::copy(accesses[0].strides.begin(), accesses[0].strides.end(), out.strides);
  // A row of one element is contiguous whatever its stride.
  if constexpr (is_gpu<Exec>) {
    run_on_gpu(operation, space, loop, out, lowered);
  } else {
    run_on_host(operation, space, loop, out, lowered);
  }
}

}  // namespace detail

/// target = expression, in one kernel; the expression broadcasts to the target's shape as in NumPy's
/// `target[...] = expression`. Asynchronous. The target may take part in the expression, each element at its own place.
/// @param space   instance the kernel is enqueued on; no fence
/// @param target  any layout and strides; unchanged after an error
/// @param x       whose type can be stored in the target's without loss (promote<X, T> is T); cast<T>() does it with
///     loss. A C++ scalar has the target's type, if its kind allows.
/// @throws ShapeMismatch if the expression does not broadcast to the target; Error if operands overlap the target
///     other than element by element, the target overlaps itself, or an integer does not fit into the target's type
template <detail::ExecutionSpace Exec, detail::WritableView V, AnyOperand X>
void assign(const Exec& space, const V& target, const X& x) {
  if constexpr (ScalarOperand<X>) {
    using T = typename V::non_const_value_type;
    static_assert(std::same_as<typename detail::WithScalar<T, detail::kind_of<X>>::type, T>,
                  "assign() does not narrow: the scalar's kind does not fit the target's elements");
    detail::assign_node("tarn::ops::assign", space, target, detail::as_operand<T>(x));
  } else {
    detail::assign_node("tarn::ops::assign", space, target, as_expression(x));
  }
}

/// The same on the default instance of the target's execution space.
template <detail::WritableView V, AnyOperand X>
void assign(const V& target, const X& x) {
  assign(typename V::execution_space(), target, x);
}

}  // namespace tarn::ops
