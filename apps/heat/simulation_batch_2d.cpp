#include "tarn/apps/driver/members/batch_in_dimension.hpp"
#include "tarn/apps/heat/simulation.hpp"

namespace tarn::apps {
template std::unique_ptr<BatchSimulation> make_batch_in_dimension<heat::Heat, 2>(const BatchContext&);
}
