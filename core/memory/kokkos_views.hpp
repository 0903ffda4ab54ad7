#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include <Kokkos_DualView.hpp>
#include <Kokkos_DynRankView.hpp>
#include <Kokkos_OffsetView.hpp>

#include "tarn/core/error.hpp"
#include "tarn/core/memory/view_parts.hpp"

// The other arrays of Kokkos as Views of the same memory, for whatever takes a View. Views of any layout and stride,
// and of any memory that the device reaches, are taken as they are.

namespace tarn {

/// The device's side of a DualView, brought up to date for reading. After writing to it say `dual.modify_device()`.
template <class... Parameters>
auto device_view(Kokkos::DualView<Parameters...>& dual) {
  dual.sync_device();
  return dual.view_device();
}

/// The host's side; after writing to it say `dual.modify_host()`.
template <class... Parameters>
auto host_view(Kokkos::DualView<Parameters...>& dual) {
  dual.sync_host();
  return dual.view_host();
}

/// An array whose rank is known when the program runs, as one of a fixed rank; it outlives what is made here.
/// @tparam Rank  1 to 4
/// @throws ShapeMismatch if the array has another rank
template <int Rank, class T, class... Parameters>
auto view_of_rank(const Kokkos::DynRankView<T, Parameters...>& array) {
  static_assert(Rank >= 1 && Rank <= 4, "views have one to four axes");
  using Array = Kokkos::DynRankView<T, Parameters...>;
  if (array.rank() != static_cast<unsigned>(Rank)) {
    throw ShapeMismatch(fmt::format("'{}' has {} axes, not {}", array.label(), array.rank(), Rank));
  }
  const std::array<std::size_t, 4> strides{array.stride_0(), array.stride_1(), array.stride_2(), array.stride_3()};
  Kokkos::LayoutStride layout;
  for (std::size_t axis = 0; axis < static_cast<std::size_t>(Rank); ++axis) {
    layout.dimension[axis] = array.extent(axis);
    layout.stride[axis] = strides[axis];
  }
  using Data = typename detail::AddPointers<typename Array::value_type, Rank>::type;
  return Kokkos::View<Data, Kokkos::LayoutStride, typename Array::memory_space>(array.data(), layout);
}

/// An array whose indices begin elsewhere than at 0, as a View whose indices do; it shares the memory.
template <class T, class... Parameters>
auto view_of(const Kokkos::Experimental::OffsetView<T, Parameters...>& array) {
  return array.view();
}

}  // namespace tarn
