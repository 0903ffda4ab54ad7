#pragma once

#include <memory>

#include "tarn/apps/driver/app.hpp"
#include "tarn/ops/integrate/integrator.hpp"

namespace tarn::apps::gray_scott {

/// What [gray_scott] says, in numbers.
struct Options {
  double du = 0, dv = 0;      ///< diffusivities [length^2/time]
  double feed = 0, kill = 0;  ///< [1/time]
  double noise = 0;           ///< half the width of the random part of du/dt [1/time]
  ops::Scheme scheme = ops::Scheme::euler;
  double largest_step = 0;  ///< [time]
};

/// @throws UsageError if time.dt is beyond the stability limit
Options options_of(const io::Deck& deck);

/// A simulation in the deck's precision, one for each dimension; in simulation_1d.cpp to simulation_3d.cpp.
template <int Dim>
std::unique_ptr<Simulation> make_in_dimension(const SimulationContext& context);
template <>
std::unique_ptr<Simulation> make_in_dimension<1>(const SimulationContext& context);
template <>
std::unique_ptr<Simulation> make_in_dimension<2>(const SimulationContext& context);
template <>
std::unique_ptr<Simulation> make_in_dimension<3>(const SimulationContext& context);

}  // namespace tarn::apps::gray_scott
