// Norms and orders, on errors that are known by hand.
#include "tarn/apps/driver/verify/ladder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/tests/apps/support/stepped_case.hpp"

namespace tarn::apps {
namespace {

const std::string four_cells =
    "[run]\napp = \"heat\"\n[grid]\ncells = [4]\n[time]\nend = 1\n[heat]\ndiffusivity = 1\ninitial = 3\n";

TEST(FittedOrder, IsTheSlope) {
  EXPECT_NEAR(fitted_order({1, 2, 4}, {8, 2, 0.5}), 2, 1e-14);
  EXPECT_THROW(fitted_order({1}, {1}), Error);
}

TEST(ErrorNorms, AreThoseOfTheDifferences) {
  // 3 less 3, 3, 3 and 5: the mean is 0.5, the root mean square 1, the largest 2.
  const test::SteppedCase run(four_cells + "[exact]\ntemperature = \"x > 0.75 ? 5 : 3\"\n");

  const auto errors = run.errors();

  ASSERT_EQ(errors.size(), 1);
  EXPECT_EQ(errors[0].field, "temperature");
  EXPECT_EQ(errors[0].norms.l1, 0.5);
  EXPECT_EQ(errors[0].norms.l2, 1);
  EXPECT_EQ(errors[0].norms.max, 2);
}

TEST(ErrorNorms, AreNoNumbersWhereAValueIsNone) {
  test::SteppedCase run(four_cells);
  const std::vector<ExactField> exact{{"temperature", "", [](const Box&, double) { return 1 / 0.0; }}};

  EXPECT_TRUE(std::isnan(run.errors(exact).front().norms.max));
}

TEST(ExactSolution, OfCellsThatHoldAveragesIsAveraged) {
  // The average of x^2 over a cell of width 1/4 is that of its centre, squared, and width^2 / 12.
  const test::SteppedCase run(
      "[run]\napp = \"euler\"\n[grid]\ncells = [4]\n[time]\nend = 1\n[euler.initial]\ndensity = 1\nvelocity_x = 0\n"
      "pressure = 1\n[exact]\ndensity = \"x^2 + t\"\n");
  const auto& density = run.model().exact.front();

  EXPECT_NEAR(density.value({{0.25, 0, 0}, {0.5, 1, 1}}, 2), 0.375 * 0.375 + 1. / 192 + 2, 1e-15);
}

TEST(ExactSolution, CanBeStartedFrom) {
  test::SteppedCase run(four_cells);
  const std::vector<ExactField> exact{
      {"temperature", "", [](const Box& cell, double time) { return cell.centre(0) + time; }}};

  run.start_from(exact);

  EXPECT_THAT(run.values(), testing::ElementsAre(0.125, 0.375, 0.625, 0.875));
  EXPECT_EQ(run.errors(exact).front().norms.max, 0);
}

TEST(ErrorsOn, NeedAnExactSolution) {
  const auto rungs = test::climb({.sizes = {4}, .deck = [](int) { return four_cells; }, .end = 0.001});

  EXPECT_THROW(errors_on(rungs, "temperature", &ErrorNorms::l1), Error);
}

}  // namespace
}  // namespace tarn::apps
