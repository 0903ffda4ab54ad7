#include "tarn/apps/driver/in_dimension.hpp"
#include "tarn/apps/heat/simulation.hpp"

namespace tarn::apps {
template std::unique_ptr<Simulation> make_in_dimension<heat::Heat, 3>(const SimulationContext&);
}
