#include "tarn/apps/driver/in_dimension.hpp"
#include "tarn/apps/gray_scott/simulation.hpp"

namespace tarn::apps {
template class StagedSimulation<gray_scott::GrayScott<float, 2>, float>;  // for simulation_batch_2d.cpp too
template class StagedSimulation<gray_scott::GrayScott<double, 2>, double>;
template class gray_scott::GrayScott<float, 2>;
template class gray_scott::GrayScott<double, 2>;
template std::unique_ptr<Simulation> make_in_dimension<gray_scott::GrayScott, 2>(const SimulationContext&);
}  // namespace tarn::apps
