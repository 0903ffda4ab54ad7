#include <array>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "tarn/ops/formula/compile.hpp"
#include "tarn/ops/formula/names.hpp"
#include "tarn/ops/formula/operations.hpp"
#include "tarn/tests/ops/formula/arguments.hpp"
#include "tarn/tests/ops/formula/known_values.hpp"
#include "tarn/tests/ops/formula/on_device.hpp"

namespace tarn::ops {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double tiny = 5e-324;

/// The same bits, or NaN both.
bool same(double a, double b) {
  return (a != a && b != b) || portable::bits_of(a) == portable::bits_of(b);
}

TEST(PortableMath, IsWithinOneUnitOfKnownValues) {
  for (const auto& known : test::known_values) {
    const auto* function = detail::find_function(known.function);
    ASSERT_NE(function, nullptr) << known.function;

    const double got = function->arguments == 1 ? detail::apply(function->code, known.first)
                                                : detail::apply(function->code, known.first, known.second);

    EXPECT_GE(got, std::nextafter(known.value, -inf)) << known.function << "(" << known.first << ")";
    EXPECT_LE(got, std::nextafter(known.value, inf)) << known.function << "(" << known.first << ")";
  }
}

TEST(PortableMath, KeepsTheSignOfZero) {
  for (const auto function : {portable::sin, portable::tan, portable::asin, portable::atan, portable::sinh,
                              portable::tanh, portable::floor, portable::ceil, portable::sqrt}) {
    EXPECT_TRUE(same(function(0.0), 0.0));
    EXPECT_TRUE(same(function(-0.0), -0.0));
  }
  EXPECT_TRUE(same(portable::fmod(-6, 3), -0.0));
}

TEST(PortableMath, PassesNanOn) {
  for (const auto function :
       {portable::exp, portable::log, portable::log10, portable::sin, portable::cos, portable::tan, portable::asin,
        portable::acos, portable::atan, portable::sinh, portable::cosh, portable::tanh, portable::sqrt}) {
    EXPECT_TRUE(std::isnan(function(nan)));
  }
}

TEST(PortableMath, HasTheLimitsOfIeee) {
  EXPECT_EQ(portable::exp(-inf), 0);
  EXPECT_EQ(portable::exp(inf), inf);
  EXPECT_EQ(portable::exp(710), inf);
  EXPECT_EQ(portable::exp(-746), 0);
  EXPECT_EQ(portable::exp(-745), tiny);
  EXPECT_EQ(portable::log(0), -inf);
  EXPECT_EQ(portable::log(-0.0), -inf);
  EXPECT_EQ(portable::log(inf), inf);
  EXPECT_TRUE(std::isnan(portable::log(-1)));
  EXPECT_TRUE(std::isnan(portable::log10(-tiny)));
  EXPECT_TRUE(std::isnan(portable::sin(inf)));
  EXPECT_TRUE(std::isnan(portable::cos(-inf)));
  EXPECT_TRUE(std::isnan(portable::tan(inf)));
  EXPECT_TRUE(std::isnan(portable::asin(1.0000000000000002)));
  EXPECT_TRUE(std::isnan(portable::acos(-inf)));
  EXPECT_EQ(portable::atan(-inf), -0x1.921fb54442d18p+0);
  EXPECT_EQ(portable::sinh(-inf), -inf);
  EXPECT_EQ(portable::cosh(-inf), inf);
  EXPECT_EQ(portable::tanh(-inf), -1);
  EXPECT_TRUE(std::isnan(portable::sqrt(-1)));
}

TEST(PortableMath, IsExactWhereTheResultIsExact) {
  EXPECT_EQ(portable::exp(0), 1);
  EXPECT_EQ(portable::log(1), 0);
  EXPECT_EQ(portable::acos(1), 0);
  EXPECT_EQ(portable::cos(0), 1);
  EXPECT_EQ(portable::cosh(0), 1);
  double power = 1;
  for (int n = 0; n <= 22; ++n, power *= 10)
    EXPECT_EQ(portable::log10(power), n);
  for (int n = -1074; n <= 1023; ++n)
    EXPECT_EQ(portable::pow(2, n), std::ldexp(1.0, n));
  double third = 1;
  for (int n = 0; n <= 33; ++n, third *= 3) {
    EXPECT_EQ(portable::pow(3, n), third);
    EXPECT_EQ(portable::pow(-3, n), n % 2 == 0 ? third : -third);
    EXPECT_EQ(portable::pow(third * third, 0.5), third) << n;
  }
}

TEST(PortableMath, RaisesSpecialNumbersAsC99) {
  struct Case {
    double base, exponent, result;
  };
  for (const auto& [base, exponent, result] : std::initializer_list<Case>{
           {nan, 0, 1},      {0, -0.0, 1},      {1, nan, 1},      {1, inf, 1},        {-1, inf, 1},
           {-1, -inf, 1},    {nan, 1, nan},     {2, nan, nan},    {0, 3, 0},          {-0.0, 3, -0.0},
           {-0.0, 2, 0},     {-0.0, -3, -inf},  {-0.0, -2, inf},  {0, -0.5, inf},     {-0.0, 0.5, 0},
           {0, inf, 0},      {0, -inf, inf},    {0.5, inf, 0},    {-0.5, -inf, inf},  {2, inf, inf},
           {-2, -inf, 0},    {inf, 2, inf},     {inf, -0.1, 0},   {-inf, 3, -inf},    {-inf, 2, inf},
           {-inf, -3, -0.0}, {-inf, -2.5, 0},   {-inf, 0.5, inf}, {-8, 1.0 / 3, nan}, {-2, 0.5, nan},
           {-2, 1e300, inf}, {-2, -1e300, 0.0}, {2, 1024, inf},   {-2, 1025, -inf},   {-2, -1077, -0.0},
           {tiny, 1, tiny},  {tiny, -1, inf}}) {
    const double got = portable::pow(base, exponent);
    EXPECT_TRUE(same(got, result)) << base << "^" << exponent << " = " << got << ", not " << result;
  }
}

TEST(PortableMath, FindsTheAngleOfSpecialPointsAsC99) {
  constexpr double pi = 0x1.921fb54442d18p+1;
  struct Case {
    double y, x, result;
  };
  for (const auto& [y, x, result] : std::initializer_list<Case>{{0, 1, 0},
                                                                {-0.0, 1, -0.0},
                                                                {0, -1, pi},
                                                                {-0.0, -1, -pi},
                                                                {0, 0, 0},
                                                                {0, -0.0, pi},
                                                                {-0.0, -0.0, -pi},
                                                                {1, 0, pi / 2},
                                                                {-1, -0.0, -pi / 2},
                                                                {1, inf, 0},
                                                                {-1, inf, -0.0},
                                                                {1, -inf, pi},
                                                                {inf, 1, pi / 2},
                                                                {inf, inf, pi / 4},
                                                                {-inf, inf, -pi / 4},
                                                                {inf, -inf, 0x1.2d97c7f3321d2p+1},
                                                                {nan, 1, nan},
                                                                {1, nan, nan},
                                                                {tiny, 1, tiny},
                                                                {-tiny, 2, -0.0},
                                                                {tiny, -1, pi},
                                                                {1e308, 1e-308, pi / 2},
                                                                {tiny, tiny, pi / 4}}) {
    const double got = portable::atan2(y, x);
    EXPECT_TRUE(same(got, result)) << "atan2(" << y << ", " << x << ") = " << got << ", not " << result;
  }
}

TEST(PortableMath, DividesWithRemainderAsC99) {
  EXPECT_EQ(portable::fmod(5.5, 2), 1.5);
  EXPECT_EQ(portable::fmod(-5.5, 2), -1.5);
  EXPECT_EQ(portable::fmod(5.5, -2), 1.5);
  EXPECT_EQ(portable::fmod(1, inf), 1);
  EXPECT_EQ(portable::fmod(3 * tiny, 2 * tiny), tiny);
  EXPECT_EQ(portable::fmod(1e308, tiny), 0);
  EXPECT_TRUE(std::isnan(portable::fmod(1, 0)));
  EXPECT_TRUE(std::isnan(portable::fmod(inf, 1)));
}

constexpr std::string_view every_function[] = {
    "exp(x)",    "log(x)",    "log10(x)",  "sin(x)",    "cos(x)",   "tan(x)",  "asin(x)", "acos(x)",   "atan(x)",
    "sinh(x)",   "cosh(x)",   "tanh(x)",   "sqrt(x)",   "floor(x)", "ceil(x)", "x^y",     "mod(x, y)", "atan2(x, y)",
    "x/y + 1/3", "min(x, y)", "max(x, y)", "x*y - x*3", "abs(x)",   "sign(x)", "random"};

/// Arguments of every kind: small, of any size, and special.
std::pair<std::vector<double>, std::vector<double>> mixed_arguments() {
  auto x = test::draw(test::between(-3, 3), 4000, 1), y = test::draw(test::between(-9, 9), 4000, 2);
  const auto wide_x = test::draw(test::any_size(), 4000, 3), wide_y = test::draw(test::of_sizes(-30, 10), 4000, 4);
  x.insert(x.end(), wide_x.begin(), wide_x.end());
  y.insert(y.end(), wide_y.begin(), wide_y.end());
  for (const double a : {0.0, -0.0, 1.0, -1.0, inf, -inf, nan, tiny, -2.0}) {
    for (const double b : {0.0, -0.0, 1.0, 3.0, -3.0, inf, -inf, nan, 0.5}) {
      x.push_back(a);
      y.push_back(b);
    }
  }
  return {x, y};
}

TEST(PortableMath, HasTheSameBitsOnTheDeviceAsOnTheHost) {
  const auto [x, y] = mixed_arguments();
  for (const auto text : every_function) {
    const Formula formula(text, test::cell_context());
    const auto program = detail::compile(parse_formula(text, test::cell_context())).program();

    const auto got = test::on_device(formula, x, y);

    for (std::size_t n = 0; n < x.size(); ++n) {
      const double variables[] = {x[n], y[n], 3, 4};
      const double here = detail::run_program(program.data(), static_cast<int>(program.size()), variables, {1, 2, n});
      ASSERT_EQ(portable::bits_of(got[n]), portable::bits_of(here)) << text << " at " << x[n] << ", " << y[n];
    }
  }
}

/// FNV-1a over the bits of the values.
std::uint64_t fingerprint(const std::vector<double>& values) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const double value : values)
    hash = (hash ^ portable::bits_of(value)) * 0x100000001b3ULL;
  return hash;
}

// Other compilers, processors and versions of this code must find the same bits: a run that is repeated
// elsewhere gives the same fields. A change of the functions changes this number, knowingly.
TEST(PortableMath, HasTheBitsThatItHadWhereItWasWritten) {
  const auto [x, y] = mixed_arguments();
  std::uint64_t all = 0;
  for (const auto text : every_function) {
    all = all * 31 + fingerprint(test::on_device(Formula(text, test::cell_context()), x, y));
  }

  EXPECT_EQ(all, 0xa69d60b0e61bb8d5ULL) << std::hex << all;
}

}  // namespace
}  // namespace tarn::ops
