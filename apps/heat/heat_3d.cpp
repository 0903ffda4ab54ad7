#include "tarn/apps/heat/heat_simulation.hpp"

// Each dimension is compiled by itself: a CUDA compiler is busy with one for minutes.

namespace tarn::apps::heat {

template <>
std::unique_ptr<Simulation> make_in_dimension<3>(const SimulationContext& context) {
  if (context.deck.text("run.precision") == "single") return std::make_unique<Heat<float, 3>>(context);
  return std::make_unique<Heat<double, 3>>(context);
}

}  // namespace tarn::apps::heat
