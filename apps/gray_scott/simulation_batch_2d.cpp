#include "tarn/apps/driver/members/batch_in_dimension.hpp"
#include "tarn/apps/gray_scott/simulation.hpp"

namespace tarn::apps {
template std::unique_ptr<BatchSimulation> make_batch_in_dimension<gray_scott::GrayScott, 2>(const BatchContext&);
}
