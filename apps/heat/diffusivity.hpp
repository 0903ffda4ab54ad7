#pragma once

#include "tarn/apps/driver/app.hpp"

namespace tarn::apps::heat {

/// The diffusivity of a run: one number, or numbers on the faces of the cells.
template <class Real>
struct Diffusivity {
  double largest = 0;  ///< over the whole domain, its boundary included [m^2/s]
  bool variable = false;
  double constant = 0;                             ///< if not variable
  Kokkos::Array<Field<const Real, 3>, 3> on_face;  ///< if variable: on the lower face of each cell, for each axis
};

/// Evaluates `heat.diffusivity`. Inner faces get the harmonic mean of the two cells beside them, which makes the flux
/// through a jump between two materials exact (Patankar, Numerical Heat Transfer and Fluid Flow, 1980, section
/// 4.2-3); faces on the boundary of the domain get the formula's value there.
/// @throws NumericsError if it is negative or no number somewhere; the message names the cell
template <class Real>
Diffusivity<Real> make_diffusivity(const SimulationContext& context);

}  // namespace tarn::apps::heat
