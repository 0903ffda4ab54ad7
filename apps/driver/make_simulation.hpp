#pragma once

#include <memory>

#include "tarn/apps/driver/app.hpp"

namespace tarn::apps {

/// A simulation in the deck's precision; see in_dimension.hpp for where it is defined.
template <template <class Real, int Dim> class Made, int Dim>
std::unique_ptr<Simulation> make_in_dimension(const SimulationContext& context);

/// Model::create of an app whose simulation is a class template over the real type and the dimension of the grid. The
/// class need not be complete here.
template <template <class Real, int Dim> class Made>
std::unique_ptr<Simulation> make_simulation(const SimulationContext& context) {
  switch (context.grid.dimensions()) {
    case 1:
      return make_in_dimension<Made, 1>(context);
    case 2:
      return make_in_dimension<Made, 2>(context);
    default:
      return make_in_dimension<Made, 3>(context);
  }
}

}  // namespace tarn::apps
