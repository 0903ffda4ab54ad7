// The random part of du/dt.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/tests/apps/support/stepped_case.hpp"

namespace tarn::apps::gray_scott {
namespace {

using apps::test::SteppedCase;

constexpr double noise = 0.125, step = 0.5;
constexpr int cells = 4096;

/// Nothing but noise changes u.
std::string deck(const std::string& u, int seed, const std::string& integrator) {
  return fmt::format(
      "[run]\napp = \"gray_scott\"\nseed = {}\n[grid]\ncells = [{}]\n[time]\nend = 100\ndt = {}\n[gray_scott]\n"
      "du = 0\ndv = 0\nfeed = 0\nkill = 0\nnoise = {}\nintegrator = \"{}\"\n[gray_scott.initial]\nu = \"{}\"\nv = 0\n",
      seed, cells, step, noise, integrator, u);
}

/// What some steps add to u, as multiples of noise * step.
std::vector<double> added(const std::string& u, int seed, int first, int steps,
                          const std::string& integrator = "euler") {
  SteppedCase run(deck(u, seed, integrator));
  if (first > 0) run.advance(first * step, first);
  auto before = run.values();
  run.advance((first + steps) * step, steps);
  const auto after = run.values();
  for (std::size_t n = 0; n < before.size(); ++n)
    before[n] = (after[n] - before[n]) / (noise * step);
  return before;
}

double mean(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t n = 0; n < a.size(); ++n)
    sum += a[n] * b[n];
  return sum / static_cast<double>(a.size());
}

constexpr double five_deviations = 5 / 64.0;  // of a mean of 4096 numbers, in units of one number's deviation

TEST(Noise, IsUniformBetweenItsBounds) {
  const auto numbers = added("0", 1, 0, 1);
  const std::vector<double> ones(cells, 1.0);

  const auto [least, most] = std::minmax_element(numbers.begin(), numbers.end());
  EXPECT_GE(*least, -1);
  EXPECT_LT(*least, -0.99);
  EXPECT_LT(*most, 1);
  EXPECT_GT(*most, 0.99);
  EXPECT_NEAR(mean(numbers, ones), 0, five_deviations * std::sqrt(1.0 / 3));
  EXPECT_NEAR(mean(numbers, numbers), 1.0 / 3, five_deviations * std::sqrt(4.0 / 45));
}

TEST(Noise, IsAnotherInEveryStepAndForEverySeed) {
  const auto first = added("0", 1, 0, 1), second = added("0", 1, 1, 1), of_other_seed = added("0", 2, 0, 1);

  EXPECT_NEAR(mean(first, second), 0, five_deviations / 3);
  EXPECT_NEAR(mean(first, of_other_seed), 0, five_deviations / 3);
}

TEST(Noise, HasNothingToDoWithTheRandomNumbersOfTheStart) {
  const auto from_random = added("random", 1, 0, 1);
  auto start = SteppedCase(deck("random", 1, "euler")).values();
  for (double& value : start)
    value = 2 * value - 1;

  EXPECT_NEAR(mean(from_random, start), 0, five_deviations / 3);
}

TEST(Noise, IsTheSameInAllStagesOfAStep) {
  const auto of_euler = added("0", 1, 0, 1);

  for (const char* integrator : {"rk2", "rk4"})
    EXPECT_LT(apps::test::largest_difference(added("0", 1, 0, 1, integrator), of_euler), 1e-14) << integrator;
}

}  // namespace
}  // namespace tarn::apps::gray_scott
