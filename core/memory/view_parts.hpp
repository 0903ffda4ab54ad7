#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/core/error.hpp"
#include "tarn/core/memory/array.hpp"
#include "tarn/core/memory/staging.hpp"
#include "tarn/core/space.hpp"

// What transfers need to know about Views.

namespace tarn::detail {

template <class T>
concept IsView = Kokkos::is_view<std::remove_cvref_t<T>>::value;

template <class View>
using Element = typename View::non_const_value_type;

template <class View>
inline constexpr bool is_host_view = std::is_same_v<typename View::memory_space, Kokkos::HostSpace> ||
                                     std::is_same_v<typename View::memory_space, PinnedSpace>;

template <class View>
inline constexpr bool is_device_view = std::is_same_v<typename View::memory_space, typename Space::memory_space>;

/// Whether the device's memory is the host's.
inline constexpr bool spaces_are_one = std::is_same_v<typename Space::memory_space, Kokkos::HostSpace>;

template <class View>
inline constexpr int rank_of = static_cast<int>(View::rank);

template <class View>
std::array<std::size_t, static_cast<std::size_t>(rank_of<View>)> extents_of(const View& view) {
  std::array<std::size_t, static_cast<std::size_t>(rank_of<View>)> extents;
  for (std::size_t axis = 0; axis < extents.size(); ++axis)
    extents[axis] = view.extent(axis);
  return extents;
}

/// Host memory as staging sees it.
template <class View>
HostRegion region_of(const View& view) {
  HostRegion region;
  region.data = const_cast<Element<View>*>(view.data());
  region.element_bytes = sizeof(Element<View>);
  region.rank = rank_of<View>;
  for (std::size_t axis = 0; axis < static_cast<std::size_t>(rank_of<View>); ++axis) {
    region.extents[axis] = view.extent(axis);
    region.strides[axis] = view.stride(axis);
  }
  return region;
}

/// Whether the elements lie one after the other, the last index the fastest, whatever the layout's type.
template <class View>
bool is_c_order(const View& view) {
  return region_of(view).is_c_order();
}

/// @throws ShapeMismatch with both shapes
template <class Target, class Source>
void require_same_shape(const char* what, const Target& target, const Source& source) {
  static_assert(rank_of<Target> == rank_of<Source>, "target and source have different ranks");
  static_assert(std::is_same_v<Element<Target>, Element<Source>>, "target and source have different elements");
  const auto to = extents_of(target), from = extents_of(source);
  if (to == from) return;
  throw ShapeMismatch(fmt::format("{}: the target '{}' is {}, the source '{}' is {}", what, target.label(),
                                  fmt::join(to, " x "), source.label(), fmt::join(from, " x ")));
}

/// A View in C order of memory that somebody else owns.
template <class Array, class T, std::size_t... Axis>
Array c_order_view(T* data, const std::array<std::size_t, sizeof...(Axis)>& extents, std::index_sequence<Axis...>) {
  return Array(data, extents[Axis]...);
}
template <class Array, class T, std::size_t Rank>
Array c_order_view(T* data, const std::array<std::size_t, Rank>& extents) {
  return c_order_view<Array>(data, extents, std::make_index_sequence<Rank>());
}

/// A new array in C order from a pool, of any elements.
template <class Array, std::size_t... Axis>
Array new_like(Pool& pool, Stream stream, const std::string& label,
               const std::array<std::size_t, sizeof...(Axis)>& extents, std::index_sequence<Axis...>) {
  return pool_view<Array>(pool, stream, label, extents[Axis]...);
}
template <class Array, std::size_t Rank>
Array new_like(Pool& pool, Stream stream, const std::string& label, const std::array<std::size_t, Rank>& extents) {
  return new_like<Array>(pool, stream, label, extents, std::make_index_sequence<Rank>());
}

}  // namespace tarn::detail
