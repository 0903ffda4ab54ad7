#include "tarn/tests/ops/numpy/elementwise.hpp"

namespace tarn::ops::test {
namespace {

TARN_NUMPY_TEST(abs, Abs, ops::abs(a))
TARN_NUMPY_TEST(sign, Sign, ops::sign(a))
TARN_NUMPY_TEST(square, Square, ops::square(a))
TARN_NUMPY_TEST(floor, Floor, ops::floor(a))
TARN_NUMPY_TEST(ceil, Ceil, ops::ceil(a))
TARN_NUMPY_TEST(trunc, Trunc, ops::trunc(a))
TARN_NUMPY_TEST(round, Round, ops::round(a))
TARN_NUMPY_TEST(isnan, IsNan, ops::isnan(a))
TARN_NUMPY_TEST(isinf, IsInf, ops::isinf(a))
TARN_NUMPY_TEST(isfinite, IsFinite, ops::isfinite(a))
TARN_NUMPY_TEST(real, RealPart, ops::real(a))
TARN_NUMPY_TEST(imag, ImaginaryPart, ops::imag(a))
TARN_NUMPY_TEST(conj, Conjugate, ops::conj(a))

TARN_NUMPY_TEST(negative, Negate, -a)
TARN_NUMPY_TEST(logical_not, Not, !a)

}  // namespace
}  // namespace tarn::ops::test
