#pragma once

#include <string>
#include <vector>

#include "tarn/ops/reduce/reduction.hpp"

// Running sums and products along an axis.

namespace tarn::ops {

namespace detail {

/// How many lines a GPU scans side by side rather than one after the other.
inline constexpr std::int64_t many_lines = 4096;

template <class T, class E, bool Product>
struct Scan {
  using Element = typename E::value_type;
  using Fold = std::conditional_t<Product, ProductFold<Element>, SumFold<Element>>;
  using value_type = typename Fold::Value;

  AxisLoops loops;  ///< the axis that is scanned is the reduced one
  Target<T> target;
  E expression;
  std::int64_t line;  ///< of a scan of one line

  KOKKOS_FORCEINLINE_FUNCTION void step(Place place, std::int64_t n, value_type& running, bool store) const {
    add_place(place, loops.reduced, n);
    if constexpr (Product) {
      Fold().add(running, expression.at(place), n);
      if (store) *target.address(place) = convert<T>(running);
    } else {
      running.add(convert<wide_type<Element>>(expression.at(place)));
      if (store) *target.address(place) = convert<T>(running.value());
    }
  }
  KOKKOS_FORCEINLINE_FUNCTION Place start(std::int64_t of_line) const {
    Place place{};
    add_place(place, loops.kept, of_line);
    return place;
  }
  /// One line by one thread.
  KOKKOS_FUNCTION void operator()(const std::int64_t of_line) const {
    const Place place = start(of_line);
    value_type running = start_of(Fold());
    for (std::int64_t n = 0; n < loops.reduced_size(); ++n)
      step(place, n, running, true);
  }
  /// One line by all threads.
  KOKKOS_FUNCTION void operator()(const std::int64_t n, value_type& running, const bool final) const {
    step(start(line), n, running, final);
  }
  KOKKOS_FUNCTION void init(value_type& value) const { value = start_of(Fold()); }
  KOKKOS_FUNCTION void join(value_type& into, const value_type& from) const { Fold().join(into, from); }
  /// Kokkos before 4 joins through volatile references.
  KOKKOS_FUNCTION void join(volatile value_type& into, const volatile value_type& from) const {
    join(const_cast<value_type&>(into), const_cast<const value_type&>(from));
  }
};

template <bool Product, ExecutionSpace Exec, WritableView V, Node E, int D>
void scan(const char* operation, const Exec& space, const V& target, const E& expression, Axes<D> axes) {
  using T = typename V::non_const_value_type;
  using S = Scan<T, typename E::lowered_type, Product>;
  static_assert(StorableAs<sum_type<typename E::value_type>, T>, "a scan does not narrow: give it a larger target");
  static_assert(static_cast<int>(V::rank) == E::rank, "a scan's target has the rank of its operand");
  const Shape shape = as_expression(target).shape();
  if (!(shape == expression.shape())) {
    throw ShapeMismatch(fmt::format("{}: the operand has shape {}, the target {}", operation,
                                    to_string(expression.shape()), to_string(shape)));
  }
  std::vector<Access> accesses = accesses_of(target, expression);
  require_no_hazard(operation, shape, accesses[0], {accesses.begin() + 1, accesses.end()});
  if (shape.size() == 0) return;
  const AxisLoops loops = plan_axes(shape, reduced_axes<E::rank>(axes), accesses, true);
  Lowering lowering{accesses, 1};
  Target<T> out{target.data(), {}, false};
  std::copy(accesses[0].strides.begin(), accesses[0].strides.end(), out.strides);
  S work{loops, out, expression.lower(lowering), 0};
  if (!is_gpu<Exec> || loops.kept_size() >= many_lines) {
    Kokkos::parallel_for(operation, Range<Exec>(space, 0, loops.kept_size()), work);
  } else {
    for (work.line = 0; work.line < loops.kept_size(); ++work.line)
      Kokkos::parallel_scan(operation, Range<Exec>(space, 0, loops.reduced_size()), work);
  }
}

}  // namespace detail

/// target = running sums of x along an axis, NumPy's cumsum; float is added up in double, integers in int64, and the
/// sums are compensated.
/// @param space   instance the kernels are enqueued on; no fence
/// @param target  of x's shape; may be x itself; int64 where x is of integers
/// @throws ShapeMismatch if the shapes differ; Error if they overlap other than element by element
template <detail::ExecutionSpace Exec, detail::WritableView V, ArrayOperand X, int D>
void cumsum(const Exec& space, const V& target, const X& x, Axes<D> axes) {
  detail::scan<false>("tarn::ops::cumsum", space, target, as_expression(x), axes);
}
template <detail::WritableView V, ArrayOperand X, int D>
void cumsum(const V& target, const X& x, Axes<D> axes) {
  cumsum(typename V::execution_space(), target, x, axes);
}

/// target = running products of x along an axis, NumPy's cumprod; otherwise as cumsum().
template <detail::ExecutionSpace Exec, detail::WritableView V, ArrayOperand X, int D>
void cumprod(const Exec& space, const V& target, const X& x, Axes<D> axes) {
  detail::scan<true>("tarn::ops::cumprod", space, target, as_expression(x), axes);
}
template <detail::WritableView V, ArrayOperand X, int D>
void cumprod(const V& target, const X& x, Axes<D> axes) {
  cumprod(typename V::execution_space(), target, x, axes);
}

}  // namespace tarn::ops
