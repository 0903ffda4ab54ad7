#include "tarn/apps/euler/sedov.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "tarn/core/error.hpp"

namespace tarn::apps::euler {
namespace {

/// J. R. Kamm and F. X. Timmes, LA-UR-07-2849 (2007): energies, in six digits, at which the shock is near 0.5, 0.75 and
/// 1 at time 1. Theirs in 1D is that of one side.
TEST(Sedov, HasThePublishedEnergies) {
  EXPECT_NEAR(Sedov(1, 2 * 0.0673185, 1, 1.4).shock_radius(1), 0.5, 1e-4);
  EXPECT_NEAR(Sedov(2, 0.311357, 1, 1.4).shock_radius(1), 0.75, 1e-5);
  EXPECT_NEAR(Sedov(3, 0.851072, 1, 1.4).shock_radius(1), 1, 1e-6);
}

/// The same integrals with 30 digits.
TEST(Sedov, HasItsAlphaToRounding) {
  EXPECT_NEAR(Sedov(1, 1, 1, 1.4).alpha(), 1.07748558473505342919, 1e-13);
  EXPECT_NEAR(Sedov(2, 1, 1, 1.4).alpha(), 0.98407401688004507607, 1e-13);
  EXPECT_NEAR(Sedov(3, 1, 1, 1.4).alpha(), 0.85107185475822917579, 1e-13);
}

TEST(Sedov, GrowsWithThePowerOfTime) {
  EXPECT_NEAR(Sedov(3, 2, 3, 1.4).shock_radius(32) / Sedov(3, 2, 3, 1.4).shock_radius(1), 4, 1e-13);
  EXPECT_NEAR(Sedov(2, 2, 3, 5. / 3).shock_radius(4) / Sedov(2, 2, 3, 5. / 3).shock_radius(1), 2, 1e-13);
}

TEST(Sedov, JumpsAtTheShockAsAStrongOneDoes) {
  const Sedov blast(3, 1, 2, 1.4);
  const double r = blast.shock_radius(0.5), speed = 0.4 * r / 0.5;

  const auto behind = blast.at(r * (1 - 1e-12), 0.5), ahead = blast.at(r * (1 + 1e-12), 0.5);

  EXPECT_NEAR(behind.density, 12, 1e-8);
  EXPECT_NEAR(behind.velocity, speed / 1.2, 1e-8);
  EXPECT_NEAR(behind.pressure, 2 * 2 * speed * speed / 2.4, 1e-8);
  EXPECT_EQ(ahead.density, 2);
  EXPECT_EQ(ahead.velocity, 0);
}

/// In spheres the mass behind the shock is what was there before.
TEST(Sedov, SweepsUpTheMass) {
  for (int dimensions = 2; dimensions <= 3; ++dimensions) {
    const Sedov blast(dimensions, 1, 1, 1.4);
    const double r = blast.shock_radius(1);
    double mass = 0;
    const int pieces = 20000;
    for (int n = 0; n < pieces; ++n) {
      const double at = r * (n + 0.5) / pieces;
      mass += blast.at(at, 1).density * std::pow(at, dimensions - 1) * r / pieces;
    }

    EXPECT_NEAR(mass, std::pow(r, dimensions) / dimensions, 1e-4);
  }
}

/// Near the middle the pressure is even, the velocity grows with the radius and the gas is thin.
TEST(Sedov, IsFlatInTheMiddle) {
  const Sedov blast(3, 0.851072, 1, 1.4);

  const auto inner = blast.at(0.01, 1), outer = blast.at(0.02, 1);

  EXPECT_NEAR(inner.pressure, outer.pressure, 1e-9);
  EXPECT_NEAR(outer.velocity / inner.velocity, 2, 1e-6);
  EXPECT_LT(inner.density, 1e-4);
}

TEST(Sedov, RefusesWhatIsNoStandardBlast) {
  EXPECT_THROW(Sedov(4, 1, 1, 1.4), Error);
  EXPECT_THROW(Sedov(3, 0, 1, 1.4), Error);
  EXPECT_THROW(Sedov(3, 1, 1, 7.5), Error);
  EXPECT_THROW(Sedov(3, 1, 1, 1), Error);
}

}  // namespace
}  // namespace tarn::apps::euler
