#include "tarn/ops/integrate/rkl2.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "tarn/core/error.hpp"

namespace tarn::ops {
namespace {

/// The factor by which one step multiplies the solution of du/dt = -lambda u, z = lambda dt.
double amplification(const Rkl2& scheme, double z) {
  double before_last = 1, last = 1 - scheme.stage[1].mu_rate * z;
  for (std::size_t j = 2; j < scheme.stage.size(); ++j) {
    const auto& s = scheme.stage[j];
    const double next = s.mu * last + s.nu * before_last + (1 - s.mu - s.nu) - s.mu_rate * z * last - s.gamma_rate * z;
    before_last = last;
    last = next;
  }
  return last;
}

// By hand: w = 4/(9+3-2) = 2/5; b_1 = b_2 = 1/3, b_3 = 10/24 = 5/12; a_1 = a_2 = 2/3.
TEST(Rkl2, HasThePapersCoefficientsForThreeStages) {
  const Rkl2 scheme(3);

  const auto& stage = scheme.stage;
  EXPECT_DOUBLE_EQ(stage[1].mu_rate, 2.0 / 15);
  EXPECT_DOUBLE_EQ(stage[2].mu, 3.0 / 2);
  EXPECT_DOUBLE_EQ(stage[2].nu, -1.0 / 2);
  EXPECT_DOUBLE_EQ(stage[2].mu_rate, 3.0 / 5);
  EXPECT_DOUBLE_EQ(stage[2].gamma_rate, -2.0 / 5);
  EXPECT_DOUBLE_EQ(stage[3].mu, 25.0 / 12);
  EXPECT_DOUBLE_EQ(stage[3].nu, -5.0 / 6);
  EXPECT_DOUBLE_EQ(stage[3].mu_rate, 5.0 / 6);
  EXPECT_DOUBLE_EQ(stage[3].gamma_rate, -5.0 / 9);
}

// Inner stages from the second on stand at (j^2 + j - 2) / (s^2 + s - 2), the last at the end of the step.
TEST(Rkl2, EvaluatesItsStagesAtThePapersTimes) {
  for (const int stages : {3, 5, 9, 31}) {
    const Rkl2 scheme(stages);

    EXPECT_DOUBLE_EQ(scheme.stage[1].time, 4.0 / 3 / (stages * stages + stages - 2));
    for (int j = 2; j <= stages; ++j) {
      EXPECT_NEAR(scheme.stage[static_cast<std::size_t>(j)].time,
                  double(j * j + j - 2) / (stages * stages + stages - 2), 1e-13)
          << j << " of " << stages;
    }
    EXPECT_NEAR(scheme.stage.back().time, 1, 1e-13);
  }
}

// R(z) = 1 - z + z^2/2 + O(z^3): the third derivative's share is below 1/6 in size.
TEST(Rkl2, IsOfSecondOrder) {
  for (const int stages : {3, 5, 9, 31}) {
    const Rkl2 scheme(stages);

    for (const double z : {1e-1, 1e-2, 1e-3}) {
      EXPECT_NEAR(amplification(scheme, z), 1 - z + z * z / 2, z * z * z / 6 + 1e-14) << stages << " stages, z " << z;
    }
  }
}

// The Euler limit is z = 2, so the reach is in units of 2.
TEST(Rkl2, IsStableUpToItsReachAndNotMuchFurther) {
  for (const int stages : {3, 5, 9, 31}) {
    const Rkl2 scheme(stages);
    const double end = 2 * Rkl2::reach(stages);

    for (int n = 0; n <= 10000; ++n) {
      ASSERT_LE(std::abs(amplification(scheme, end * n / 10000)), 1 + 1e-12) << stages << " stages, share " << n;
    }
    EXPECT_GT(std::abs(amplification(scheme, 1.5 * end)), 1) << stages;
  }
}

TEST(Rkl2, TakesTheFewestStagesThatReach) {
  EXPECT_EQ(Rkl2::stages_for(0.1), 3);
  EXPECT_EQ(Rkl2::stages_for(2.5), 3);  // (9 + 3 - 2) / 4
  EXPECT_EQ(Rkl2::stages_for(2.51), 5);
  EXPECT_EQ(Rkl2::stages_for(7), 5);  // (25 + 5 - 2) / 4
  EXPECT_EQ(Rkl2::stages_for(7.1), 7);
}

// A bound for every mode, and not far above the worst of them.
TEST(Rkl2, EstimatesTheErrorOfTheWorstMode) {
  for (const int stages : {3, 9, 31, 199}) {
    const Rkl2 scheme(stages);
    const double reach = 0.9 * Rkl2::reach(stages);
    for (const int steps : {1, 2, 5, 20, 400}) {
      double worst = 0;
      for (int n = 0; n <= 100000; ++n) {
        const double z = 2 * reach * std::pow(n / 1e5, 4);
        worst = std::max(worst, std::abs(std::pow(amplification(scheme, z), steps) - std::exp(-z * steps)));
      }

      const double estimate = Rkl2::error_of(stages, steps, reach);

      EXPECT_LE(worst, 1.02 * estimate) << stages << " stages, " << steps << " steps";
      EXPECT_GE(worst, 0.9 * estimate) << stages << " stages, " << steps << " steps";
    }
  }
}

TEST(Rkl2, ErrsLessWithMoreStepsWhateverItsStages) {
  for (const int stages : {3, 9, 999}) {
    const double reach = Rkl2::reach(stages);

    EXPECT_GT(Rkl2::error_of(stages, 1, reach), 0.6) << stages;
    EXPECT_GT(Rkl2::error_of(stages, 5, reach), 0.1) << stages;
    EXPECT_LT(Rkl2::error_of(stages, 20, reach), 0.006) << stages;
    EXPECT_LT(Rkl2::error_of(stages, 1000, reach), 1e-6) << stages;
  }
}

TEST(Rkl2, RefusesEvenAndTooFewStages) {
  EXPECT_THROW(Rkl2(4), Error);
  EXPECT_THROW(Rkl2(1), Error);
}

}  // namespace
}  // namespace tarn::ops
