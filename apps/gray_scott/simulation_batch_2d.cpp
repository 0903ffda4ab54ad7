#include "tarn/apps/driver/members/batch_in_dimension.hpp"
#include "tarn/apps/gray_scott/simulation.hpp"

namespace tarn::apps {
extern template class StagedSimulation<gray_scott::GrayScott<float, 2>, float>;  // compiled in simulation_2d.cpp
extern template class StagedSimulation<gray_scott::GrayScott<double, 2>, double>;
extern template class gray_scott::GrayScott<float, 2>;
extern template class gray_scott::GrayScott<double, 2>;
template std::unique_ptr<BatchSimulation> make_batch_in_dimension<gray_scott::GrayScott, 2>(const BatchContext&);
}  // namespace tarn::apps
