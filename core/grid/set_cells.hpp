#pragma once

#include <string>

#include "tarn/core/error.hpp"
#include "tarn/core/grid/for_each_cell.hpp"
#include "tarn/core/grid/set_cells_gpu.hpp"
#include "tarn/core/grid/set_cells_host.hpp"

namespace tarn {

/// Fills no ghosts; see RowEnds in row_ends.hpp.
struct NoRowEnds {
  void fill_row(int, Index, Index) const {}                           ///< nothing
  KOKKOS_FUNCTION bool touches(Index, Index) const { return false; }  ///< never
  template <class Real>
  KOKKOS_FUNCTION void fill_from(int, Index, Index, Index, Real) const {}  ///< nothing
};

/// target(n, k, j, i) = value(k, j, i)[n] for every field n and every cell of a box. Faster than for_each_cell where
/// neighbouring cells read the same values, as stencils do.
/// @param space     instance the work is enqueued on; no fence
/// @param range     lanes read numbers beyond the ends of its rows, as many as the stencil is wide and a load has: not
///   the first or the last row of an array
/// @param target    Fields, as many as `value` gives numbers, or a Field of rank 3; `value` may read them at the cell
/// itself, nowhere else; in
///   lanes beside the range it may see ghosts that row_ends is writing, and what it makes of them is dropped
/// @param value     device function of local indices (k, j, i), ghosts counted, that returns a Kokkos::Array with a
///   number for each field, or a number for one field. On a GPU it also serves lanes if it takes a LaneIndex for i; the
///   fields it reads through at() are then made by Grid::make_field() or make_fields(). On a host it may name the rows
///   whose first use is in row (k, j), by first_reads(k, j, visit) that calls visit with their first cell. If it has a
///   constant `dimensions`, 1 to 3, boxes are of so many axes, and kernels for others are not compiled; a constant
///   `blocks_per_multiprocessor` limits the registers of a GPU's threads; a constant `rows_at_once` says how many long
///   rows a host computes at once instead of four: one, where little is shared and much is compiled. A host may call it
///   more than once for a cell of long rows; what it then reads of the target there may be new already, and what it
///   makes of that is dropped
/// @param row_ends  fills the target's ghosts beside each row while the row is at hand
/// @throws ShapeMismatch if there are more or fewer fields than values; Error if the box has axes beyond `dimensions`
template <class Target, class Value, class RowEnds = NoRowEnds>
void set_cells(const std::string& label, const Space& space, const CellRange& range, const Target& target,
               const Value& value, const RowEnds& row_ends = {}) {
  using Real = typename Target::value_type;
  if constexpr (std::is_same_v<Target, Field<Real, 3>>) {
    set_cells(label, space, range, as_fields(target), value, row_ends);
  } else {
    static_assert(std::is_same_v<Target, Fields<Real>>, "set_cells writes a Field of rank 3, or Fields");
    detail::require_count("set_cells", target.extent(0), detail::values_per_cell<Value>);
    if (range.empty()) return;
    constexpr int dimensions = detail::dimensions_of_body<Value>();
    require(dimensions == 0 || ((dimensions > 2 || range.extent(2) == 1) && (dimensions > 1 || range.extent(1) == 1)),
            "set_cells: the box has more axes than the body's dimensions");
    if constexpr (!detail::space_is_gpu) {
      detail::set_cells_on_host<Real>(label, space, range, target, value, row_ends);
    } else if constexpr (dimensions == 3) {
      detail::set_cells_on_gpu<2, Real>(label, space, range, target, value, row_ends);
    } else if constexpr (dimensions != 0) {
      detail::set_cells_on_gpu<1, Real>(label, space, range, target, value, row_ends);
    } else if (range.extent(2) > 1) {
      detail::set_cells_on_gpu<2, Real>(label, space, range, target, value, row_ends);
    } else {
      detail::set_cells_on_gpu<1, Real>(label, space, range, target, value, row_ends);
    }
  }
}

}  // namespace tarn
