#include "tarn/tests/ops/numpy/elementwise.hpp"

namespace tarn::ops::test {
namespace {

TARN_NUMPY_TEST(add, Add, a + b)
TARN_NUMPY_TEST(subtract, Subtract, a - b)
TARN_NUMPY_TEST(multiply, Multiply, a* b)
TARN_NUMPY_TEST(divide, Divide, a / b)
TARN_NUMPY_TEST(remainder, Remainder, a % b)
TARN_NUMPY_TEST(floor_divide, FloorDivide, ops::floor_divide(a, b))
TARN_NUMPY_TEST(fmod, Fmod, ops::fmod(a, b))
TARN_NUMPY_TEST(pow, Power, ops::pow(a, b))
TARN_NUMPY_TEST(atan2, Atan2, ops::atan2(a, b))
TARN_NUMPY_TEST(hypot, Hypot, ops::hypot(a, b))

}  // namespace
}  // namespace tarn::ops::test
