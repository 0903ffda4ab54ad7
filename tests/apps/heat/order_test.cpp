// Orders of convergence in space and in time.
#include <gtest/gtest.h>

#include "tarn/tests/apps/heat/known_solution.hpp"
#include "tarn/tests/apps/support/stepped_case.hpp"

namespace tarn::apps::heat::test {
namespace {

using apps::test::largest_difference;
using apps::test::SteppedCase;

using Choice = std::tuple<int, Kinds, Problem, bool>;

KnownSolution solution_of(const Choice& choice) {
  KnownSolution solution;
  std::tie(solution.dimensions, solution.kinds, solution.problem, solution.rkl2) = choice;
  return solution;
}

std::string name_of(const testing::TestParamInfo<Choice>& info) {
  const auto& [dimensions, kinds, problem, rkl2] = info.param;
  constexpr std::array<const char*, 4> kinds_names{"Periodic", "Dirichlet", "Neumann", "Mixed"};
  constexpr std::array<const char*, 3> problem_names{"Decay", "Forced", "Variable"};
  return fmt::format("{}{}{}{}D", problem_names[static_cast<std::size_t>(problem)],
                     kinds_names[static_cast<std::size_t>(kinds)], rkl2 ? "Rkl2In" : "EulerIn", dimensions);
}

const auto all_kinds = testing::Values(Kinds::periodic, Kinds::dirichlet, Kinds::neumann, Kinds::mixed);
const auto all_problems = testing::Values(Problem::decay, Problem::forced, Problem::variable);

class OrderInSpace : public testing::TestWithParam<Choice> {};

TEST_P(OrderInSpace, IsTwo) {
  KnownSolution solution = solution_of(GetParam());
  if (solution.rkl2) solution.stages = 3;
  if (solution.rkl2) solution.cfl = 0.4;  // Euler's limit: the error in time is then far below that in space
  const double end = 0.02;
  const std::vector<double> ladder = solution.dimensions == 1   ? std::vector<double>{16, 32, 64}
                                     : solution.dimensions == 2 ? std::vector<double>{16, 24, 32}
                                                                : std::vector<double>{10, 15};
  const double longest = SteppedCase(solution.deck(static_cast<int>(ladder[0]))).simulation().largest_step();
  const double coarse_steps = 4 * std::ceil(end / longest / 4);  // so that 9/4 of it are whole too

  // The step goes with the square of the spacing, so Euler's error in time falls as fast as that in space.
  const auto rungs = apps::test::climb({.sizes = ladder,
                                        .deck = [&](int cells) { return solution.deck(cells); },
                                        .end = end,
                                        .steps =
                                            [&](double cells) {
                                              return static_cast<int>(
                                                  std::lround(coarse_steps * cells * cells / (ladder[0] * ladder[0])));
                                            }});

  // The largest error is that of another place on each of these coarse grids, and no order is asked of it.
  for (const auto norm : {&ErrorNorms::l1, &ErrorNorms::l2}) {
    const double order = order_of(rungs, "temperature", norm);
    RecordProperty("order", fmt::format("{:.3f}", order));
    EXPECT_GE(order, 1.9) << "errors " << testing::PrintToString(errors_on(rungs, "temperature", norm));
    EXPECT_LE(order, 2.3) << "errors " << testing::PrintToString(errors_on(rungs, "temperature", norm));
  }
}

INSTANTIATE_TEST_SUITE_P(Heat, OrderInSpace,
                         testing::Combine(testing::Values(1, 2, 3), all_kinds, all_problems, testing::Bool()), name_of);

class OrderInTime : public testing::TestWithParam<Choice> {};

// All runs share one grid, so that the error in space cancels.
TEST_P(OrderInTime, IsThatOfTheIntegrator) {
  KnownSolution solution = solution_of(GetParam());
  solution.cfl = 1;
  constexpr int cells = 8;
  const double end = 0.05;
  KnownSolution fine = solution;
  fine.rkl2 = true;
  fine.stages = 3;
  if (solution.rkl2) solution.stages = 5;
  SteppedCase reference(fine.deck(cells));
  reference.advance(end, 1024);
  const std::vector<double> ladder{32, 64, 128};
  std::vector<double> errors;

  for (const double steps : ladder) {
    SteppedCase run(solution.deck(cells));
    ASSERT_LE(end / steps, run.simulation().largest_step());
    run.advance(end, static_cast<int>(steps));
    errors.push_back(largest_difference(run.values(), reference.values()));
  }

  const double order = fitted_order(ladder, errors);
  RecordProperty("order", fmt::format("{:.3f}", order));
  const double expected = solution.rkl2 ? 2 : 1;
  EXPECT_NEAR(order, expected, 0.1) << "errors " << testing::PrintToString(errors);
}

INSTANTIATE_TEST_SUITE_P(Heat, OrderInTime,
                         testing::Combine(testing::Values(1, 2), all_kinds, all_problems, testing::Bool()), name_of);

}  // namespace
}  // namespace tarn::apps::heat::test
