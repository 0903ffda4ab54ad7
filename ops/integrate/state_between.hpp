#pragma once

#include <type_traits>

#include "tarn/core/grid/cell_values.hpp"
#include "tarn/core/grid/ghost_kernels.hpp"
#include "tarn/core/grid/stencil_cell.hpp"
#include "tarn/core/pragmas.hpp"
#include "tarn/ops/integrate/combination.hpp"

// The state between two steps that are made in one pass over memory.

namespace tarn::ops::detail {

/// y = now + dt r(now): the state after the first of two steps of forward Euler, in cells of the block and in the
/// ghosts next to it, which GhostCells would fill by the same rules.
template <class Real, class Rate>
struct StateBetween {
  static constexpr int fields = Rate::fields, dimensions = Rate::dimensions;
  using Ends = tarn::detail::EndRules<Real>;
  using Values = Kokkos::Array<Real, fields>;

  Rate rate;
  Fields<const Real> now;       ///< (field, k, j, i), ghosts filled
  StepWeight<Real> dt;          ///< of the first step
  Kokkos::Array<Ends, 3> ends;  ///< where the ghosts along x, y, z come from

  /// A step of forward Euler in a cell.
  template <class Cell>
  static KOKKOS_FORCEINLINE_FUNCTION Values stepped(const Rate& rate, const Cell& cell, Real dt) {
    const auto rates = rate(cell);
    Values values;
    TARN_UNROLL
    for (int field = 0; field < fields; ++field)
      values[field] = cell[field] + dt * tarn::detail::nth(rates, field);  // in the order of Combination
    return values;
  }

  /// A cell of the block.
  KOKKOS_FORCEINLINE_FUNCTION Values cell(Index k, Index j, Index i, Real step) const {
    return stepped(rate, StencilCell<Real, Rate::reach, Index>{now, k, j, i}, step);
  }

  /// A cell of the block, or a ghost next to it.
  KOKKOS_FORCEINLINE_FUNCTION Values at(Index k, Index j, Index i, Real step) const {
    const int x = side_of(ends[0], i), y = dimensions > 1 ? side_of(ends[1], j) : -1;
    const int z = dimensions > 2 ? side_of(ends[2], k) : -1;
    const Index from_k = z < 0 ? k : source_of(ends[2], z, k), from_j = y < 0 ? j : source_of(ends[1], y, j);
    Values values = cell(from_k, from_j, x < 0 ? i : source_of(ends[0], x, i), step);
    TARN_UNROLL
    for (int field = 0; field < fields; ++field) {
      Real& value = values[field];
      if (x >= 0) value = ghost(ends[0], x, field, i, from_k, from_j, value, now(field, from_k, from_j, i));
      if (y >= 0) value = ghost(ends[1], y, field, j, from_k, i, value, now(field, from_k, j, i));
      if (z >= 0) value = ghost(ends[2], z, field, k, j, i, value, now(field, k, j, i));
    }
    return values;
  }

  /// Behind which end of an axis an index lies: 0 the lower one, 1 the upper one, -1 none.
  static KOKKOS_FORCEINLINE_FUNCTION int side_of(const Ends& ends, Index n) {
    return n < ends.ghosts ? 0 : n >= ends.ghosts + ends.cells ? 1 : -1;
  }

  /// The index of the cell that a ghost takes its value from: at the other end of a periodic axis, or inside the face.
  static KOKKOS_FORCEINLINE_FUNCTION Index source_of(const Ends& ends, int side, Index ghost) {
    if (tarn::detail::either(ends.sources, side) == tarn::detail::GhostSource::wrap)
      return side == 0 ? ghost + ends.cells : ghost - ends.cells;
    return ends.mirrored(side, static_cast<int>(ghost));
  }

  /// A ghost next to a face or a periodic end.
  /// @param n, a, b  its index along the axis, the slower and the faster tangential one
  /// @param inside   the cell that it takes its value from
  /// @param held     what stands in the ghost where the face leaves it alone
  static KOKKOS_FORCEINLINE_FUNCTION Real ghost(const Ends& ends, int side, int field, Index n, Index a, Index b,
                                                Real inside, Real held) {
    if (tarn::detail::either(ends.sources, side) == tarn::detail::GhostSource::wrap) return inside;
    if (!ends.mirrors(side, field)) return held;
    return ends.ghost_value(side, field, static_cast<int>(n), a, b, inside, inside);
  }
};

}  // namespace tarn::ops::detail
