#include "tarn/apps/pde/spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace tarn::apps::pde {
namespace {

using Complex = std::complex<double>;
using Values = std::vector<Complex>;

/// How far the values are from those that are expected, each being taken once.
double distance(Values found, const Values& expected) {
  if (found.size() != expected.size()) return HUGE_VAL;
  double farthest = 0;
  for (const Complex& value : expected) {
    const auto nearest = std::min_element(found.begin(), found.end(), [&](const Complex& a, const Complex& b) {
      return std::abs(a - value) < std::abs(b - value);
    });
    farthest = std::max(farthest, std::abs(*nearest - value));
    found.erase(nearest);
  }
  return farthest;
}

TEST(PdeEigenvalues, OfATriangleAreItsDiagonal) {
  for (const int rows : {1, 2, 3, 7}) {
    const auto n = static_cast<std::size_t>(rows);
    Values matrix(n * n), diagonal;
    for (std::size_t row = 0; row < n; ++row) {
      for (std::size_t column = row; column < n; ++column)
        matrix[row * n + column] = Complex(1 + static_cast<double>(row + column), row == column ? 2 : 0);
      diagonal.push_back(matrix[row * n + row]);
    }
    EXPECT_LT(distance(eigenvalues(matrix, rows), diagonal), 1e-12) << rows;
  }
}

TEST(PdeEigenvalues, OfASecondDifferenceBetweenValues) {
  for (const int rows : {2, 3, 16, 48}) {
    const auto n = static_cast<std::size_t>(rows);
    Values matrix(n * n), waves;
    for (std::size_t row = 0; row < n; ++row) {
      matrix[row * n + row] = -2;
      if (row > 0) matrix[row * n + row - 1] = 1;
      if (row + 1 < n) matrix[row * n + row + 1] = 1;
      waves.emplace_back(2 * std::cos(std::numbers::pi * static_cast<double>(row + 1) / (rows + 1)) - 2);
    }
    EXPECT_LT(distance(eigenvalues(matrix, rows), waves), 1e-12) << rows;
  }
}

TEST(PdeEigenvalues, OfACircleAreRootsOfOne) {
  for (const int rows : {3, 4, 5, 12, 32, 64}) {
    const auto n = static_cast<std::size_t>(rows);
    Values matrix(n * n), roots;
    for (std::size_t row = 0; row < n; ++row) {
      matrix[row * n + (row + 1) % n] = 1;
      roots.push_back(std::polar(1.0, 2 * std::numbers::pi * static_cast<double>(row) / rows));
    }
    EXPECT_LT(distance(eigenvalues(matrix, rows), roots), 1e-12) << rows;
  }
}

TEST(PdeEigenvalues, OfBlocksAreThoseOfEach) {
  // Rows and columns 0 and 3 turn, 1 and 2 double.
  const Values matrix{0, 0, 0, 5, 0, 2, 0, 0, 0, 0, 2, 0, -5, 0, 0, 0};

  EXPECT_LT(distance(eigenvalues(matrix, 4), {2, 2, {0, 5}, {0, -5}}), 1e-14);
}

TEST(PdeStabilityRegion, ReachesAsFarAsItsMethod) {
  // E. Hairer, G. Wanner, Solving Ordinary Differential Equations II, 2nd ed., Springer 1996, IV.2.
  using ops::Scheme;
  const auto decay = [](Scheme scheme) { return StabilityRegion(scheme, 9).reach({-1, 0}); };
  const auto turn = [](Scheme scheme) { return StabilityRegion(scheme, 9).reach({0, 1}); };

  EXPECT_NEAR(decay(Scheme::euler), 2, 1e-9);
  EXPECT_NEAR(decay(Scheme::ssp_rk2), 2, 1e-9);
  EXPECT_NEAR(decay(Scheme::ssp_rk3), 2.5127453266, 1e-9);
  EXPECT_NEAR(decay(Scheme::rk4), 2.7852935634, 1e-9);
  EXPECT_DOUBLE_EQ(decay(Scheme::rkl2), (9 * 9 + 9 - 2) / 2.0);
  EXPECT_EQ(turn(Scheme::euler), 0);
  EXPECT_EQ(turn(Scheme::ssp_rk2), 0);
  EXPECT_NEAR(turn(Scheme::ssp_rk3), std::sqrt(3.0), 1e-9);
  EXPECT_NEAR(turn(Scheme::rk4), 2 * std::numbers::sqrt2, 1e-9);
  // A direction and its mirror image are alike, and any length of it.
  EXPECT_EQ(StabilityRegion(Scheme::rk4, 9).reach({-2, 4}), StabilityRegion(Scheme::rk4, 9).reach({-1, -2}));
}

TEST(PdeStabilityRegion, OfTurnsThatHardlyDecay) {
  // |1 + z| = 1 where |z| = -2 cos(angle); of the second order |R| is about 1 + |z|^4 / 8 + Re z.
  for (const double decay : {1e-2, 1e-4, 1e-5}) {
    EXPECT_NEAR(StabilityRegion(ops::Scheme::euler, 0).reach({-decay, 1}) / (2 * decay), 1, 1e-3) << decay;
    EXPECT_NEAR(StabilityRegion(ops::Scheme::ssp_rk2, 0).reach({-decay, 1}) / std::cbrt(8 * decay), 1, 0.06) << decay;
  }
}

TEST(PdeStabilityRegion, OfGrowthEndsWhereItIsTwiceAsFast) {
  for (const auto scheme :
       {ops::Scheme::euler, ops::Scheme::ssp_rk2, ops::Scheme::ssp_rk3, ops::Scheme::rk4, ops::Scheme::rkl2}) {
    const StabilityRegion region(scheme, 9);

    EXPECT_TRUE(std::isinf(region.reach({1, 0})));
    EXPECT_TRUE(std::isinf(region.reach({1, 1})));
  }
  // |1 + z|^2 = 1 + 2 Re z + |z|^2, where exp(4 Re z) is about 1 + 4 Re z.
  EXPECT_NEAR(StabilityRegion(ops::Scheme::euler, 0).reach({1e-4, 1}) / 2e-4, 1, 1e-3);
  EXPECT_NEAR(StabilityRegion(ops::Scheme::ssp_rk2, 0).reach({1e-4, 1}) / std::cbrt(8e-4), 1, 0.06);
  EXPECT_NEAR(StabilityRegion(ops::Scheme::rk4, 0).reach({1e-4, 1}), 2 * std::numbers::sqrt2, 1e-3);
}

TEST(PdeStabilityRegion, LetsTurnsGrowByTwentyPercentInARadian) {
  const auto reach = [](ops::Scheme scheme, Complex direction) {
    return StabilityRegion(scheme, 9).reach_of_turns(direction);
  };

  // |R(iy)| of the first order is sqrt(1 + y^2), of the second sqrt(1 + y^4 / 4).
  const double first = reach(ops::Scheme::euler, {0, 1}), second = reach(ops::Scheme::ssp_rk2, {0, 1});
  EXPECT_NEAR(std::log(std::hypot(1, first)), 0.2 * first, 1e-9);
  EXPECT_NEAR(std::log(std::hypot(1, second * second / 2)), 0.2 * second, 1e-9);
  // What decays fast must decay.
  for (const auto scheme : {ops::Scheme::euler, ops::Scheme::ssp_rk2, ops::Scheme::ssp_rk3, ops::Scheme::rk4}) {
    EXPECT_NEAR(reach(scheme, {-1000, 1}) / StabilityRegion(scheme, 0).reach({-1, 0}), 1, 1e-3);
    EXPECT_NEAR(reach(scheme, {-0.21, 1}) / StabilityRegion(scheme, 0).reach({-0.21, 1}), 1, 1e-9);
    EXPECT_GT(reach(scheme, {-0.1, 1}), 1.01 * StabilityRegion(scheme, 0).reach({-0.1, 1}));
  }
}

}  // namespace
}  // namespace tarn::apps::pde
