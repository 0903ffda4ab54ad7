#pragma once

#include <cstddef>
#include <type_traits>

#include "tarn/core/grid/lanes.hpp"

// What a kernel body gives for a cell, or for lanes of cells: one value, or an array of one for each field.

namespace tarn::detail {

template <class Result>
struct CellValues {
  static constexpr int count = 1;
};
template <class Value, std::size_t Count>
struct CellValues<Kokkos::Array<Value, Count>> {
  static constexpr int count = static_cast<int>(Count);
};

/// How many fields a body gives values for.
template <class Body>
inline constexpr int values_per_cell =
    CellValues<std::decay_t<std::invoke_result_t<const Body&, Index, Index, Index>>>::count;

/// The value of one field among what a body gave.
template <class Value>
KOKKOS_FORCEINLINE_FUNCTION const Value& nth(const Value& value, int) {
  return value;
}
template <class Value, std::size_t Count>
KOKKOS_FORCEINLINE_FUNCTION const Value& nth(const Kokkos::Array<Value, Count>& values, int n) {
  return values[static_cast<std::size_t>(n)];
}

}  // namespace tarn::detail
