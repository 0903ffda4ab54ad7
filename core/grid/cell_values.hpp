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

/// Along how many axes the cells of a body's boxes may have neighbours: what it says as `dimensions`, or 0 where it
/// does not say. One that says so is compiled for these alone.
template <class Body>
constexpr int dimensions_of_body() {
  if constexpr (requires { Body::dimensions; }) {
    return Body::dimensions;
  } else {
    return 0;
  }
}

inline constexpr unsigned usual_blocks_per_multiprocessor = 7;

/// How many blocks of threads with lanes a multiprocessor of a GPU is to have room for, as a body says it by
/// `blocks_per_multiprocessor`. Of 65,536 registers a thread has 72 with seven blocks, 64 with eight.
template <class Body>
constexpr unsigned blocks_of_body() {
  if constexpr (requires { Body::blocks_per_multiprocessor; }) {
    return Body::blocks_per_multiprocessor;
  } else {
    return usual_blocks_per_multiprocessor;
  }
}

inline constexpr int usual_rows_at_once = 4;

/// How many long rows a host computes at once, so that a stencil's loads from the rows between them are made once; as a
/// body says it by `rows_at_once`.
template <class Body>
constexpr int rows_at_once_of_body() {
  if constexpr (requires { Body::rows_at_once; }) {
    return Body::rows_at_once;
  } else {
    return usual_rows_at_once;
  }
}

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
