#include "tarn/ops/portable/many.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <ostream>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "tarn/ops/portable/portable_math.hpp"
#include "tarn/tests/ops/formula/arguments.hpp"

// The functions of many numbers have the bits of the functions of one, for every argument.

namespace tarn::ops {
namespace {

using portable::bits_of;
using portable::from_bits;
using test::between;
using test::of_sizes;
using test::Source;

constexpr double half_pi = 0x1.921fb54442d18p+0;

/// Values of each source in a test.
constexpr std::size_t count = 300000;

Source any_bits() {
  return [](std::mt19937_64& bits) { return from_bits(bits()); };
}

Source any_float() {
  return [](std::mt19937_64& bits) {
    const auto pattern = static_cast<std::uint32_t>(bits());
    float x;
    std::memcpy(&x, &pattern, sizeof x);
    return static_cast<double>(x);
  };
}

/// A few units in the last place from a number of `source`.
Source beside(const Source& source) {
  return [source](std::mt19937_64& bits) { return from_bits(bits_of(source(bits)) + bits() % 9 - 4); };
}

/// Near whole multiples of `unit`, below 2^bound of them.
Source near_multiples(double unit, int bound) {
  return beside([=](std::mt19937_64& bits) {
    const double sign = bits() % 2 == 0 ? 1 : -1;
    return sign * unit * static_cast<double>(bits() % (std::uint64_t{1} << (1 + bits() % bound)));
  });
}

/// Where functions change their way, and special numbers.
Source near_ends() {
  return [](std::mt19937_64& bits) {
    constexpr double ends[] = {0,
                               0x1p-1074,
                               0x1p-1022,
                               0x1p-60,
                               0x1p-28,
                               0.17,
                               0.34,
                               0.75,
                               0x1.6a09e667f3bcdp-1,
                               1,
                               1.0 / 16,
                               20,
                               40,
                               45,
                               700,
                               709,
                               709.782712893384,
                               710,
                               711,
                               712,
                               745.1332191019412,
                               746,
                               1000,
                               0x1p30,
                               0x1p51,
                               0x1p52,
                               0x1p53,
                               0x1p54,
                               0x1p60,
                               0x1p1023,
                               0x1.fffffffffffffp+1023,
                               portable::infinity,
                               1.4142135623730951,
                               0.8660254037844386,
                               half_pi,
                               2 * half_pi,
                               0.5,
                               2,
                               10};
    const double end = ends[bits() % std::size(ends)], sign = bits() % 2 == 0 ? 1 : -1;
    return sign * from_bits(bits_of(end) + (end == 0 || end == portable::infinity ? 0 : bits() % 9 - 4));
  };
}

/// Every exponent, with the least and the greatest fraction and some between.
std::vector<double> all_exponents() {
  std::vector<double> values;
  std::mt19937_64 random(5);
  for (std::uint64_t sign_and_exponent = 0; sign_and_exponent < 4096; ++sign_and_exponent) {
    for (const std::uint64_t fraction : {std::uint64_t{0}, std::uint64_t{1}, (std::uint64_t{1} << 52) - 1,
                                         std::uint64_t{1} << 51, random() >> 12, random() >> 12})
      values.push_back(from_bits(sign_and_exponent << 52 | fraction));
  }
  return values;
}

/// Sources of one after the other, and in turns, so that usual arguments are alone and among others.
std::vector<double> mixed(const std::vector<Source>& sources, std::uint64_t seed) {
  std::vector<double> values = all_exponents();
  for (const Source& source : sources) {
    const auto drawn = test::draw(source, count, ++seed);
    values.insert(values.end(), drawn.begin(), drawn.end());
  }
  std::mt19937_64 bits(seed);
  for (std::size_t n = 0; n < count; ++n)
    values.push_back(sources[bits() % sources.size()](bits));
  return values;
}

struct OneArgument {
  const char* name;
  double (*one)(double);
  portable::many::Unary* many;
  friend std::ostream& operator<<(std::ostream& out, const OneArgument& function) { return out << function.name; }
};

/// In pieces of all lengths, in place and into another array.
void apply(portable::many::Unary* many, std::vector<double>& values) {
  std::size_t length = 1;
  std::vector<double> out(2000);
  for (std::size_t n = 0; n < values.size(); n += length) {
    length = std::min(values.size() - n, length % 1021 + 7);
    double* const piece = values.data() + n;
    if (length % 2 == 0) {
      many(piece, piece, static_cast<std::int64_t>(length));
    } else {
      many(piece, out.data(), static_cast<std::int64_t>(length));
      std::copy_n(out.data(), length, piece);
    }
  }
}

class ManyOfOne : public testing::TestWithParam<OneArgument> {};

TEST_P(ManyOfOne, HasTheBitsOfEachAlone) {
  const auto x = mixed({any_bits(), any_float(), between(-1, 1), between(-10, 10), between(-50, 50), between(-800, 800),
                        of_sizes(-40, 60), of_sizes(-1074, 0), near_multiples(half_pi, 20), near_multiples(half_pi, 54),
                        near_multiples(0.125, 8), near_multiples(0.34657359027997264, 12), near_ends()},
                       100);

  auto got = x;
  apply(GetParam().many, got);

  for (std::size_t n = 0; n < x.size(); ++n) {
    const double alone = GetParam().one(x[n]);
    ASSERT_EQ(bits_of(got[n]), bits_of(alone))
        << std::hexfloat << x[n] << ": " << got[n] << " instead of " << alone << ", number " << n;
  }
}

INSTANTIATE_TEST_SUITE_P(All, ManyOfOne,
                         testing::Values(OneArgument{"exp", portable::exp, portable::many::exp},
                                         OneArgument{"log", portable::log, portable::many::log},
                                         OneArgument{"log10", portable::log10, portable::many::log10},
                                         OneArgument{"sin", portable::sin, portable::many::sin},
                                         OneArgument{"cos", portable::cos, portable::many::cos},
                                         OneArgument{"tan", portable::tan, portable::many::tan},
                                         OneArgument{"asin", portable::asin, portable::many::asin},
                                         OneArgument{"acos", portable::acos, portable::many::acos},
                                         OneArgument{"atan", portable::atan, portable::many::atan},
                                         OneArgument{"sinh", portable::sinh, portable::many::sinh},
                                         OneArgument{"cosh", portable::cosh, portable::many::cosh},
                                         OneArgument{"tanh", portable::tanh, portable::many::tanh}),
                         [](const auto& test) { return test.param.name; });

// No double below 2^1024 comes nearer to a multiple of pi/2 than this one (Muller and others, "Handbook of
// Floating-Point Arithmetic"); those of its kind that are below 2^30 are what lanes reduce.
TEST(ManyAngles, AreRightBesideMultiplesOfHalfPi) {
  std::vector<double> x{0x1.6ac5b262ca1ffp+849, half_pi, 2 * half_pi, 4 * half_pi};
  for (int n = 1; n < 200000; ++n) {
    const double multiple = static_cast<double>(static_cast<long double>(n) * 1.57079632679489661923132169163975144L);
    x.push_back(multiple);
    x.push_back(-multiple);
  }
  std::vector<double> sine(x.size()), cosine(x.size()), tangent(x.size());

  portable::many::sin(x.data(), sine.data(), static_cast<std::int64_t>(x.size()));
  portable::many::cos(x.data(), cosine.data(), static_cast<std::int64_t>(x.size()));
  portable::many::tan(x.data(), tangent.data(), static_cast<std::int64_t>(x.size()));

  for (std::size_t n = 0; n < x.size(); ++n) {
    ASSERT_EQ(bits_of(sine[n]), bits_of(portable::sin(x[n]))) << std::hexfloat << x[n];
    ASSERT_EQ(bits_of(cosine[n]), bits_of(portable::cos(x[n]))) << std::hexfloat << x[n];
    ASSERT_EQ(bits_of(tangent[n]), bits_of(portable::tan(x[n]))) << std::hexfloat << x[n];
  }
}

struct TwoArguments {
  const char* name;
  double (*one)(double, double);
  portable::many::Binary* many;
  friend std::ostream& operator<<(std::ostream& out, const TwoArguments& function) { return out << function.name; }
};

class ManyOfTwo : public testing::TestWithParam<TwoArguments> {
 protected:
  void compare(const std::vector<double>& x, const std::vector<double>& y) const {
    const auto size = static_cast<std::int64_t>(std::min(x.size(), y.size()));
    std::vector<double> got(x.size()), first = x, second = y;
    GetParam().many(x.data(), y.data(), got.data(), size);
    GetParam().many(first.data(), y.data(), first.data(), size);
    GetParam().many(x.data(), second.data(), second.data(), size);
    for (std::size_t n = 0; n < static_cast<std::size_t>(size); ++n) {
      const double alone = GetParam().one(x[n], y[n]);
      ASSERT_EQ(bits_of(got[n]), bits_of(alone))
          << std::hexfloat << x[n] << ", " << y[n] << ": " << got[n] << " instead of " << alone;
      ASSERT_EQ(bits_of(first[n]), bits_of(alone));
      ASSERT_EQ(bits_of(second[n]), bits_of(alone));
    }
  }
};

TEST_P(ManyOfTwo, HasTheBitsOfEachAlone) {
  const Source whole = [](std::mt19937_64& bits) { return static_cast<double>(bits() % 41) - 20; };
  const Source halves = [](std::mt19937_64& bits) { return 0.5 * (static_cast<double>(bits() % 41) - 20); };
  const std::vector<Source> sources{
      any_bits(),  any_float(), between(-10, 10), between(0, 1),       between(0.9, 1.1),    of_sizes(-64, 64),
      near_ends(), whole,       halves,           of_sizes(960, 1024), of_sizes(-1074, -960)};
  std::uint64_t seed = 1000;
  for (const Source& x : sources) {
    for (const Source& y : sources) {
      seed += 2;
      compare(test::draw(x, count / 5, seed), test::draw(y, count / 5, seed + 1));
    }
  }
  const auto all = mixed(sources, 2000);
  auto shuffled = all;
  std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937_64(3));
  compare(all, shuffled);
}

TEST_P(ManyOfTwo, HasTheBitsOfEachAloneWhereTheQuotientIsNearlyWhole) {
  const auto y = test::draw(of_sizes(-1000, 900), count, 1), quotients = test::draw(near_multiples(1, 53), count, 2);
  std::vector<double> x(count);
  for (std::size_t n = 0; n < count; ++n)
    x[n] = y[n] * quotients[n];

  compare(x, y);
}

INSTANTIATE_TEST_SUITE_P(All, ManyOfTwo,
                         testing::Values(TwoArguments{"pow", portable::pow, portable::many::pow},
                                         TwoArguments{"atan2", portable::atan2, portable::many::atan2},
                                         TwoArguments{"fmod", portable::fmod, portable::many::fmod}),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace tarn::ops
