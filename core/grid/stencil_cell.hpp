#pragma once

#include "tarn/core/grid/grid.hpp"
#include "tarn/core/grid/lanes.hpp"

namespace tarn {

/// One cell of several fields, or lanes of cells, and its neighbours: what a rate of change is computed from.
/// @tparam Reach  the farthest neighbour along any axis that may be read; one beyond does not compile
/// @tparam I      Index, or a LaneIndex
template <class Real, int Reach, class I>
struct StencilCell {
  const Field<const Real, 4>& u;  ///< (field, k, j, i), ghosts filled
  Index k, j;                     ///< the cell's place, ghosts counted
  I i;                            ///< the same along x: an index, or those of several lanes

  /// The value of a field in the cell itself.
  KOKKOS_FORCEINLINE_FUNCTION auto operator[](int field) const { return at(u, field, k, j, i); }

  /// The value so many cells away along each axis.
  template <int X, int Y = 0, int Z = 0>
  KOKKOS_FORCEINLINE_FUNCTION auto neighbor(int field) const {
    static_assert(-Reach <= X && X <= Reach && -Reach <= Y && Y <= Reach && -Reach <= Z && Z <= Reach,
                  "a neighbour beyond the declared reach of the stencil");
    return at(u, field, k + Z, j + Y, i + X);
  }

  /// The value so many cells away along one axis.
  template <int Axis, int Away>
  KOKKOS_FORCEINLINE_FUNCTION auto along(int field) const {
    return neighbor < Axis == 0 ? Away : 0, Axis == 1 ? Away : 0, Axis == 2 ? Away : 0 > (field);
  }
};

}  // namespace tarn
