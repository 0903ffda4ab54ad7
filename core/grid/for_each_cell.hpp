#pragma once

#include <limits>
#include <string>
#include <vector>

#include "tarn/core/error.hpp"
#include "tarn/core/grid/grid.hpp"
#include "tarn/core/kokkos_compat.hpp"
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
    Kokkos::parallel_for(label, kokkos_compat::sent_with_launch(policy), OneCell<Body>{range, body});
    return;
  }
  // More cells than a 32-bit number counts: in two halves, along the slowest axis that has two cells.
  const int axis = range.extent(2) > 1 ? 2 : range.extent(1) > 1 ? 1 : 0;
  CellRange lower = range, upper = range;
  lower.end[axis] = upper.begin[axis] = range.begin[axis] + range.extent(axis) / 2;
  run_cells(label, space, lower, body);
  run_cells(label, space, upper, body);
}

/// Runs a body over the cells of several boxes with one GPU thread per cell.
template <class Body>
struct OneCellOfMany {
  static constexpr int most = 26;  ///< boxes

  Kokkos::Array<CellRange, most> boxes;
  Kokkos::Array<int, most + 1> begin;  ///< the number of each box's first cell
  Body body;

  KOKKOS_FUNCTION void operator()(const int number) const {
    int n = 0;
    while (number >= begin[n + 1])
      ++n;
    const CellRange& box = boxes[n];
    const int inside = number - begin[n], row = inside / box.extent(0), plane = row / box.extent(1);
    body(n, box.begin[2] + plane, box.begin[1] + row - plane * box.extent(1),
         box.begin[0] + inside - row * box.extent(0));
  }
};

/// A body for one of several boxes.
template <class Body>
struct NumberedBody {
  int box;
  Body body;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const { body(box, k, j, i); }
};

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

/// Runs `body(n, k, j, i)` for every cell of every box n, in no order: in one launch on a GPU, where a launch costs
/// more than what few cells do.
/// @param boxes  at most 26, which is the faces, edges and corners of a block
/// @throws Error if there are more boxes, or more cells than an int counts
template <class Body>
void for_each_cell(const std::string& label, const Space& space, const std::vector<CellRange>& boxes,
                   const Body& body) {
  if constexpr (detail::space_is_gpu) {
    detail::OneCellOfMany<Body> all{{}, {}, body};
    require(static_cast<int>(boxes.size()) <= all.most, label + ": too many boxes");
    std::int64_t cells = 0;
    for (std::size_t n = 0; n < boxes.size(); ++n) {
      cells += boxes[n].size();
      require(cells <= std::numeric_limits<int>::max(), label + ": too many cells");
      all.boxes[n] = boxes[n];
      all.begin[n + 1] = static_cast<int>(cells);
    }
    if (cells == 0) return;
    const Kokkos::RangePolicy<Space, Kokkos::IndexType<int>> policy(space, 0, static_cast<int>(cells));
    Kokkos::parallel_for(label, kokkos_compat::sent_with_launch(policy), all);
  } else {
    for (std::size_t n = 0; n < boxes.size(); ++n)
      for_each_cell(label, space, boxes[n], detail::NumberedBody<Body>{static_cast<int>(n), body});
  }
}

}  // namespace tarn
