#include "tarn/tests/ops/numpy/reductions.hpp"

namespace tarn::ops::test {
namespace {

TARN_REDUCTION_CALLS(sum, )
TARN_REDUCTION_CALLS(prod, )
TARN_REDUCTION_CALLS(min, )
TARN_REDUCTION_CALLS(max, )
TARN_REDUCTION_CALLS(argmin, )
TARN_REDUCTION_CALLS(argmax, )
TARN_REDUCTION_CALLS(mean, )
TARN_REDUCTION_CALLS(var, TARN_DDOF)

TEST(FullReductionBesideNumPy, sum_Agrees) {
  for_each_type([](auto type) { check_full<Call_sum, typename decltype(type)::type>(); });
}

TEST(FullReductionBesideNumPy, prod_Agrees) {
  for_each_type([](auto type) { check_full<Call_prod, typename decltype(type)::type>(); });
}

TEST(FullReductionBesideNumPy, min_Agrees) {
  for_each_type([](auto type) { check_full<Call_min, typename decltype(type)::type>(); });
}

TEST(FullReductionBesideNumPy, max_Agrees) {
  for_each_type([](auto type) { check_full<Call_max, typename decltype(type)::type>(); });
}

TEST(FullReductionBesideNumPy, argmin_Agrees) {
  for_each_type([](auto type) { check_full<Call_argmin, typename decltype(type)::type>(); });
}

TEST(FullReductionBesideNumPy, argmax_Agrees) {
  for_each_type([](auto type) { check_full<Call_argmax, typename decltype(type)::type>(); });
}

TEST(FullReductionBesideNumPy, mean_Agrees) {
  for_each_type([](auto type) { check_full<Call_mean, typename decltype(type)::type>(); });
}

TEST(FullReductionBesideNumPy, var_Agrees) {
  for_each_type([](auto type) { check_full<Call_var, typename decltype(type)::type>(); });
}

}  // namespace
}  // namespace tarn::ops::test
