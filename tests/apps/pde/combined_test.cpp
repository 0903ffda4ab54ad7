// What an integrator makes of a rate, as steps behind the program of the rates: the bits are those of its combination.
#include "tarn/apps/pde/combined.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "tarn/apps/pde/assemble.hpp"
#include "tarn/apps/pde/host_stages.hpp"

namespace tarn::apps::pde {
namespace {

using Kind = ops::CombinationForm::Kind;

/// u and v of the state, with rates u * v and, for both further results, u - v.
Program rates() {
  Draft draft;
  const int u = draft.load(array_state, 0, {0, 0, 0}), v = draft.load(array_state, 1, {0, 0, 0});
  const int product = draft.step(step_code(ops::OpCode::multiply), u, v);
  const int difference = draft.step(step_code(ops::OpCode::subtract), u, v);
  return draft.program({product, difference, difference});
}

TEST(PdeCombined, IsTheProgramItselfWithoutAnIntegrator) {
  const Program alone = rates(), plain = combined(alone, {}, {});

  EXPECT_EQ(plain.steps.size(), alone.steps.size());
  EXPECT_EQ(plain.loads, alone.loads);
  EXPECT_EQ(plain.results, alone.results);
}

TEST(PdeCombined, LeavesOutProductsWithOne) {
  const Program euler = combined(rates(), {Kind::sum, 1, 0, 0}, {1, 0});
  const Program weighted = combined(rates(), {Kind::sum, 1, 0, 0}, {0, 0});

  EXPECT_EQ(euler.steps.size(), 2 + 3u);  // a sum with a product for each of the results
  EXPECT_EQ(weighted.steps.size(), 2 + 6u);
}

TEST(PdeCombined, ReadsTheStateThatTheRateHasReadAlready) {
  const Program euler = combined(rates(), {Kind::sum, 1, 0, 0}, {1, 0});
  const Program other = combined(rates(), {Kind::sum, 1, 0, -1}, {1, 0});

  EXPECT_EQ(euler.loads.size(), 2 + 1u);  // of field 2 there is no rate that reads it
  EXPECT_EQ(other.loads.size(), 2 + 3u);
  EXPECT_EQ(other.loads.back(), (Load{array_combined, 2, {0, 0, 0}}));
}

/// A rate that two results share is not overwritten by the first of them.
TEST(PdeCombined, GivesEachResultAPlaceOfItsOwn) {
  const Program euler = combined(rates(), {Kind::sum, 1, 0, 0}, {1, 0});

  EXPECT_NE(euler.results[1], euler.results[2]);
  const double u = 3, v = 5, w = 11, numbers[] = {1, 0.5};
  const double* const loads[] = {&u, &v, &w};
  const BlockPlan plan = plan_of(euler);
  BlockRunner<double> runner(euler, plan, numbers);
  double results[3];
  double* const targets[] = {&results[0], &results[1], &results[2]};

  runner.run(loads, 1, targets);

  EXPECT_EQ(results[0], 3 + 0.5 * 15);
  EXPECT_EQ(results[1], 5 + 0.5 * -2);
  EXPECT_EQ(results[2], 11 + 0.5 * -2);
}

}  // namespace
}  // namespace tarn::apps::pde
