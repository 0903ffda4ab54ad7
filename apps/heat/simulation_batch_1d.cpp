#include "tarn/apps/driver/members/batch_in_dimension.hpp"
#include "tarn/apps/heat/simulation.hpp"

namespace tarn::apps {
extern template class StagedSimulation<heat::Heat<float, 1>, float>;  // compiled in simulation_1d.cpp
extern template class StagedSimulation<heat::Heat<double, 1>, double>;
extern template class heat::Heat<float, 1>;
extern template class heat::Heat<double, 1>;
template std::unique_ptr<BatchSimulation> make_batch_in_dimension<heat::Heat, 1>(const BatchContext&);
}  // namespace tarn::apps
