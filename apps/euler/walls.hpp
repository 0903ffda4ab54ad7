#pragma once

#include <concepts>

#include "tarn/apps/euler/state.hpp"

namespace tarn::apps::euler {

/// The walls of a patch at which a face's outer state is made the mirror of its inner one: with gravity across a wall
/// what is reconstructed outside would differ a little, and mass would leak.
struct Walls {
  /// [axis][side]: the local index of the first cell above the wall, or -1
  Kokkos::Array<Kokkos::Array<int, 2>, 3> at{{{-1, -1}, {-1, -1}, {-1, -1}}};

  /// @param above  the cell above a face across the axis
  KOKKOS_FORCEINLINE_FUNCTION bool is_below(int axis, Index above) const { return above == at[axis][0]; }
  KOKKOS_FORCEINLINE_FUNCTION bool is_above(int axis, Index above) const { return above == at[axis][1]; }
};

/// What a wall across an axis makes of a quantity of a gas (density, velocity, pressure), or of a scalar.
template <class Real>
KOKKOS_FORCEINLINE_FUNCTION Real mirrored(int quantity, int axis, Real value) {
  return quantity == 1 + axis ? -value : value;
}
/// And of all of a gas.
template <int Axis, class Real, int Dim>
KOKKOS_FORCEINLINE_FUNCTION Primitive<Real, Dim> mirrored(Primitive<Real, Dim> w) {
  w.velocity[Axis] = mirrored(1 + Axis, Axis, w.velocity[Axis]);
  return w;
}
/// And of a scalar.
template <int Axis, std::floating_point Real>
KOKKOS_FORCEINLINE_FUNCTION Real mirrored(Real scalar) {
  return scalar;
}

/// Makes what is beyond a wall at a face the mirror of what is inside.
/// @param above  the cell above the face
/// @param[in,out] left, right  states of the gas at the face, or a scalar
template <int Axis, class State>
KOKKOS_FORCEINLINE_FUNCTION void mirror_at_walls(const Walls& walls, Index above, State& left, State& right) {
  if (walls.is_below(Axis, above)) {
    left = mirrored<Axis>(right);
  } else if (walls.is_above(Axis, above)) {
    right = mirrored<Axis>(left);
  }
}

}  // namespace tarn::apps::euler
