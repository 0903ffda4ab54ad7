#pragma once

#include <limits>
#include <string>

#include "tarn/core/grid/grid.hpp"
#include "tarn/core/pragmas.hpp"

// The one way to loop over cells; set_cells.hpp has the one for stencils. Kokkos' own multi-dimensional tiling is far
// from the memory's speed on hosts and GPUs alike, so the loops are laid out here: contiguous inner loops on a host,
// threads along i on a GPU.

namespace tarn {

namespace detail {

/// Row number `row` of a box, j fastest.
struct Row {
  KOKKOS_FUNCTION Row(const CellRange& range, std::int64_t row)
      : k(range.begin[2] + row / range.extent(1)), j(range.begin[1] + row % range.extent(1)) {}
  Index k, j;
};

/// Runs `body(k, j, i)` along one row.
template <class Body>
struct RowLoop {
  CellRange range;
  Body body;

  KOKKOS_FUNCTION void operator()(const std::int64_t n) const {
    const Row row(range, n);
    const Index first = range.begin[0], last = range.end[0];
    TARN_INDEPENDENT_ITERATIONS
    for (Index i = first; i < last; ++i)
      body(row.k, row.j, i);
  }
};

/// Runs `body(k, j, i)` with one GPU thread per cell.
template <class Body>
struct OneCell {
  CellRange range;
  Body body;

  KOKKOS_FUNCTION void operator()(const int n) const {
    const auto number = static_cast<unsigned>(n);
    const auto columns = static_cast<unsigned>(range.extent(0)), rows = static_cast<unsigned>(range.extent(1));
    const unsigned row = number / columns, plane = row / rows;
    body(range.begin[2] + static_cast<Index>(plane), range.begin[1] + static_cast<Index>(row - plane * rows),
         range.begin[0] + static_cast<Index>(number - row * columns));
  }
};

template <class Body>
void run_cells(const std::string& label, const Space& space, const CellRange& range, const Body& body) {
  if (range.size() <= std::numeric_limits<int>::max()) {
    const Kokkos::RangePolicy<Space, Kokkos::IndexType<int>> policy(space, 0, static_cast<int>(range.size()));
    Kokkos::parallel_for(label, policy, OneCell<Body>{range, body});
    return;
  }
  // More cells than a 32-bit number counts: in two halves, along the slowest axis that has two cells.
  const int axis = range.extent(2) > 1 ? 2 : range.extent(1) > 1 ? 1 : 0;
  CellRange lower = range, upper = range;
  lower.end[axis] = upper.begin[axis] = range.begin[axis] + range.extent(axis) / 2;
  run_cells(label, space, lower, body);
  run_cells(label, space, upper, body);
}

}  // namespace detail

/// Runs `body(k, j, i)` for every cell of a box, in no order; cells are independent of each other.
/// @param space  instance the work is enqueued on; no fence
/// @param body   device function of local indices (k, j, i), ghosts counted
template <class Body>
void for_each_cell(const std::string& label, const Space& space, const CellRange& range, const Body& body) {
  if (range.empty()) return;
  if constexpr (detail::space_is_gpu) {
    detail::run_cells(label, space, range, body);
  } else {
    const std::int64_t rows = std::int64_t{1} * range.extent(1) * range.extent(2);
    Kokkos::parallel_for(label, Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(space, 0, rows),
                         detail::RowLoop<Body>{range, body});
  }
}

}  // namespace tarn
