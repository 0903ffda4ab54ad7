#include "tarn/apps/heat/heat_simulation.hpp"

// Each dimension is compiled by itself: a CUDA compiler is busy with one for minutes.

namespace tarn::apps::heat {

template <>
std::unique_ptr<Simulation> make_in_dimension<1>(const SimulationContext& context) {
  if (context.deck.text("run.precision") == "single") return std::make_unique<Heat<float, 1>>(context);
  return std::make_unique<Heat<double, 1>>(context);
}

}  // namespace tarn::apps::heat
