#include "tarn/apps/gray_scott/simulation.hpp"

namespace tarn::apps::gray_scott {

template <>
std::unique_ptr<Simulation> make_in_dimension<1>(const SimulationContext& context) {
  if (context.deck.text("run.precision") == "single") return std::make_unique<GrayScott<float, 1>>(context);
  return std::make_unique<GrayScott<double, 1>>(context);
}

}  // namespace tarn::apps::gray_scott
