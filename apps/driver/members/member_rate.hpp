#pragma once

#include "tarn/core/grid/cell_values.hpp"
#include "tarn/core/grid/stencil_cell.hpp"

// How a kernel over all members of a batch finds the rate of the member that a cell belongs to.

namespace tarn::apps {

/// A cell of a batch as its member sees it: with the place that it has in the member's own grid.
/// @tparam Dim  axes of the member's grid, 1 or 2; the member's number stands on the next one
template <class Cell, int Dim>
struct MemberCell {
  const Cell& whole;    ///< in the batch
  Index k, j;           ///< the cell's place in the member, ghosts counted
  decltype(Cell::i) i;  ///< the same along x

  /// The value of a field in the cell.
  KOKKOS_FORCEINLINE_FUNCTION auto operator[](int field) const { return whole[field]; }

  /// That in the cell X, Y, Z cells on.
  template <int X, int Y = 0, int Z = 0>
  KOKKOS_FORCEINLINE_FUNCTION auto neighbor(int field) const {
    static_assert(Z == 0 && (Dim > 1 || Y == 0), "a neighbour along the axis that counts the members of a batch");
    return whole.template neighbor<X, Y, Z>(field);
  }

  /// That in the cell so many cells on along an axis.
  template <int Axis, int Away>
  KOKKOS_FORCEINLINE_FUNCTION auto along(int field) const {
    return neighbor < Axis == 0 ? Away : 0, Axis == 1 ? Away : 0, Axis == 2 ? Away : 0 > (field);
  }
};

/// The rates of change of all members of a batch, for CellEquations.
/// @tparam Rate  what a member's own run takes
template <class Rate, int Dim>
struct MemberRate {
  static constexpr int fields = Rate::fields, reach = Rate::reach, dimensions = 3;  ///< of the batch
  /// Members in one dimension are rows without ghosts above and below, and lanes look beyond the ends of a row.
  static constexpr bool takes_lanes = Rate::takes_lanes && Dim > 1;
  /// As set_cells() takes it.
  static constexpr int rows_at_once = tarn::detail::rows_at_once_of_body<Rate>();

  const Rate* of_member;  ///< in the memory of the device, one for each

  /// What the rate of the cell's member gives.
  template <class Cell>
  KOKKOS_FORCEINLINE_FUNCTION auto operator()(const Cell& cell) const {
    const Rate& own = of_member[Dim == 1 ? cell.j : cell.k];
    return own(MemberCell<Cell, Dim>{cell, 0, Dim == 1 ? 0 : cell.j, cell.i});
  }
};

}  // namespace tarn::apps
