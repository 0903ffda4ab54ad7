#include "tarn/apps/euler/exact_riemann.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "tarn/core/error.hpp"

namespace tarn::apps::euler {
namespace {

struct Case {
  GasState left, right;
  double pressure, velocity, left_density, right_density;
};

/// Toro, tables 4.1 to 4.3, to half of the last digit printed there; the iteration behind his fifth test stopped 4e-6
/// before the solution.
TEST(ExactRiemann, HasTheStarValuesOfTorosFiveTests) {
  const Case cases[] = {
      {{1, 0, 1}, {0.125, 0, 0.1}, 0.30313, 0.92745, 0.42632, 0.26557},
      {{1, -2, 0.4}, {1, 2, 0.4}, 0.00189, 0, 0.02185, 0.02185},
      {{1, 0, 1000}, {1, 0, 0.01}, 460.894, 19.5975, 0.57506, 5.99924},
      {{1, 0, 0.01}, {1, 0, 100}, 46.0950, -6.19633, 5.99242, 0.57511},
      {{5.99924, 19.5975, 460.894}, {5.99242, -6.19633, 46.0950}, 1691.64, 8.68975, 14.2823, 31.0426}};
  const auto tolerance = [&](double value) {
    const double digit = std::abs(value) < 10 ? 1e-5 : std::pow(10, std::floor(std::log10(std::abs(value))) - 5);
    return std::max(0.51 * digit, 5e-6 * std::abs(value));
  };
  for (const Case& c : cases) {
    const ExactRiemann solution(c.left, c.right, 1.4);

    EXPECT_NEAR(solution.star_pressure(), c.pressure, tolerance(c.pressure));
    EXPECT_NEAR(solution.star_velocity(), c.velocity, tolerance(c.velocity));
    const double aside = 1e-9 * (1 + std::abs(solution.star_velocity()));
    EXPECT_NEAR(solution.at(solution.star_velocity() - aside).density, c.left_density, tolerance(c.left_density));
    EXPECT_NEAR(solution.at(solution.star_velocity() + aside).density, c.right_density, tolerance(c.right_density));
  }
}

TEST(ExactRiemann, MirrorsItsStates) {
  const ExactRiemann solution({1, 0.3, 1}, {0.125, -0.2, 0.1}, 1.4), mirror({0.125, 0.2, 0.1}, {1, -0.3, 1}, 1.4);

  for (const double speed : {-1.5, -0.8, -0.2, 0.5, 0.9, 1.4, 3.0}) {
    EXPECT_NEAR(solution.at(speed).density, mirror.at(-speed).density, 1e-14);
    EXPECT_NEAR(solution.at(speed).velocity, -mirror.at(-speed).velocity, 1e-14);
    EXPECT_NEAR(solution.at(speed).pressure, mirror.at(-speed).pressure, 1e-14);
  }
}

TEST(ExactRiemann, KeepsUniformGas) {
  const ExactRiemann solution({2, 3, 5}, {2, 3, 5}, 1.4);

  EXPECT_EQ(solution.star_pressure(), 5);
  EXPECT_EQ(solution.at(2.9).density, 2);
  EXPECT_EQ(solution.at(3.1).velocity, 3);
}

TEST(ExactRiemann, OpensAVacuumBetweenGasesThatPart) {
  const double c = std::sqrt(1.4);
  const ExactRiemann solution({1, -10, 1}, {1, 10, 1}, 1.4);

  EXPECT_TRUE(solution.has_vacuum());
  EXPECT_EQ(solution.at(0).density, 0);
  EXPECT_EQ(solution.at(-10 + 5 * c + 1e-3).density, 0);  // Toro, equation 4.76: u + 2 c / (gamma - 1)
  EXPECT_GT(solution.at(-10 + 5 * c - 1e-3).density, 0);
  EXPECT_EQ(solution.at(-10 - 1.01 * c).density, 1);
  EXPECT_NEAR(solution.at(-10 - 0.99 * c).density, 1, 0.02);
  EXPECT_NEAR(solution.at(10 - 0.5 * c).density, solution.at(-10 + 0.5 * c).density, 1e-15);
}

TEST(ExactRiemann, ExpandsIntoVacuumOnEitherSide) {
  const ExactRiemann right({1, 0, 1}, {0, 0, 0}, 1.4), left({0, 0, 0}, {1, 0, 1}, 1.4);

  // Sonic where the fan stands still: u = c = 2 c0 / (gamma + 1), so density = (2 / (gamma + 1))^(2 / (gamma - 1)).
  EXPECT_NEAR(right.at(0).density, std::pow(2 / 2.4, 5), 1e-14);
  EXPECT_NEAR(left.at(0).density, std::pow(2 / 2.4, 5), 1e-14);
  EXPECT_EQ(right.at(7).density, 0);
  EXPECT_EQ(left.at(-7).density, 0);
  EXPECT_EQ(left.at(2).density, 1);
}

TEST(ExactRiemann, RefusesWhatIsNoGas) {
  EXPECT_THROW(ExactRiemann({1, 0, -1}, {1, 0, 1}, 1.4), Error);
  EXPECT_THROW(ExactRiemann({1, 0, 0}, {1, 0, 1}, 1.4), Error);
  EXPECT_THROW(ExactRiemann({0, 0, 0}, {0, 0, 0}, 1.4), Error);
  EXPECT_THROW(ExactRiemann({1, 0, 1}, {1, std::nan(""), 1}, 1.4), Error);
  EXPECT_THROW(ExactRiemann({1, 0, 1}, {1, 0, 1}, 1), Error);
}

/// What passes the ends of a tube is what the sum of its averages changes by.
TEST(ExactRiemann, HasAveragesThatAreConserved) {
  const GasState l{1, 0.75, 1}, r{0.125, 0, 0.1};
  const ExactRiemann solution(l, r, 1.4);
  const double time = 0.2;
  const auto flux = [](const GasState& w) {
    const double energy = w.pressure / 0.4 + 0.5 * w.density * w.velocity * w.velocity;
    return std::array<double, 3>{w.density * w.velocity, w.density * w.velocity * w.velocity + w.pressure,
                                 (energy + w.pressure) * w.velocity};
  };

  const auto before = solution.cell_average(-1, 1, 0), after = solution.cell_average(-1, 1, time);

  std::array<double, 3> in_pieces{};
  for (int n = 0; n < 7; ++n) {
    const auto piece = solution.cell_average(-1 + 2 * n / 7.0, -1 + 2 * (n + 1) / 7.0, time);
    for (int m = 0; m < 3; ++m)
      in_pieces[m] += piece[m] / 7;
  }
  for (int m = 0; m < 3; ++m) {
    EXPECT_NEAR(2 * (after[m] - before[m]), time * (flux(l)[m] - flux(r)[m]), 1e-12);
    EXPECT_NEAR(in_pieces[m], after[m], 1e-12);
  }
}

}  // namespace
}  // namespace tarn::apps::euler
