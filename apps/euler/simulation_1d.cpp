#include "tarn/apps/driver/in_dimension.hpp"
#include "tarn/apps/euler/simulation_step.hpp"

namespace tarn::apps {
template std::unique_ptr<Simulation> make_in_dimension<euler::Euler, 1>(const SimulationContext&);
}
