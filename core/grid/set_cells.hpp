#pragma once

#include <string>

#include "tarn/core/grid/for_each_cell.hpp"
#include "tarn/core/grid/set_cells_gpu.hpp"
#include "tarn/core/grid/set_cells_host.hpp"

namespace tarn {

/// Fills no ghosts; see RowEnds in row_ends.hpp.
struct NoRowEnds {
  void fill_row(Index, Index) const {}
  KOKKOS_FUNCTION bool touches(Index, Index) const { return false; }
  template <class Real>
  KOKKOS_FUNCTION void fill_from(Index, Index, Index, Real) const {}
};

/// target(k, j, i) = value(k, j, i) for every cell of a box. Faster than for_each_cell where neighbouring cells read
/// the same values, as stencils do.
/// @param space     instance the work is enqueued on; no fence
/// @param range     lanes read one number beyond the ends of its rows: not the first or the last row of an array
/// @param target    View of rank 3 whose rows are contiguous; `value` may read it at the cell itself, nowhere else; in
///   lanes beside the range it may see ghosts that row_ends is writing, and what it makes of them is dropped
/// @param value     device function of local indices (k, j, i), ghosts counted. On a GPU it also serves lanes if it
///   takes a LaneIndex for i; the fields it reads through at() are then made by Grid::make_field(). On a host it may
///   name the rows whose first use is in row (k, j), by first_reads(k, j, visit) that calls visit with their first cell
/// @param row_ends  fills the target's ghosts beside each row while the row is at hand
template <class Target, class Value, class RowEnds = NoRowEnds>
void set_cells(const std::string& label, const Space& space, const CellRange& range, const Target& target,
               const Value& value, const RowEnds& row_ends = {}) {
  if (range.empty()) return;
  if constexpr (!detail::space_is_gpu) {
    detail::set_cells_on_host(label, space, range, target, value, row_ends);
  } else if (range.extent(2) > 1) {
    detail::set_cells_on_gpu<2>(label, space, range, target, value, row_ends);
  } else {
    detail::set_cells_on_gpu<1>(label, space, range, target, value, row_ends);
  }
}

}  // namespace tarn
