#pragma once

#include "tarn/core/grid/ghost_kernels.hpp"

namespace tarn {

/// Fills the ghosts at both ends of rows along x as set_cells() writes the rows, which saves a pass over the fields
/// that would touch two memory lines of each. GhostCells::row_ends() makes it.
template <class Real>
struct RowEnds {
  Fields<Real> u;  ///< the target
  detail::EndRules<Real> ends;

  /// Leaves all ghosts alone.
  void fill_none() { ends.sources = {detail::GhostSource::other_rank, detail::GhostSource::other_rank}; }

  /// Whether any ghost takes its value from the cells [begin, end) along x.
  KOKKOS_FUNCTION bool touches(Index begin, Index end) const { return begin < 2 * ends.ghosts || end > ends.cells; }

  /// Fills the ghosts that take their value from cell (k, j, i) of a field, which is `value`. Ghosts from another rank
  /// are left alone.
  KOKKOS_FUNCTION void fill_from(int field, Index k, Index j, Index i, Real value) const {
    const Index from_lower = i - ends.ghosts, from_upper = ends.ghosts + ends.cells - 1 - i;
    if (from_lower < ends.ghosts) {
      fill_behind(0, field, k, j, from_lower, value);
      if (ends.sources[1] == detail::GhostSource::wrap) u(field, k, j, i + ends.cells) = value;
    }
    if (from_upper < ends.ghosts) {
      fill_behind(1, field, k, j, from_upper, value);
      if (ends.sources[0] == detail::GhostSource::wrap) u(field, k, j, i - ends.cells) = value;
    }
  }

  /// Fills the ghosts of a finished row of a field, on a host.
  void fill_row(int field, Index k, Index j) const {
    Real* const row = &u(field, k, j, 0);
    const Index upper = ends.ghosts + ends.cells;
    for (Index layer = 0; layer < ends.ghosts; ++layer) {
      if (ends.sources[0] == detail::GhostSource::wrap) row[layer] = row[layer + ends.cells];
      if (ends.sources[1] == detail::GhostSource::wrap) row[upper + layer] = row[ends.ghosts + layer];
      fill_behind(0, field, k, j, layer, row[ends.ghosts + layer]);
      fill_behind(1, field, k, j, layer, row[upper - 1 - layer]);
    }
  }

 private:
  /// @param layer  cells between the one whose value is given and the face
  KOKKOS_FUNCTION void fill_behind(int side, int field, Index k, Index j, Index layer, Real value) const {
    if (!ends.mirrors(side, field)) return;
    if (ends.rules(side, field).rule != FaceRule::copy) {
      fill_ghost(side, field, k, j, layer, value);
    } else if (layer == 0) {
      for (Index each = 0; each < ends.ghosts; ++each)
        fill_ghost(side, field, k, j, each, value);
    }
  }

  KOKKOS_FUNCTION void fill_ghost(int side, int field, Index k, Index j, Index layer, Real value) const {
    const Index ghost = side == 0 ? ends.ghosts - 1 - layer : ends.ghosts + ends.cells + layer;
    u(field, k, j, ghost) = ends.ghost_value(side, field, static_cast<int>(ghost), k, j, value, value);
  }
};

}  // namespace tarn
