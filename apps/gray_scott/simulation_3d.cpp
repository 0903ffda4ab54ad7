#include "tarn/apps/driver/in_dimension.hpp"
#include "tarn/apps/gray_scott/simulation.hpp"

namespace tarn::apps {
template std::unique_ptr<Simulation> make_in_dimension<gray_scott::GrayScott, 3>(const SimulationContext&);
}
