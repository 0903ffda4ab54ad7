#include "tarn/tests/ops/numpy/elementwise.hpp"

namespace tarn::ops::test {
namespace {

TARN_NUMPY_TEST(sqrt, Sqrt, ops::sqrt(a))
TARN_NUMPY_TEST(cbrt, Cbrt, ops::cbrt(a))
TARN_NUMPY_TEST(exp, Exp, ops::exp(a))
TARN_NUMPY_TEST(expm1, Expm1, ops::expm1(a))
TARN_NUMPY_TEST(log, Log, ops::log(a))
TARN_NUMPY_TEST(log1p, Log1p, ops::log1p(a))
TARN_NUMPY_TEST(log2, Log2, ops::log2(a))
TARN_NUMPY_TEST(log10, Log10, ops::log10(a))

}  // namespace
}  // namespace tarn::ops::test
