// Steps up to the limit are stable, conditions at the ends of the domain are what they say, and nothing is lost.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/io/deck/problems.hpp"
#include "tarn/tests/apps/support/stepped_case.hpp"

namespace tarn::apps::gray_scott {
namespace {

using apps::test::SteppedCase;

struct Problem {
  std::string precision = "double", integrator = "euler", cells = "13, 11, 9", upper = "13.0, 11.0, 9.0";
  std::string boundary = "";
  std::string time = "cfl = 1", rates = "du = 0.16\ndv = 0.08\nfeed = 0.03\nkill = 0.06", u = "random", v = "random";

  std::string deck() const {
    return fmt::format(
        "[run]\napp = \"gray_scott\"\nprecision = \"{}\"\nseed = 3\n[grid]\ncells = [{}]\nupper = [{}]\n"
        "[grid.boundary]\n{}\n[time]\nend = 1e6\n{}\n[gray_scott]\n{}\nintegrator = \"{}\"\n[gray_scott.initial]\n"
        "u = \"{}\"\nv = \"{}\"\n",
        precision, cells, upper, boundary, time, rates, integrator, u, v);
  }
};

using Choice = std::tuple<std::string, std::string>;

class FullStep : public testing::TestWithParam<Choice> {};

// The roughest start there is with u + v <= 1, so that v stays below 1. What euler and rk2 promise is exact but for the
// rounding of 1; rk4 is stable, and promises no bounds.
TEST_P(FullStep, KeepsEveryStateBetweenItsBounds) {
  const auto& [precision, integrator] = GetParam();
  SteppedCase run(Problem{.precision = precision,
                          .integrator = integrator,
                          .u = "mod(floor(x) + floor(y) + floor(z), 2) == 0 ? random : 0",
                          .v = "mod(floor(x) + floor(y) + floor(z), 2) == 1 ? random : 0"}
                      .deck());
  const double slack = integrator == "rk4" ? 0.25 : precision == "single" ? 1e-6 : 1e-15;

  for (int n = 1; n <= 200; ++n) {
    run.advance(n * run.simulation().largest_step(), 1);
    ASSERT_GE(run.history("u_minimum"), -slack) << "step " << n;
    ASSERT_LE(run.history("u_maximum"), 1 + slack) << "step " << n;
    ASSERT_GE(run.history("v_minimum"), -slack) << "step " << n;
    ASSERT_LE(run.history("v_maximum"), 1 + slack) << "step " << n;
  }
}

INSTANTIATE_TEST_SUITE_P(GrayScott, FullStep,
                         testing::Combine(testing::Values("single", "double"), testing::Values("euler", "rk2", "rk4")),
                         [](const auto& given) { return std::get<0>(given.param) + "_" + std::get<1>(given.param); });

struct Limit {
  const char* integrator;
  double reach;
};

class LimitOfAFixedStep : public testing::TestWithParam<Limit> {};

// The checkerboard in u about u = 1, v = 0 is multiplied by 1 in size, and so stays: a longer step would let it grow.
TEST_P(LimitOfAFixedStep, IsWhereTheRoughestPatternStays) {
  Problem problem{.integrator = GetParam().integrator, .cells = "12, 10", .upper = "12.0, 10.0"};
  const double limit = GetParam().reach / (4 * 0.16 * 2 + 0.03);
  problem.time = fmt::format("dt = {:.17g}", limit * (1 - 1e-12));
  problem.u = "1 + 0.25 * sin(pi * x) * sin(pi * y)";
  problem.v = "0";
  SteppedCase run(problem.deck());

  run.advance(100 * limit, 100);

  EXPECT_NEAR(run.history("u_maximum") - 1, 0.25, 0.02);
  EXPECT_NEAR(1 - run.history("u_minimum"), 0.25, 0.02);
}

TEST_P(LimitOfAFixedStep, IsNotGoneBeyond) {
  Problem problem{.integrator = GetParam().integrator, .cells = "12, 10", .upper = "12.0, 10.0"};
  problem.time = fmt::format("dt = {:.17g}", GetParam().reach / (4 * 0.16 * 2 + 0.03) * (1 + 1e-12));

  EXPECT_THROW(parse_case(problem.deck(), "test"), io::DeckError);
}

INSTANTIATE_TEST_SUITE_P(GrayScott, LimitOfAFixedStep,
                         testing::Values(Limit{"euler", 2}, Limit{"rk2", 2}, Limit{"rk4", 2.785}),
                         [](const auto& given) { return std::string(given.param.integrator); });

class WithoutFeedAndKill : public testing::TestWithParam<std::string> {};

TEST_P(WithoutFeedAndKill, WhatULosesVGains) {
  Problem problem;
  problem.boundary = fmt::format("x = \"{0}\"\ny = \"{0}\"\nz = \"{0}\"", GetParam());
  problem.rates = "du = 0.16\ndv = 0.08\nfeed = 0\nkill = 0";
  SteppedCase run(problem.deck());
  const double before = run.history("u_integral") + run.history("v_integral"), u = run.history("u_integral");

  run.advance(20);

  EXPECT_NEAR(run.history("u_integral") + run.history("v_integral"), before, 1e-13 * before);
  EXPECT_LT(run.history("u_integral"), 0.8 * u) << "nothing reacted";
}

INSTANTIATE_TEST_SUITE_P(GrayScott, WithoutFeedAndKill, testing::Values("periodic", "neumann"),
                         [](const auto& given) { return given.param; });

// The discrete laplacian of x^2 is 2 in every cell as long as what lies beyond the ends stays x^2.
TEST(HeldFaces, KeepTheInitialValuesBehindThem) {
  Problem problem{.cells = "8", .upper = "8.0", .boundary = "x = \"held\"", .time = "dt = 1"};
  problem.rates = "du = 0.25\ndv = 0.25\nfeed = 0\nkill = 0";
  problem.u = "x^2";
  problem.v = "0";
  SteppedCase run(problem.deck());

  run.advance(1, 1);
  const auto once = run.values();
  run.advance(2, 1);
  const auto twice = run.values();

  for (std::size_t i = 0; i < 8; ++i) {
    const double x = static_cast<double>(i) + 0.5;
    EXPECT_EQ(once[i], x * x + 0.5) << i;
    // The first and the last cell lose a quarter of the 0.5 that their neighbour beyond the end did not gain.
    EXPECT_EQ(twice[i], x * x + (i == 0 || i == 7 ? 0.875 : 1.0)) << i;
  }
}

}  // namespace
}  // namespace tarn::apps::gray_scott
