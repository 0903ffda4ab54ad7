#include "tarn/apps/heat/heat.hpp"

#include "tarn/apps/driver/problem.hpp"

namespace tarn::apps::heat {

FaceConditions face_conditions(const io::Deck& deck) {
  FaceConditions conditions;
  const auto kinds = boundary_kinds_of(deck);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    for (std::size_t side = 0; side < 2; ++side) {
      const bool value = kinds[axis][side] == "dirichlet";
      if (kinds[axis][side] != "periodic") conditions[axis][side] = {{value ? FaceRule::value : FaceRule::slope}};
    }
  }
  return conditions;
}

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
