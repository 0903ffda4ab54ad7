// The orders of euler against its exact solutions, with the driver's ladders.
#include "tarn/apps/euler/exact_fields.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/tests/apps/support/stepped_case.hpp"

namespace tarn::apps::euler {
namespace {

std::string deck(const std::string& grid, const std::string& euler) {
  return fmt::format("[run]\napp = \"euler\"\n[grid]\n{}[time]\nend = 2\ncfl = 0.8\n{}", grid, euler);
}

/// On coarser grids the limiter, which flattens crests, leaves an order of 1.8.
TEST(EulerLadder, SoundWaveHasSecondOrder) {
  SoundWave<1> wave{{1, {0.25}, 1 / 1.4}, 1.4, {2 * std::numbers::pi}, 1e-6};
  const auto rungs = test::climb({.sizes = {128, 256, 512},
                                  .deck =
                                      [](int cells) {
                                        return deck(fmt::format("cells = [{}]\n", cells),
                                                    "[euler.initial]\ndensity = 1\nvelocity_x = 0\npressure = 1\n");
                                      },
                                  .end = wave.period() / 2,
                                  .exact = exact_fields(wave),
                                  .start_from_exact = true});

  for (const char* field : {"density", "momentum_x", "energy"}) {
    const double order = order_of(rungs, field, &ErrorNorms::l1);
    EXPECT_GT(order, 1.9) << field << testing::PrintToString(errors_on(rungs, field, &ErrorNorms::l1));
  }
}

TEST(EulerLadder, VortexHasSecondOrder) {
  const auto rungs = test::climb(
      {.sizes = {60, 120},
       .deck =
           [](int cells) {
             return deck(fmt::format("cells = [{0}, {0}]\nlower = [-10, -10]\nupper = [10, 10]\n", cells),
                         "[euler]\nreconstruction = \"weno5\"\nintegrator = \"rk3\"\n[euler.initial]\ndensity = 1\n"
                         "velocity_x = 0\nvelocity_y = 0\npressure = 1\n");
           },
       .end = 1,
       .exact = exact_fields(IsentropicVortex{}),
       .start_from_exact = true});

  const auto errors = errors_on(rungs, "density", &ErrorNorms::l1);
  EXPECT_GT(order_of(rungs, "density", &ErrorNorms::l1), 1.9) << testing::PrintToString(errors);
}

/// Where there are jumps no scheme has more than first order in L1.
TEST(EulerLadder, ShockTubeConvergesInTheMean) {
  const ExactRiemann sod({1, 0, 1}, {0.125, 0, 0.1}, 1.4);
  const auto rungs =
      test::climb({.sizes = {100, 200, 400},
                   .deck =
                       [](int cells) {
                         return deck(fmt::format("cells = [{}]\n[grid.boundary]\nx = \"outflow\"\n", cells),
                                     "[euler.initial]\ndensity = \"x < 0.5 ? 1 : 0.125\"\nvelocity_x = 0\n"
                                     "pressure = \"x < 0.5 ? 1 : 0.1\"\n");
                       },
                   .end = 0.2,
                   .exact = exact_fields(sod, 0.5)});

  const auto errors = errors_on(rungs, "density", &ErrorNorms::l1);
  const double order = order_of(rungs, "density", &ErrorNorms::l1);
  EXPECT_GT(order, 0.75) << testing::PrintToString(errors);
  EXPECT_LT(order, 1.1) << testing::PrintToString(errors);
}

}  // namespace
}  // namespace tarn::apps::euler
