#include "tarn/tests/ops/numpy/elementwise.hpp"

namespace tarn::ops::test {
namespace {

TARN_NUMPY_TEST(minimum, Minimum, ops::minimum(a, b))
TARN_NUMPY_TEST(maximum, Maximum, ops::maximum(a, b))
TARN_NUMPY_TEST(less, Less, a < b)
TARN_NUMPY_TEST(less_equal, LessEqual, a <= b)
TARN_NUMPY_TEST(greater, Greater, a > b)
TARN_NUMPY_TEST(greater_equal, GreaterEqual, a >= b)
TARN_NUMPY_TEST(equal, Equal, a == b)
TARN_NUMPY_TEST(not_equal, NotEqual, a != b)
TARN_NUMPY_TEST(logical_and, And, a&& b)
TARN_NUMPY_TEST(logical_or, Or, a || b)

}  // namespace
}  // namespace tarn::ops::test
