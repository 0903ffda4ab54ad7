// Functions of complex numbers from the smallest to the largest, beside exact values.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tarn/ops/expression/operators.hpp"
#include "tarn/tests/ops/expression/on_host.hpp"

namespace tarn::ops::test {
namespace {

using Complex = Kokkos::complex<double>;
using Single = Kokkos::complex<float>;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double none = std::numeric_limits<double>::quiet_NaN();  // what is not looked at

constexpr int functions = 14;
constexpr const char* names[functions] = {"sqrt", "exp", "expm1", "log", "log1p", "sinh", "cosh",
                                          "tanh", "sin", "cos",   "tan", "asin",  "acos", "atan"};

/// A number and its function values, in the order of the names.
using Values = std::array<double, 2 + 2 * functions>;

const std::vector<Values>& exact_values() {
#define VALUES(...) Values{__VA_ARGS__},
  static const std::vector<Values> values{
#include "complex_values.inc"
  };
#undef VALUES
  return values;
}

/// Every function of every number, on the device.
template <class T>
std::array<std::vector<T>, functions> computed(const std::vector<T>& numbers) {
  const auto z = vector_of<T>(numbers);
  const Kokkos::View<T*, Space> f("test::f", numbers.size());
  const auto of = [&](const auto& expression) {
    assign(f, expression);
    return on_host(f);
  };
  return {of(sqrt(z)), of(exp(z)), of(expm1(z)), of(log(z)), of(log1p(z)), of(sinh(z)), of(cosh(z)),
          of(tanh(z)), of(sin(z)), of(cos(z)),   of(tan(z)), of(asin(z)),  of(acos(z)), of(atan(z))};
}

/// Each part within some units in its last place; for e^z - 1, whose real part cancels, in that of the larger part.
/// @param z  for the message
template <class R>
void expect_near(int function, Kokkos::complex<R> z, Kokkos::complex<R> got, double real, double imaginary) {
  const bool together = names[function] == std::string("expm1");
  const double larger = std::max(std::abs(real), std::abs(imaginary));
  const double unit = std::numeric_limits<R>::epsilon(), least = std::numeric_limits<R>::denorm_min();
  for (const auto& [part, wanted] : {std::pair<double, double>(got.real(), real), {got.imag(), imaginary}}) {
    if (std::isnan(wanted)) continue;
    const double size = together ? larger : std::abs(wanted);
    const bool is_near = std::isinf(static_cast<double>(static_cast<R>(wanted)))
                             ? part == static_cast<double>(static_cast<R>(wanted))
                             : std::abs(part - wanted) <= 6 * unit * size + 4 * least;
    EXPECT_TRUE(is_near) << names[function] << " of " << z.real() << " + " << z.imag() << " i is " << part << ", not "
                         << wanted;
  }
}

TEST(ComplexMath, IsAccurateFromTheSmallestToTheLargestNumbers) {
  std::vector<Complex> numbers;
  for (const Values& values : exact_values())
    numbers.emplace_back(values[0], values[1]);

  const auto got = computed(numbers);

  for (std::size_t n = 0; n < numbers.size(); ++n) {
    for (int f = 0; f < functions; ++f) {
      const auto at = static_cast<std::size_t>(2 + 2 * f);
      expect_near(f, numbers[n], got[static_cast<std::size_t>(f)][n], exact_values()[n][at], exact_values()[n][at + 1]);
    }
  }
}

/// Parts of every size that a float has, from a grid of exponents.
std::vector<Single> single_numbers() {
  std::vector<Single> numbers;
  constexpr int exponents[] = {-149, -130, -100, -60, -40, -13, -3, -1, 0, 1, 3, 6, 13, 15, 40, 63, 64, 100, 125, 127};
  float mantissa = 1.25f;
  for (const int a : exponents) {
    for (const int b : exponents) {
      mantissa = mantissa > 1.9f ? 1.03f : mantissa + 0.07f;
      numbers.emplace_back(std::ldexp(mantissa, a), std::ldexp(2.9f - mantissa, b));
      numbers.emplace_back(-std::ldexp(mantissa, b), std::ldexp(2.95f - mantissa, a));
    }
  }
  for (int n = 0; n < 100; ++n) {
    const float angle = 0.063f * static_cast<float>(n), radius = std::ldexp(1.0f, -n / 3);
    numbers.emplace_back(std::cos(angle), std::sin(angle));
    numbers.emplace_back(1 + radius * std::cos(angle), radius * std::sin(angle));
    numbers.emplace_back(radius * std::cos(angle), 1 + radius * std::sin(angle));
    numbers.emplace_back(2.0f * static_cast<float>(n) - 100, angle);
  }
  return numbers;
}

/// The functions of double, which the test above looks at, are exact to a float.
TEST(ComplexMath, IsAccurateInFloatToo) {
  const std::vector<Single> numbers = single_numbers();
  std::vector<Complex> wide(numbers.size());
  for (std::size_t n = 0; n < numbers.size(); ++n)
    wide[n] = Complex(numbers[n].real(), numbers[n].imag());

  const auto got = computed(numbers);
  const auto wanted = computed(wide);

  for (std::size_t n = 0; n < numbers.size(); ++n) {
    for (std::size_t f = 0; f < functions; ++f)
      expect_near(static_cast<int>(f), numbers[n], got[f][n], wanted[f][n].real(), wanted[f][n].imag());
  }
}

TEST(ComplexMath, DividesWhereNothingNeedOverflow) {
  const std::vector<Complex> a{{1e-310, 0}, {1.5e308, 1.5e308}, {5e-324, 5e-324}, {1e308, -1e308}, {0, 0}, {6, 8}},
      b{{1e-310, 0}, {1.5e308, 1.5e308}, {5e-324, -5e-324}, {2, 2}, {1e-310, 1e-310}, {0x1p-1060, 0}};
  const Kokkos::View<Complex*, Space> quotient("test::quotient", a.size());

  assign(quotient, vector_of(a) / vector_of(b));

  EXPECT_EQ(on_host(quotient),
            (std::vector<Complex>{{1, 0}, {1, 0}, {0, 1}, {0, -5e307}, {0, 0}, {infinity, infinity}}));
}

TEST(ComplexMath, RaisesToPowersWhereNothingNeedOverflow) {
  const std::vector<Complex> a{{1e200, 1e200}, {1e-200, 1e-200}, {0x1p-400, 0x1p-400}, {0x1p500, 0}, {3, 4}};
  const std::vector<double> exponents{-1, 2, -2, -2, 2};
  const std::vector<Complex> wanted{{5e-201, -5e-201}, {0, 0}, {0, -0x1p799}, {0x1p-1000, 0}, {-7, 24}};

  for (std::size_t n = 0; n < a.size(); ++n) {
    const Kokkos::View<Complex*, Space> power("test::power", 1);
    assign(power, pow(vector_of<Complex>({a[n]}), exponents[n]));
    const Complex got = on_host(power)[0];
    EXPECT_NEAR(got.real(), wanted[n].real(), 1e-15 * std::abs(wanted[n].real())) << n;
    EXPECT_NEAR(got.imag(), wanted[n].imag(), 1e-15 * std::abs(wanted[n].imag())) << n;
  }
}

/// The signs of zero choose the side of a cut, far away and near as elsewhere.
TEST(ComplexMath, KeepsItsBranchCuts) {
  for (const double x : {1.5, 0x1p20, 0x1p40, 1e300}) {
    const std::vector<Complex> numbers{{x, 0.0}, {x, -0.0}, {-x, 0.0}, {-x, -0.0}};
    const auto got = computed(numbers);
    for (std::size_t n = 0; n < numbers.size(); ++n) {
      const double side = std::copysign(1.0, numbers[n].imag());
      EXPECT_EQ(std::copysign(1.0, got[11][n].imag()), side) << "asin of " << numbers[n].real();
      EXPECT_EQ(std::copysign(1.0, got[12][n].imag()), -side) << "acos of " << numbers[n].real();
      EXPECT_EQ(std::copysign(1.0, got[0][n].imag()), side) << "sqrt of " << numbers[n].real();
      EXPECT_EQ(got[3][n].imag(), numbers[n].real() > 0 ? 0 : side * 3.141592653589793) << "log";
    }
    const auto turned = computed(std::vector<Complex>{{0.0, x}, {-0.0, x}});
    EXPECT_NEAR(turned[13][0].real(), 1.5707963267948966, 1e-15);
    EXPECT_NEAR(turned[13][1].real(), -1.5707963267948966, 1e-15);
  }
}

}  // namespace
}  // namespace tarn::ops::test
