#pragma once

#include "tarn/core/grid/ghost_kernels.hpp"

namespace tarn {

/// Fills the ghosts at both ends of rows along x as set_cells() writes the rows, which saves a pass over the field that
/// would touch two memory lines of each. GhostCells::row_ends() makes it.
template <class Real>
struct RowEnds {
  Field<Real, 3> u;  ///< the target
  Field<const Real, 2> lower_values, upper_values;
  Kokkos::Array<detail::GhostSource, 2> sources;  ///< ghosts from another rank are left alone
  int ghosts;
  int cells;
  Real spacing;  ///< [length]

  /// Whether any ghost takes its value from the cells [begin, end) along x.
  KOKKOS_FUNCTION bool touches(Index begin, Index end) const { return begin < 2 * ghosts || end > cells; }

  /// Fills the ghosts that take their value from cell (k, j, i), which is `value`.
  KOKKOS_FUNCTION void fill_from(Index k, Index j, Index i, Real value) const {
    const Index from_lower = i - ghosts, from_upper = ghosts + cells - 1 - i;
    if (from_lower < ghosts) {
      fill_mirrored(0, k, j, ghosts - 1 - from_lower, i, value);
      if (sources[1] == detail::GhostSource::wrap) u(k, j, i + cells) = value;
    }
    if (from_upper < ghosts) {
      fill_mirrored(1, k, j, ghosts + cells + from_upper, i, value);
      if (sources[0] == detail::GhostSource::wrap) u(k, j, i - cells) = value;
    }
  }

  /// Fills the ghosts of a finished row, on a host.
  void fill_row(Index k, Index j) const {
    Real* const row = &u(k, j, 0);
    const Index upper = ghosts + cells;
    for (Index layer = 0; layer < ghosts; ++layer) {
      if (sources[0] == detail::GhostSource::wrap) row[layer] = row[layer + cells];
      if (sources[1] == detail::GhostSource::wrap) row[upper + layer] = row[ghosts + layer];
      fill_mirrored(0, k, j, ghosts - 1 - layer, ghosts + layer, row[ghosts + layer]);
      fill_mirrored(1, k, j, upper + layer, upper - 1 - layer, row[upper - 1 - layer]);
    }
  }

 private:
  KOKKOS_FUNCTION void fill_mirrored(int side, Index k, Index j, Index ghost, Index mirrored, Real inside) const {
    if (!detail::is_boundary(sources[side])) return;
    const Real given = side == 0 ? lower_values(k, j) : upper_values(k, j);
    u(k, j, ghost) = detail::boundary_ghost(sources[side], given, inside,
                                            static_cast<Real>(static_cast<int>(ghost - mirrored)) * spacing);
  }
};

}  // namespace tarn
