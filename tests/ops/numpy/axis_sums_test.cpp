#include "tarn/tests/ops/numpy/reductions.hpp"

namespace tarn::ops::test {
namespace {

TARN_REDUCTION_CALLS(sum, )
TARN_REDUCTION_CALLS(prod, )
TARN_REDUCTION_CALLS(mean, )
TARN_REDUCTION_CALLS(var, TARN_DDOF)

TEST(AxisReductionBesideNumPy, sum_Agrees) {
  for_each_type([](auto type) { check_along_axes<Call_sum, typename decltype(type)::type>(); });
}

TEST(AxisReductionBesideNumPy, prod_Agrees) {
  for_each_type([](auto type) { check_along_axes<Call_prod, typename decltype(type)::type>(); });
}

TEST(AxisReductionBesideNumPy, mean_Agrees) {
  for_each_type([](auto type) { check_along_axes<Call_mean, typename decltype(type)::type>(); });
}

TEST(AxisReductionBesideNumPy, var_Agrees) {
  for_each_type([](auto type) { check_along_axes<Call_var, typename decltype(type)::type>(); });
}

}  // namespace
}  // namespace tarn::ops::test
