#include "tarn/tests/ops/numpy/elementwise.hpp"

namespace tarn::ops::test {
namespace {

TARN_NUMPY_TEST(sin, Sin, ops::sin(a))
TARN_NUMPY_TEST(cos, Cos, ops::cos(a))
TARN_NUMPY_TEST(tan, Tan, ops::tan(a))
TARN_NUMPY_TEST(asin, Asin, ops::asin(a))
TARN_NUMPY_TEST(acos, Acos, ops::acos(a))
TARN_NUMPY_TEST(atan, Atan, ops::atan(a))
TARN_NUMPY_TEST(sinh, Sinh, ops::sinh(a))
TARN_NUMPY_TEST(cosh, Cosh, ops::cosh(a))
TARN_NUMPY_TEST(tanh, Tanh, ops::tanh(a))

}  // namespace
}  // namespace tarn::ops::test
