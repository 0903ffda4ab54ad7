#include "tarn/tests/ops/numpy/reductions.hpp"

namespace tarn::ops::test {
namespace {

TARN_REDUCTION_CALLS(min, )
TARN_REDUCTION_CALLS(max, )
TARN_REDUCTION_CALLS(argmin, )
TARN_REDUCTION_CALLS(argmax, )

TEST(AxisReductionBesideNumPy, min_Agrees) {
  for_each_type([](auto type) { check_along_axes<Call_min, typename decltype(type)::type>(); });
}

TEST(AxisReductionBesideNumPy, max_Agrees) {
  for_each_type([](auto type) { check_along_axes<Call_max, typename decltype(type)::type>(); });
}

TEST(AxisReductionBesideNumPy, argmin_Agrees) {
  for_each_type([](auto type) { check_along_axes<Call_argmin, typename decltype(type)::type>(); });
}

TEST(AxisReductionBesideNumPy, argmax_Agrees) {
  for_each_type([](auto type) { check_along_axes<Call_argmax, typename decltype(type)::type>(); });
}

}  // namespace
}  // namespace tarn::ops::test
