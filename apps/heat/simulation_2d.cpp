#include "tarn/apps/driver/in_dimension.hpp"
#include "tarn/apps/heat/simulation.hpp"

namespace tarn::apps {
template class StagedSimulation<heat::Heat<float, 2>, float>;  // for simulation_batch_2d.cpp too
template class StagedSimulation<heat::Heat<double, 2>, double>;
template class heat::Heat<float, 2>;
template class heat::Heat<double, 2>;
template std::unique_ptr<Simulation> make_in_dimension<heat::Heat, 2>(const SimulationContext&);
}  // namespace tarn::apps
