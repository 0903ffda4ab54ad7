#include "tarn/apps/euler/simulation_step.hpp"

namespace tarn::apps::euler {

template <>
std::unique_ptr<Simulation> make_in_dimension<2>(const SimulationContext& context) {
  if (context.deck.text("run.precision") == "single") return std::make_unique<Euler<float, 2>>(context);
  return std::make_unique<Euler<double, 2>>(context);
}

}  // namespace tarn::apps::euler
