#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <utility>

#if __has_include(<version>)
#include <version>
#endif
#ifdef __cpp_lib_mdspan
#include <mdspan>
#endif

#include "tarn/core/memory/view_parts.hpp"

// Memory that others own as Views, and Views as others' arrays; nothing is copied. The owner outlives what is made
// here.

namespace tarn {

/// The memory behind a pointer as a device array in C order.
/// @param data     on the device, or null if an extent is 0
/// @param extents  one to four numbers, >= 0
/// @throws Error if an extent is negative, the bytes cannot be counted, or the pointer is null although there are some
template <class T, std::integral... Extents>
requires(sizeof...(Extents) >= 1 && sizeof...(Extents) <= 4) Field < T, static_cast<int>(sizeof...(Extents))
> wrap(T* data, Extents... extents) {
  const std::ptrdiff_t wanted[]{static_cast<std::ptrdiff_t>(extents)...};
  const std::size_t bytes = detail::array_bytes("wrapped memory", wanted, sizeof...(extents), sizeof(T));
  require(bytes == 0 || data != nullptr, "wrap: a null pointer has no elements");
  return Field<T, static_cast<int>(sizeof...(Extents))>(data, static_cast<std::size_t>(extents)...);
}

/// The same in the memory of the host.
template <class T, std::integral... Extents>
requires(sizeof...(Extents) >= 1 && sizeof...(Extents) <= 4) HostField < T, static_cast<int>(sizeof...(Extents))
> wrap_host(T* data, Extents... extents) {
  const std::ptrdiff_t wanted[]{static_cast<std::ptrdiff_t>(extents)...};
  const std::size_t bytes = detail::array_bytes("wrapped memory", wanted, sizeof...(extents), sizeof(T));
  require(bytes == 0 || data != nullptr, "wrap_host: a null pointer has no elements");
  return HostField<T, static_cast<int>(sizeof...(Extents))>(data, static_cast<std::size_t>(extents)...);
}

/// What looks like std::mdspan (C++23, [mdspan.mdspan]): the standard's, Kokkos' or the reference implementation's.
template <class M>
concept MdspanLike = requires(const M& array) {
  typename M::element_type;
  { M::rank() } -> std::convertible_to<std::size_t>;
  array.data_handle();
  array.extent(0);
  array.stride(0);
};

/// An mdspan as a strided View of the same elements.
/// @tparam MemorySpace  where the elements are
template <class MemorySpace = typename Space::memory_space, MdspanLike M>
auto wrap(const M& array) {
  constexpr auto rank = M::rank();
  static_assert(rank >= 1 && rank <= 4, "views have one to four axes");
  Kokkos::LayoutStride layout;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    layout.dimension[axis] = static_cast<std::size_t>(array.extent(axis));
    layout.stride[axis] = static_cast<std::size_t>(array.stride(axis));
  }
  using Data = typename detail::AddPointers<typename M::element_type, static_cast<int>(rank)>::type;
  return Kokkos::View<Data, Kokkos::LayoutStride, MemorySpace>(array.data_handle(), layout);
}

#ifdef __cpp_lib_mdspan
namespace detail {
template <class View, std::size_t... Axis>
auto to_mdspan(const View& view, std::index_sequence<Axis...>) {
  using Extents = std::dextents<std::size_t, sizeof...(Axis)>;
  const std::layout_stride::mapping<Extents> mapping(
      Extents(view.extent(Axis)...), std::array<std::size_t, sizeof...(Axis)>{std::size_t(view.stride(Axis))...});
  return std::mdspan<typename View::value_type, Extents, std::layout_stride>(view.data(), mapping);
}
}  // namespace detail

/// A View of any layout as a strided std::mdspan; where the compiler has one.
template <detail::IsView View>
auto to_mdspan(const View& view) {
  return detail::to_mdspan(view, std::make_index_sequence<static_cast<std::size_t>(detail::rank_of<View>)>());
}
#endif

}  // namespace tarn
