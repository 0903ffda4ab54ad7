#include "tarn/apps/driver/members/batch_in_dimension.hpp"
#include "tarn/apps/heat/simulation.hpp"

namespace tarn::apps {
extern template class StagedSimulation<heat::Heat<float, 2>, float>;  // compiled in simulation_2d.cpp
extern template class StagedSimulation<heat::Heat<double, 2>, double>;
extern template class heat::Heat<float, 2>;
extern template class heat::Heat<double, 2>;
template std::unique_ptr<BatchSimulation> make_batch_in_dimension<heat::Heat, 2>(const BatchContext&);
}  // namespace tarn::apps
