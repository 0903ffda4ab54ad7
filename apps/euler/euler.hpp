#pragma once

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

/// The simulation, in simulation.hpp.
template <class Real, int Dim>
class Euler;

}  // namespace tarn::apps::euler
