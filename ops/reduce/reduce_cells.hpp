#pragma once

#include <string>

#include "tarn/core/grid/for_each_cell.hpp"
#include "tarn/core/grid/grid.hpp"

// The loop behind reductions over cells, laid out like for_each_cell.

namespace tarn::ops {

namespace detail {

/// One row of a box, reduced into a local value first so that the compiler keeps it in registers.
template <class Value, class Body>
struct RowReduce {
  CellRange range;
  Body body;

  KOKKOS_FUNCTION void operator()(const std::int64_t row, Value& value) const {
    const int rows = range.extent(1);
    const int k = range.begin[2] + static_cast<int>(row / rows);
    const int j = range.begin[1] + static_cast<int>(row % rows);
    const int first = range.begin[0], last = range.end[0];
    Value of_row = Kokkos::reduction_identity<Value>::sum();
    for (int i = first; i < last; ++i)
      body(k, j, i, of_row);
    value += of_row;
  }
};

/// One cell of a box, numbered i fastest.
template <class Value, class Body>
struct CellReduce {
  CellRange range;
  Body body;

  KOKKOS_FUNCTION void operator()(const std::int64_t n, Value& value) const {
    const int columns = range.extent(0), rows = range.extent(1);
    const auto row = static_cast<int>(n / columns);
    body(range.begin[2] + row / rows, range.begin[1] + row % rows, range.begin[0] + static_cast<int>(n % columns),
         value);
  }
};

}  // namespace detail

/// Reduces over the cells of a box, in no particular order: `+=` of the value has to be associative and
/// commutative to the last bit.
/// @tparam Value  with Kokkos::reduction_identity<Value>::sum(), and `+=` that joins two values
/// @param space   instance the work runs on, fenced
/// @param body    device function body(k, j, i, Value&) of local indices, ghosts counted
/// @returns the identity for an empty box
template <class Value, class Body>
Value reduce_cells(const std::string& label, const Space& space, const CellRange& range, const Body& body) {
  using Policy = Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>;
  Value value = Kokkos::reduction_identity<Value>::sum();
  if (range.empty()) return value;
  if constexpr (tarn::detail::space_is_gpu) {
    Kokkos::parallel_reduce(label, Policy(space, 0, range.size()), detail::CellReduce<Value, Body>{range, body},
                            Kokkos::Sum<Value>(value));
  } else {
    const std::int64_t rows = std::int64_t{1} * range.extent(1) * range.extent(2);
    Kokkos::parallel_reduce(label, Policy(space, 0, rows), detail::RowReduce<Value, Body>{range, body},
                            Kokkos::Sum<Value>(value));
  }
  return value;
}

}  // namespace tarn::ops
