#pragma once

#include <cstdint>
#include <string>

#include "tarn/core/space.hpp"
#include "tarn/ops/expression/assign.hpp"

// Sorting along the last axis: stable, NaN last.

namespace tarn::ops {

namespace detail {

/// Sorts contiguous lines of keys in place, the numbers beside them with them; fences.
/// @param numbers  (lines * length), or null
template <class T>
void sort_lines(const Space& space, T* keys, std::int64_t* numbers, std::int64_t lines, std::int64_t length);

template <WritableView V>
using Contiguous = Kokkos::View<typename V::non_const_data_type, Kokkos::LayoutRight, typename V::device_type>;

/// An uninitialised C-order array of a View's shape.
template <class Element, class V>
auto array_like(const char* label, const V& view) {
  constexpr int rank = static_cast<int>(V::rank);
  using Data = typename Pointers<Element, rank>::type;
  Kokkos::LayoutRight layout;
  for (int d = 0; d < rank; ++d)
    layout.dimension[d] = view.extent(static_cast<std::size_t>(d));
  return Kokkos::View<Data, Kokkos::LayoutRight, typename V::device_type>(
      Kokkos::view_alloc(std::string(label), Kokkos::WithoutInitializing), layout);
}

template <class V>
std::int64_t lines_of(const V& view) {
  const auto length = view.extent(static_cast<std::size_t>(V::rank) - 1);
  return length == 0 ? 0 : static_cast<std::int64_t>(view.size() / length);
}

}  // namespace detail

/// Sorts a View in place along its last axis, smallest first and NaN last; complex numbers by real part, then
/// imaginary part. Fences.
/// @param target  of rank 1 to 4, any layout
/// @throws Error if elements of the target overlap each other; it is then unchanged
template <detail::WritableView V>
void sort(const Space& space, const V& target) {
  static_assert(static_cast<int>(V::rank) > 0, "sort() takes arrays of rank 1 to 4");
  using T = typename V::non_const_value_type;
  const auto node = as_expression(target);
  detail::require_no_hazard("sort", node.shape(), node.access({0, 1, 2, 3}), {});
  if (target.size() == 0) return;
  const auto keys = detail::array_like<T>("tarn::ops::sort", target);
  assign(space, keys, target);
  detail::sort_lines<T>(space, keys.data(), nullptr, detail::lines_of(target),
                        static_cast<std::int64_t>(target.extent(static_cast<std::size_t>(V::rank) - 1)));
  assign(space, target, keys);
  space.fence();  // before the copy is freed
}

/// indices = the places along the last axis at which x's elements stand, smallest first and NaN last; equal elements
/// keep their order. Fences.
/// @param indices  int64, of x's shape
/// @param x        of rank 1 to 4, any layout
/// @throws ShapeMismatch if the shapes differ; Error if elements of `indices` overlap each other
template <detail::WritableView I, ArrayView V>
requires std::same_as<typename I::non_const_value_type, std::int64_t>
void argsort(const Space& space, const I& indices, const V& x) {
  static_assert(static_cast<int>(V::rank) > 0 && static_cast<int>(V::rank) == static_cast<int>(I::rank),
                "argsort() takes arrays of one rank, 1 to 4");
  using T = typename V::non_const_value_type;
  const Shape shape = as_expression(x).shape();
  if (!(as_expression(indices).shape() == shape)) {
    throw ShapeMismatch("argsort: x has shape " + to_string(shape) + ", indices has shape " +
                        to_string(as_expression(indices).shape()));
  }
  detail::require_no_hazard("argsort", shape, as_expression(indices).access({0, 1, 2, 3}), {});
  if (x.size() == 0) return;
  const auto length = static_cast<std::int64_t>(x.extent(static_cast<std::size_t>(V::rank) - 1));
  const auto keys = detail::array_like<T>("tarn::ops::argsort::keys", x);
  const auto numbers = detail::array_like<std::int64_t>("tarn::ops::argsort::numbers", x);
  assign(space, keys, x);
  assign(space, numbers, iota(length));
  detail::sort_lines<T>(space, keys.data(), numbers.data(), detail::lines_of(x), length);
  assign(space, indices, numbers);
  space.fence();  // before the copies are freed
}

}  // namespace tarn::ops
