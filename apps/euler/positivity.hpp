#pragma once

#include "tarn/apps/euler/reconstruction.hpp"
#include "tarn/apps/euler/state.hpp"

// What keeps density and pressure above zero. Two fallbacks to first order:
//
// 1. Where a reconstructed state on a side of a face is not sound, the average of the cell takes its place: sound_or().
// 2. Where a cell comes out of a stage unsound, the stage is done once more for this cell and for those that share a
//    face with it, with averages on both sides of these faces; and again, until no further cell is unsound. A stage of
//    first order with hll or hllc keeps states sound where dt (|u| + c) / dx is 0.8 at the most (B. Einfeldt et al., J.
//    Comput. Phys. 92 (1991) 273-295; P. Batten et al., SIAM J. Sci. Comput. 18 (1997) 1553-1570; riemann_test.cpp),
//    and so do the strong stability preserving integrators, which average such stages. To look after the stage instead
//    of before: S. Clain, S. Diot and R. Loubere, J. Comput. Phys. 230 (2011) 4028-4050.
//
// Both cells beside a face use the one flux that follows, so nothing is lost.

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
