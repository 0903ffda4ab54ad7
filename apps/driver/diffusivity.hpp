#pragma once

#include <array>
#include <string>

#include "tarn/apps/driver/app.hpp"
#include "tarn/ops/diffusion/diffusion_operator.hpp"

namespace tarn::apps {

/// The diffusivity of a run along each axis: one number, or numbers on the faces of the cells. It is variable along all
/// axes or along none.
template <class Real>
struct Diffusivity : ops::FaceDiffusivity<Real> {
  std::array<double, 3> largest{};  ///< over the whole domain, its boundary included [m^2/s]
};

/// Evaluates the formulas of a key, see axis_formulas.hpp. Inner faces get the harmonic mean of the two cells beside
/// them; faces on the boundary of the domain get the formula's value there.
/// @throws NumericsError if it is negative or no number somewhere; the message names the cell
template <class Real>
Diffusivity<Real> make_diffusivity(const SimulationContext& context, const std::string& key);

}  // namespace tarn::apps
