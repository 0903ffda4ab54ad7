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

TEST(AxisReductionBesideNumPy, stddev_Agrees) {
  check_along_axes<Call_stddev, std::int32_t>();
  check_along_axes<Call_stddev, float>();
  check_along_axes<Call_stddev, Kokkos::complex<double>>();
}

TEST(AxisReductionBesideNumPy, norm1_Agrees) {
  check_along_axes<Call_norm1, std::int32_t>();
  check_along_axes<Call_norm1, float>();
  check_along_axes<Call_norm1, Kokkos::complex<double>>();
}

TEST(AxisReductionBesideNumPy, norm2_Agrees) {
  check_along_axes<Call_norm2, std::int32_t>();
  check_along_axes<Call_norm2, float>();
  check_along_axes<Call_norm2, Kokkos::complex<double>>();
}

TEST(AxisReductionBesideNumPy, norm_inf_Agrees) {
  check_along_axes<Call_norm_inf, std::int32_t>();
  check_along_axes<Call_norm_inf, float>();
  check_along_axes<Call_norm_inf, Kokkos::complex<double>>();
}

TEST(AxisReductionBesideNumPy, any_Agrees) {
  check_along_axes<Call_any, std::int32_t>();
  check_along_axes<Call_any, float>();
  check_along_axes<Call_any, Kokkos::complex<double>>();
}

TEST(AxisReductionBesideNumPy, all_Agrees) {
  check_along_axes<Call_all, std::int32_t>();
  check_along_axes<Call_all, float>();
  check_along_axes<Call_all, Kokkos::complex<double>>();
}

TEST(AxisReductionBesideNumPy, count_nonzero_Agrees) {
  check_along_axes<Call_count_nonzero, std::int32_t>();
  check_along_axes<Call_count_nonzero, float>();
  check_along_axes<Call_count_nonzero, Kokkos::complex<double>>();
}

}  // namespace
}  // namespace tarn::ops::test
