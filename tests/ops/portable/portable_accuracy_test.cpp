#include <algorithm>
#include <cfloat>
#include <cmath>

#include <gtest/gtest.h>

#include "tarn/ops/portable/portable_math.hpp"
#include "tarn/tests/ops/formula/arguments.hpp"

// Distances from the long double functions of the host, whose own error is about 1/1000 of the units counted
// here.

namespace tarn::ops {
namespace {

using test::any_size;
using test::between;
using test::of_sizes;
using test::Source;

using One = double (*)(double);
using ExactOne = long double (*)(long double);
using Two = double (*)(double, double);
using ExactTwo = long double (*)(long double, long double);

constexpr std::size_t count = 120000;

/// Distance in units in the last place of the double nearest to the exact value.
double distance(double got, long double exact) {
  const auto nearest = static_cast<double>(exact);
  if (std::isnan(nearest) || std::isinf(nearest) || std::isinf(got)) {
    return (std::isnan(nearest) && std::isnan(got)) || nearest == got ? 0 : HUGE_VAL;
  }
  const int exponent = nearest == 0 ? -1074 : std::ilogb(nearest) - 52;
  return static_cast<double>(std::fabs(got - exact) / std::ldexp(1.0L, std::max(exponent, -1074)));
}

double worst(One function, ExactOne exact, const Source& source) {
  double most = 0;
  for (const double x : test::draw(source, count))
    most = std::max(most, distance(function(x), exact(x)));
  return most;
}

double worst(Two function, ExactTwo exact, const Source& first, const Source& second) {
  double most = 0;
  const auto xs = test::draw(first, count, 7), ys = test::draw(second, count, 8);
  for (std::size_t n = 0; n < count; ++n) {
    most = std::max(most, distance(function(xs[n], ys[n]), exact(xs[n], ys[n])));
  }
  return most;
}

class PortableAccuracy : public testing::Test {
 protected:
  void SetUp() override {
    if (LDBL_MANT_DIG < 64) GTEST_SKIP() << "long double is no more than double here";
  }
};

TEST_F(PortableAccuracy, OfTheExponential) {
  EXPECT_LT(worst(portable::exp, expl, between(-1, 1)), 0.52);
  EXPECT_LT(worst(portable::exp, expl, between(-707, 712)), 0.52);
  EXPECT_LT(worst(portable::exp, expl, between(-750, -707)), 0.77);  // subnormal results are rounded twice
  EXPECT_LT(worst(portable::exp, expl, any_size()), 0.52);
}

TEST_F(PortableAccuracy, OfTheLogarithms) {
  for (const auto& source : {between(0.5, 2), between(0.99, 1.01), any_size()}) {
    EXPECT_LT(worst(portable::log, logl, source), 0.51);
    EXPECT_LT(worst(portable::log10, log10l, source), 0.51);
  }
}

TEST_F(PortableAccuracy, OfThePower) {
  EXPECT_LT(worst(portable::pow, powl, between(0, 10), between(-10, 10)), 0.53);
  EXPECT_LT(worst(portable::pow, powl, between(0.999, 1.001), between(-7e5, 7e5)), 0.77);
  EXPECT_LT(worst(portable::pow, powl, of_sizes(-1074, 1023), of_sizes(-60, 11)), 0.77);
}

TEST_F(PortableAccuracy, OfTheTrigonometricFunctions) {
  for (const auto& source : {between(-10, 10), of_sizes(-40, 60), any_size()}) {
    EXPECT_LT(worst(portable::sin, sinl, source), 0.57);
    EXPECT_LT(worst(portable::cos, cosl, source), 0.57);
    EXPECT_LT(worst(portable::tan, tanl, source), 0.57);
  }
}

TEST_F(PortableAccuracy, OfTheInverseTrigonometricFunctions) {
  for (const auto& source : {between(-1, 1), of_sizes(-40, 0)}) {
    EXPECT_LT(worst(portable::asin, asinl, source), 0.51);
    EXPECT_LT(worst(portable::acos, acosl, source), 0.51);
  }
  for (const auto& source : {between(-10, 10), of_sizes(-40, 70), any_size()}) {
    EXPECT_LT(worst(portable::atan, atanl, source), 0.51);
  }
  EXPECT_LT(worst(portable::atan2, atan2l, between(-1, 1), between(-1, 1)), 0.51);
  EXPECT_LT(worst(portable::atan2, atan2l, of_sizes(-1074, -1000), of_sizes(-1074, -1000)), 0.51);
  EXPECT_LT(worst(portable::atan2, atan2l, of_sizes(950, 1023), of_sizes(950, 1023)), 0.51);
  EXPECT_LT(worst(portable::atan2, atan2l, any_size(), any_size()), 0.51);
}

TEST_F(PortableAccuracy, OfTheHyperbolicFunctions) {
  for (const auto& source : {between(-1, 1), between(-50, 50), between(-712, 712), of_sizes(-40, 9)}) {
    EXPECT_LT(worst(portable::sinh, sinhl, source), 0.56);
    EXPECT_LT(worst(portable::cosh, coshl, source), 0.56);
    EXPECT_LT(worst(portable::tanh, tanhl, source), 0.56);
  }
}

TEST(PortableRemainder, IsExact) {
  const auto xs = test::draw(any_size(), count, 1), ys = test::draw(any_size(), count, 2);
  const auto ratios = test::draw(of_sizes(-60, 60), count, 3);

  for (std::size_t n = 0; n < count; ++n) {
    ASSERT_EQ(portable::fmod(xs[n], ys[n]), std::fmod(xs[n], ys[n])) << xs[n] << " " << ys[n];
    const double near = xs[n] * ratios[n];
    if (near == 0 || std::isinf(near)) continue;
    ASSERT_EQ(portable::fmod(xs[n], near), std::fmod(xs[n], near)) << xs[n] << " " << near;
  }
}

}  // namespace
}  // namespace tarn::ops
