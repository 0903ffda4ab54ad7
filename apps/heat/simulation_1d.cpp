#include "tarn/apps/driver/in_dimension.hpp"
#include "tarn/apps/heat/simulation.hpp"

namespace tarn::apps {
template class StagedSimulation<heat::Heat<float, 1>, float>;  // for simulation_batch_1d.cpp too
template class StagedSimulation<heat::Heat<double, 1>, double>;
template class heat::Heat<float, 1>;
template class heat::Heat<double, 1>;
template std::unique_ptr<Simulation> make_in_dimension<heat::Heat, 1>(const SimulationContext&);
}  // namespace tarn::apps
