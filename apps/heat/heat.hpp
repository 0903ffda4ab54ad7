#pragma once

#include <memory>
#include <optional>
#include <string>

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/heat/implicit_options.hpp"
#include "tarn/core/grid/face_condition.hpp"

namespace tarn::apps::heat {

/// What [heat] says, in numbers.
struct Options {
  bool rkl2 = false;  ///< else explicit Euler, or implicit
  int stages = 0;     ///< of RKL2
  std::optional<ImplicitOptions> implicit;
  double largest_step = 0;  ///< [time]
};

/// The largest stable step of the explicit Euler method, 1 / (2 kappa sum 1/dx^2): twice the inverse of Gershgorin's
/// bound on the eigenvalues of the discrete operator, boundary cells included. Infinite where kappa is 0.
/// @param kappa  the largest diffusivity [m^2/s]
double euler_limit(const Domain& domain, double kappa);

/// The largest diffusivity that a deck asks for: its number, or the largest of at most 64 samples along each axis and
/// on the faces of the domain. It needs no device; a run looks at every cell instead.
double largest_diffusivity(const io::Deck& deck);

/// The integrator's options for the largest diffusivity.
/// @throws UsageError if time.dt is beyond the stability limit
Options options_of(const io::Deck& deck, double kappa);

/// What the deck's boundary kinds do to the temperature.
FaceConditions face_conditions(const io::Deck& deck);

/// The app's description: its schema, checks and forecast.
App describe_heat();

/// A simulation in the deck's precision. One for each dimension, in heat_1d.cpp to heat_3d.cpp.
template <int Dim>
std::unique_ptr<Simulation> make_in_dimension(const SimulationContext& context);
template <>
std::unique_ptr<Simulation> make_in_dimension<1>(const SimulationContext& context);
template <>
std::unique_ptr<Simulation> make_in_dimension<2>(const SimulationContext& context);
template <>
std::unique_ptr<Simulation> make_in_dimension<3>(const SimulationContext& context);

/// A simulation in the deck's precision and the grid's dimension.
std::unique_ptr<Simulation> make_heat(const SimulationContext& context);

}  // namespace tarn::apps::heat
