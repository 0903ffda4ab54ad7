#pragma once

#include <memory>

#include "tarn/apps/driver/make_simulation.hpp"
#include "tarn/apps/driver/precision.hpp"

// For the files that make an app's simulations in one dimension each: a CUDA compiler is busy with one for minutes.
// With this header and the class of the simulation they say
//
//   template std::unique_ptr<Simulation> make_in_dimension<Heat, 1>(const SimulationContext&);

namespace tarn::apps {

template <template <class Real, int Dim> class Made, int Dim>
std::unique_ptr<Simulation> make_in_dimension(const SimulationContext& context) {
  if (is_single(context.deck)) return std::make_unique<Made<float, Dim>>(context);
  return std::make_unique<Made<double, Dim>>(context);
}

}  // namespace tarn::apps
