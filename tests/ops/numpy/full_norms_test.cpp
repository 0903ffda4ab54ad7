#include "tarn/tests/ops/numpy/reductions.hpp"

namespace tarn::ops::test {
namespace {

TARN_REDUCTION_CALLS(stddev, TARN_DDOF)
TARN_REDUCTION_CALLS(norm1, )
TARN_REDUCTION_CALLS(norm2, )
TARN_REDUCTION_CALLS(norm_inf, )
TARN_REDUCTION_CALLS(any, )
TARN_REDUCTION_CALLS(all, )
TARN_REDUCTION_CALLS(count_nonzero, )

TEST(FullReductionBesideNumPy, stddev_Agrees) {
  for_each_type([](auto type) { check_full<Call_stddev, typename decltype(type)::type>(); });
}

TEST(FullReductionBesideNumPy, norm1_Agrees) {
  for_each_type([](auto type) { check_full<Call_norm1, typename decltype(type)::type>(); });
}

TEST(FullReductionBesideNumPy, norm2_Agrees) {
  for_each_type([](auto type) { check_full<Call_norm2, typename decltype(type)::type>(); });
}

TEST(FullReductionBesideNumPy, norm_inf_Agrees) {
  for_each_type([](auto type) { check_full<Call_norm_inf, typename decltype(type)::type>(); });
}

TEST(FullReductionBesideNumPy, any_Agrees) {
  for_each_type([](auto type) { check_full<Call_any, typename decltype(type)::type>(); });
}

TEST(FullReductionBesideNumPy, all_Agrees) {
  for_each_type([](auto type) { check_full<Call_all, typename decltype(type)::type>(); });
}

TEST(FullReductionBesideNumPy, count_nonzero_Agrees) {
  for_each_type([](auto type) { check_full<Call_count_nonzero, typename decltype(type)::type>(); });
}

template <class T>
void check_dot() {
  const auto all = cases("reduction", fmt::format("dot {}", detail::type_name<T>()));
  ASSERT_FALSE(all.empty());
  for (const Case& expected : all) {
    for (int order = 0; order < 4 && !::testing::Test::HasFailure(); ++order) {
      const auto a = placed<T>(expected.operands[0], order), b = placed<T>(expected.operands[1], order / 2);
      const T result = dot(a.view(), b.view());
      expect_agrees(expected, detail::type_name<decltype(dot(a.view(), b.view()))>(), as_bytes(result), "dot");
    }
  }
}

TEST(FullReductionBesideNumPy, dot_Agrees) {
  for_each_type([](auto type) { check_dot<typename decltype(type)::type>(); });
}

}  // namespace
}  // namespace tarn::ops::test
