#include "tarn/apps/driver/members/batch_in_dimension.hpp"
#include "tarn/apps/gray_scott/simulation.hpp"

namespace tarn::apps {
extern template class StagedSimulation<gray_scott::GrayScott<float, 1>, float>;  // compiled in simulation_1d.cpp
extern template class StagedSimulation<gray_scott::GrayScott<double, 1>, double>;
extern template class gray_scott::GrayScott<float, 1>;
extern template class gray_scott::GrayScott<double, 1>;
template std::unique_ptr<BatchSimulation> make_batch_in_dimension<gray_scott::GrayScott, 1>(const BatchContext&);
}  // namespace tarn::apps
