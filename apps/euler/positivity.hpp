#pragma once

#include "tarn/apps/euler/reconstruction.hpp"
#include "tarn/apps/euler/state.hpp"

// What keeps density and pressure above zero: where a reconstructed state is not sound, the cell's own average takes
// its place (first order), on that side of that face alone. Both cells beside the face use the one flux that follows,
// so nothing is lost.

namespace tarn::apps::euler {

/// Above zero, and neither infinite nor no number at all.
template <class Real>
KOKKOS_FORCEINLINE_FUNCTION bool is_positive(Real a) {
  const bool above = a > 0, finite = a <= largest<Real>;
  return above & finite;
}

template <class Real, int Dim>
KOKKOS_FORCEINLINE_FUNCTION bool is_sound(const Primitive<Real, Dim>& w) {
  // A velocity that is infinite or no number makes the sum of squares so; one whose square is beyond the range of
  // numbers has no energy either.
  const Real squares = dot(w.velocity, w.velocity);
  const bool dense = is_positive(w.density), pressed = is_positive(w.pressure);
  const bool finite = squares <= largest<Real>;
  return dense & pressed & finite;
}

/// Whether the density, and the energy less the kinetic energy, are above zero; no division.
template <class Real, int Dim>
KOKKOS_FORCEINLINE_FUNCTION bool is_sound(const Conserved<Real, Dim>& u) {
  const Real room = u.density * u.energy - Real(0.5) * dot(u.momentum, u.momentum);
  const bool dense = is_positive(u.density), warm = is_positive(u.energy), roomy = is_positive(room);
  return dense & warm & roomy;
}

/// The reconstructed state if it is sound, else the average of its cell.
template <class Real, int Dim>
KOKKOS_FORCEINLINE_FUNCTION Primitive<Real, Dim> sound_or(const Primitive<Real, Dim>& face,
                                                          const Primitive<Real, Dim>& cell) {
  return pick(is_sound(face), face, cell);
}

}  // namespace tarn::apps::euler
