#include "tarn/io/image/color_map.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"

namespace tarn::io {
namespace {

using Lab = std::array<double, 3>;

/// CIELAB under D65 (CIE 15:2004), a colour space other than the one the maps are made in.
Lab cielab(const Color& color) {
  const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
  const auto f = [](double t) { return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116; };
  const double r = linear(color.r / 255.0), g = linear(color.g / 255.0), b = linear(color.b / 255.0);
  const double x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const double y = f(0.2126729 * r + 0.7151522 * g + 0.0721750 * b);
  const double z = f((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

/// Oklab (Ottosson 2020), from sRGB.
Lab oklab(const Color& color) {
  const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
  const double r = linear(color.r / 255.0), g = linear(color.g / 255.0), b = linear(color.b / 255.0);
  const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
          1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
          0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

Color entry(const std::string& name, int index) {
  return color_at(name, (index + 0.5) / 256);
}

/// Distances in Oklab between entries first, first + stride ... < end.
std::vector<double> steps(const std::string& name, int first, int end, int stride) {
  std::vector<double> found;
  for (int k = first; k + stride < end; k += stride) {
    const auto p = oklab(entry(name, k)), q = oklab(entry(name, k + stride));
    found.push_back(std::hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]));
  }
  return found;
}

void expect_even(const std::vector<double>& found) {
  const double mean = std::accumulate(found.begin(), found.end(), 0.0) / found.size();
  EXPECT_GT(*std::min_element(found.begin(), found.end()), 0.7 * mean);
  EXPECT_LT(*std::max_element(found.begin(), found.end()), 1.3 * mean);
}

class SequentialMap : public testing::TestWithParam<std::string> {};

TEST_P(SequentialMap, GetsLighterWithEveryEntry) {
  for (int k = 1; k < 256; ++k) {
    EXPECT_GT(cielab(entry(GetParam(), k))[0], cielab(entry(GetParam(), k - 1))[0]) << "entry " << k;
  }
}

TEST_P(SequentialMap, SpansDarkToLight) {
  EXPECT_LT(cielab(entry(GetParam(), 0))[0], 10);
  EXPECT_GT(cielab(entry(GetParam(), 255))[0], 90);
}

/// Every fourth entry: from one to the next the eight bits of a channel round by up to half a step.
TEST_P(SequentialMap, ChangesEvenlyToTheEye) {
  expect_even(steps(GetParam(), 0, 256, 4));
}

INSTANTIATE_TEST_SUITE_P(ColorMap, SequentialMap, testing::Values("thermal", "ocean"));

TEST(BalanceMap, IsLightestInTheMiddleAndFallsOffEvenly) {
  for (int k = 1; k < 128; ++k) {
    EXPECT_GT(cielab(entry("balance", k))[0], cielab(entry("balance", k - 1))[0]) << "entry " << k;
    EXPECT_LT(cielab(entry("balance", k + 128))[0], cielab(entry("balance", k + 127))[0]) << "entry " << k;
  }
  expect_even(steps("balance", 0, 128, 4));
  expect_even(steps("balance", 128, 256, 4));
}

TEST(BalanceMap, IsBlueBelowAndRedAbove) {
  const Color below = color_at("balance", 0.25), above = color_at("balance", 0.75);

  EXPECT_GT(below.b, below.r + 50);
  EXPECT_GT(above.r, above.b + 50);
}

TEST(ColorAt, HoldsTheEndsBeyondThem) {
  EXPECT_EQ(color_at("ocean", -3), color_at("ocean", 0));
  EXPECT_EQ(color_at("ocean", 1e300), color_at("ocean", 1));
  EXPECT_EQ(color_at("ocean", std::numeric_limits<double>::quiet_NaN()), color_at("ocean", 0));
  EXPECT_FALSE(color_at("ocean", 0) == color_at("ocean", 1));
}

TEST(ColorAt, NamesTheMapsThereAre) {
  EXPECT_THAT([] { color_at("jet", 0.5); },
              testing::ThrowsMessage<UsageError>(testing::HasSubstr("thermal, ocean, balance")));
}

}  // namespace
}  // namespace tarn::io
