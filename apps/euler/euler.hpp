#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/euler/options.hpp"

namespace tarn::apps::euler {

/// Of a deck without problems.
Options options_of(const io::Deck& deck);

/// The primitive quantities that formulas give, in the order of the fields: density, velocity_x ..., pressure, scalars.
std::vector<std::string> primitive_names(int dimensions, const std::vector<std::string>& scalars);

/// The fields of the state: density, momentum_x ..., energy, scalars (density * scalar).
std::vector<FieldDescription> state_fields(int dimensions, const std::vector<std::string>& scalars);

/// A simulation in the deck's precision, one for each dimension; in simulation_1d.cpp to simulation_3d.cpp.
template <int Dim>
std::unique_ptr<Simulation> make_in_dimension(const SimulationContext& context);
template <>
std::unique_ptr<Simulation> make_in_dimension<1>(const SimulationContext& context);
template <>
std::unique_ptr<Simulation> make_in_dimension<2>(const SimulationContext& context);
template <>
std::unique_ptr<Simulation> make_in_dimension<3>(const SimulationContext& context);

}  // namespace tarn::apps::euler
