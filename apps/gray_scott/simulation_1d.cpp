#include "tarn/apps/driver/in_dimension.hpp"
#include "tarn/apps/gray_scott/simulation.hpp"

namespace tarn::apps {
template class StagedSimulation<gray_scott::GrayScott<float, 1>, float>;  // for simulation_batch_1d.cpp too
template class StagedSimulation<gray_scott::GrayScott<double, 1>, double>;
template class gray_scott::GrayScott<float, 1>;
template class gray_scott::GrayScott<double, 1>;
template std::unique_ptr<Simulation> make_in_dimension<gray_scott::GrayScott, 1>(const SimulationContext&);
}  // namespace tarn::apps
