// The implicit integrator: orders of convergence, stability, conservation, and what it refuses.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/tests/apps/heat/known_solution.hpp"
#include "tarn/tests/apps/support/stepped_case.hpp"

namespace tarn::apps::heat::test {
namespace {

using apps::test::largest_difference;
using apps::test::SteppedCase;

using Choice = std::tuple<int, Kinds, Problem>;
constexpr const char* backward_euler = "backward_euler";
constexpr const char* crank_nicolson = "crank_nicolson";

KnownSolution solution_of(const Choice& choice) {
  KnownSolution solution;
  std::tie(solution.dimensions, solution.kinds, solution.problem) = choice;
  return solution;
}

std::string name_of(const testing::TestParamInfo<Choice>& info) {
  const auto& [dimensions, kinds, problem] = info.param;
  constexpr std::array<const char*, 4> kinds_names{"Periodic", "Dirichlet", "Neumann", "Mixed"};
  constexpr std::array<const char*, 3> problem_names{"Decay", "Forced", "Variable"};
  return fmt::format("{}{}In{}D", problem_names[static_cast<std::size_t>(problem)],
                     kinds_names[static_cast<std::size_t>(kinds)], dimensions);
}

class ImplicitOrder : public testing::TestWithParam<Choice> {};

TEST_P(ImplicitOrder, InSpaceIsTwo) {
  KnownSolution solution = solution_of(GetParam());
  const double end = 0.02;
  const std::vector<double> ladder = solution.dimensions == 1   ? std::vector<double>{16, 32, 64}
                                     : solution.dimensions == 2 ? std::vector<double>{16, 24, 32}
                                                                : std::vector<double>{10, 16};
  solution.scheme = crank_nicolson;

  // Crank-Nicolson's error in time falls with that in space, and is far below it.
  const auto rungs = apps::test::climb({.sizes = ladder,
                                        .deck =
                                            [&](int cells) {
                                              solution.dt = end / (2 * cells);
                                              return solution.deck(cells);
                                            },
                                        .end = end,
                                        .steps = [](double cells) { return static_cast<int>(2 * cells); }});

  const double order = order_of(rungs, "temperature", &ErrorNorms::l2);
  const auto errors = errors_on(rungs, "temperature", &ErrorNorms::l2);
  RecordProperty("order", fmt::format("{:.3f}", order));
  EXPECT_GE(order, 1.9) << "errors " << testing::PrintToString(errors);
  EXPECT_LE(order, 2.3) << "errors " << testing::PrintToString(errors);
}

double order_in_time(KnownSolution solution, const char* scheme) {
  constexpr int cells = 8;
  const double end = 0.05;
  KnownSolution fine = solution;
  fine.cfl = 1;
  fine.rkl2 = true;
  fine.stages = 3;
  SteppedCase reference(fine.deck(cells));
  reference.advance(end, 1024);
  const std::vector<double> ladder{32, 64, 128};
  std::vector<double> errors;
  for (const double steps : ladder) {
    solution.scheme = scheme;
    solution.dt = end / steps;
    SteppedCase run(solution.deck(cells));
    run.advance(end, static_cast<int>(steps));
    errors.push_back(largest_difference(run.values(), reference.values()));
  }
  return fitted_order(ladder, errors);
}

class ImplicitOrderInTime : public testing::TestWithParam<Choice> {};

// All runs share one grid, so that the error in space cancels.
TEST_P(ImplicitOrderInTime, IsThatOfTheScheme) {
  const KnownSolution solution = solution_of(GetParam());
  const double of_euler = order_in_time(solution, backward_euler);
  const double of_crank_nicolson = order_in_time(solution, crank_nicolson);

  RecordProperty("orders", fmt::format("{:.3f} {:.3f}", of_euler, of_crank_nicolson));
  EXPECT_NEAR(of_euler, 1, 0.1);
  EXPECT_NEAR(of_crank_nicolson, 2, 0.1);
}

const auto all_kinds = testing::Values(Kinds::periodic, Kinds::dirichlet, Kinds::neumann, Kinds::mixed);
const auto all_problems = testing::Values(Problem::decay, Problem::forced, Problem::variable);
INSTANTIATE_TEST_SUITE_P(Heat, ImplicitOrder, testing::Combine(testing::Values(1, 2, 3), all_kinds, all_problems),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Heat, ImplicitOrderInTime, testing::Combine(testing::Values(1, 2), all_kinds, all_problems),
                         name_of);

/// Noise in a box; `heat` are further lines of [heat].
std::string noise_deck(int dimensions, const std::string& kind, double dt, const std::string& heat,
                       const std::string& precision = "double") {
  const std::string cells = dimensions == 1 ? "40" : dimensions == 2 ? "13, 11" : "7, 5, 9";
  std::string boundary, values;
  for (int axis = 0; axis < dimensions; ++axis) {
    boundary += fmt::format("{} = \"{}\"\n", "xyz"[axis], kind);
    if (kind == "dirichlet") values += fmt::format("{0}_lower = 0\n{0}_upper = 0\n", "xyz"[axis]);
  }
  return fmt::format(
      "[run]\napp = \"heat\"\nprecision = \"{}\"\nseed = 3\n[grid]\ncells = [{}]\n[grid.boundary]\n{}[time]\nend = "
      "1e9\ndt = {}\n[heat]\ninitial = \"1 + random\"\nintegrator = \"implicit\"\n{}\n[heat.boundary_value]\n{}",
      precision, cells, boundary, dt, heat, values);
}

using Way = std::tuple<int, const char*, const char*>;

class Implicit : public testing::TestWithParam<Way> {
 protected:
  int dimensions() const { return std::get<0>(GetParam()); }
  std::string scheme_and_preconditioner() const {
    return fmt::format("scheme = \"{}\"\npreconditioner = \"{}\"\n", std::get<1>(GetParam()), std::get<2>(GetParam()));
  }
};

// 1e-3 is 1.6 times explicit Euler's limit and more on these grids; 10 is beyond ten thousand times.
TEST_P(Implicit, StaysWithinItsBoundsAtAnyStep) {
  for (const double dt : {1e-3, 0.1, 10.0}) {
    SteppedCase run(noise_deck(dimensions(), "dirichlet", dt, "diffusivity = 1\n" + scheme_and_preconditioner()));
    const double energy = run.history("energy");

    run.advance(20 * dt, 20);

    // Crank-Nicolson turns the sign of the fastest modes at long steps, and makes none larger.
    EXPECT_LE(run.history("energy"), energy) << dt;
    EXPECT_LE(run.history("maximum"), 3) << dt;
    EXPECT_GE(run.history("minimum"), -3) << dt;
  }
}

TEST_P(Implicit, KeepsTheIntegralToRoundingWhateverTheTolerance) {
  for (const char* kind : {"periodic", "neumann"}) {
    for (const char* precision : {"double", "single"}) {
      SteppedCase run(noise_deck(
          dimensions(), kind, 0.01,
          "diffusivity = \"x < 0.5 ? 0.1 : 2 + x\"\ntolerance = 0.1\n" + scheme_and_preconditioner(), precision));
      const double before = run.history("integral"), spread = run.history("maximum") - run.history("minimum");
      constexpr int steps = 200;

      run.advance(steps * 0.01, steps);

      // Some tens of roundings add up; a tenth of the change going astray would be seen in the second digit.
      const double rounding = std::string(precision) == "single" ? 6e-8 : 1.1e-16;
      EXPECT_LE(std::abs(run.history("integral") - before) / before, 300 * rounding) << kind << " " << precision;
      EXPECT_LT(run.history("maximum") - run.history("minimum"), 0.9 * spread) << "nothing spread";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Heat, Implicit,
                         testing::Combine(testing::Values(1, 2, 3), testing::Values(backward_euler, crank_nicolson),
                                          testing::Values("multigrid", "jacobi")));

// In one step of backward Euler far beyond all time scales the temperature is that of the steady state, here linear.
TEST(ImplicitStep, ReachesTheSteadyStateInOneLongStep) {
  SteppedCase run(
      "[run]\napp = \"heat\"\n[grid]\ncells = [64]\n[grid.boundary]\nx = \"dirichlet\"\n[time]\nend = 1e9\ndt = 1e9\n"
      "[heat]\ndiffusivity = 1\ninitial = \"random\"\nintegrator = \"implicit\"\ntolerance = 1e-12\n"
      "[heat.boundary_value]\nx_lower = 1\nx_upper = 3\n[exact]\ntemperature = \"1 + 2 * x\"\n");

  run.advance(1e9, 1);

  EXPECT_LE(run.errors().front().norms.max, 1e-7);
}

TEST(ImplicitStep, LeavesASteadyStateAsItIs) {
  SteppedCase run(
      "[run]\napp = \"heat\"\n[grid]\ncells = [16, 8]\n[grid.boundary]\nx = \"neumann\"\ny = \"periodic\"\n[time]\nend "
      "= 1\ndt = 0.5\n[heat]\ndiffusivity = 1\ninitial = 7\nintegrator = \"implicit\"\n");

  run.advance(10, 20);

  EXPECT_EQ(run.history("minimum"), 7);
  EXPECT_EQ(run.history("maximum"), 7);
}

TEST(ImplicitStep, ThatDoesNotConvergeTellsTimeIterationsAndResidual) {
  SteppedCase run(noise_deck(2, "dirichlet", 10, "diffusivity = 1\npreconditioner = \"jacobi\"\nmax_iterations = 2\n"));
  run.simulation();
  const auto before = run.values();

  try {
    run.simulation().step(5, 10);
    FAIL() << "no error";
  } catch (const NumericsError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("step from time 5 to 15"));
    EXPECT_THAT(error.what(), testing::HasSubstr("after 2 iterations; the residual is "));
    EXPECT_THAT(error.what(), testing::HasSubstr("heat.max_iterations"));
  }

  EXPECT_EQ(run.values(), before);
}

}  // namespace
}  // namespace tarn::apps::heat::test
