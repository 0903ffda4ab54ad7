#include "tarn/apps/heat/heat.hpp"

namespace tarn::apps::heat {

std::unique_ptr<Simulation> make_heat(const SimulationContext& context) {
  switch (context.grid.dimensions()) {
    case 1:
      return make_in_dimension<1>(context);
    case 2:
      return make_in_dimension<2>(context);
    default:
      return make_in_dimension<3>(context);
  }
}

const bool registered = register_app(describe_heat());

}  // namespace tarn::apps::heat
