#include "tarn/apps/euler/reconstruction.hpp"

#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tarn/tests/apps/euler/random_states.hpp"

namespace tarn::apps::euler {
namespace {

template <class SchemeType, class RealType>
struct With {
  using Scheme = SchemeType;
  using Real = RealType;
};

template <class T>
class Reconstruction : public testing::Test {};
using Cases = testing::Types<With<PiecewiseConstant, double>, With<Plm<Minmod>, double>, With<Plm<VanLeer>, double>,
                             With<Plm<MonotonizedCentral>, double>, With<Ppm, double>, With<Weno5, double>,
                             With<Plm<Minmod>, float>, With<Plm<VanLeer>, float>, With<Plm<MonotonizedCentral>, float>,
                             With<Ppm, float>, With<Weno5, float>>;
TYPED_TEST_SUITE(Reconstruction, Cases);

/// Five cells of magnitudes from 1e-3 to 1e3; a quarter of them have a flat part.
template <class Real>
Window<Real, 2> random_cells(RandomStates& random) {
  Window<Real, 2> q;
  for (Real& v : q.value)
    v = static_cast<Real>(random.between(-1, 1) * std::pow(10, random.between(-3, 3)));
  if (random.between(0, 4) < 1) q.value[1] = q.value[0];
  if (random.between(0, 4) < 1) q.value[3] = q.value[2];
  return q;
}

TYPED_TEST(Reconstruction, MirrorsToTheBit) {
  using Real = typename TypeParam::Real;
  RandomStates random;
  for (int n = 0; n < 20000; ++n) {
    const auto q = random_cells<Real>(random);
    const Window<Real, 2> mirror{{q.value[4], q.value[3], q.value[2], q.value[1], q.value[0]}};
    const Window<Real, 2> negative{{-q.value[0], -q.value[1], -q.value[2], -q.value[3], -q.value[4]}};

    const auto e = TypeParam::Scheme::edges(q), m = TypeParam::Scheme::edges(mirror),
               s = TypeParam::Scheme::edges(negative);

    ASSERT_EQ(e.lower, m.upper);
    ASSERT_EQ(e.upper, m.lower);
    ASSERT_EQ(e.lower, -s.lower);
    ASSERT_EQ(e.upper, -s.upper);
  }
}

TYPED_TEST(Reconstruction, KeepsEqualCellsExactly) {
  using Real = typename TypeParam::Real;
  for (const Real q : {Real(0), Real(0.1), Real(-1e-30), Real(3e30)}) {
    const auto e = TypeParam::Scheme::edges(Window<Real, 2>{{q, q, q, q, q}});

    EXPECT_EQ(e.lower, q);
    EXPECT_EQ(e.upper, q);
  }
}

TYPED_TEST(Reconstruction, StaysFiniteWhateverTheJump) {
  using Real = typename TypeParam::Real;
  for (const Real high : {Real(1), Real(1e10), Real(1e18)}) {
    for (int pattern = 0; pattern < 32; ++pattern) {
      Window<Real, 2> q;
      for (int n = 0; n < 5; ++n)
        q.value[n] = (pattern >> n) % 2 ? high : Real(0);

      const auto e = TypeParam::Scheme::edges(q);

      EXPECT_TRUE(std::isfinite(e.lower) && std::isfinite(e.upper)) << pattern;
    }
  }
}

TYPED_TEST(Reconstruction, IsExactForALineIfNotConstant) {
  using Real = typename TypeParam::Real;
  const Real rise = TypeParam::Scheme::width > 1 ? 1 : 0;

  const auto e = TypeParam::Scheme::edges(Window<Real, 2>{{-2, 0, 2, 4, 6}});

  const Real ulps = std::is_same_v<typename TypeParam::Scheme, Weno5> ? 4 * std::numeric_limits<Real>::epsilon() : 0;
  EXPECT_NEAR(e.lower, 2 - rise, ulps);
  EXPECT_NEAR(e.upper, 2 + rise, ulps);
}

TYPED_TEST(Reconstruction, GivesAFaceFromTheCellsOnBothSides) {
  using Real = typename TypeParam::Real;
  const Real row[] = {3, 1, 4, 1.5, 5, 9};
  const Along<Real> q{row + 3, 1};

  const auto sides = sides_below<typename TypeParam::Scheme>(q);

  EXPECT_EQ(sides.left, TypeParam::Scheme::edges(Along<Real>{row + 2, 1}).upper);
  EXPECT_EQ(sides.right, TypeParam::Scheme::edges(q).lower);
}

/// Limited lines: ends lie between the cell and its neighbours, and a cell that is an extremum is flat (this makes
/// the scheme total variation diminishing: LeVeque 2002, section 6.7).
template <class T>
class Limited : public testing::Test {};
using LimitedSchemes = testing::Types<Plm<Minmod>, Plm<VanLeer>, Plm<MonotonizedCentral>>;
TYPED_TEST_SUITE(Limited, LimitedSchemes);

TYPED_TEST(Limited, MakesNoNewExtremum) {
  RandomStates random;
  for (int n = 0; n < 20000; ++n) {
    const auto q = random_cells<double>(random);
    const double low = std::min(q(-1), q(0)), high = std::max(q(-1), q(0));
    const double ulps = 4 * std::numeric_limits<double>::epsilon() * std::max(std::abs(low), std::abs(high));

    const auto e = TypeParam::edges(q);

    ASSERT_GE(e.lower, low - ulps);
    ASSERT_LE(e.lower, high + ulps);
    if ((q(0) - q(-1)) * (q(1) - q(0)) <= 0) {
      ASSERT_EQ(e.lower, q(0));
      ASSERT_EQ(e.upper, q(0));
    }
  }
}

TEST(Limiters, TakeTheirPlaceBetweenMinmodAndTwiceTheLesser) {
  EXPECT_EQ(Minmod::half_slope(1.0, 3.0), 0.5);
  EXPECT_EQ(VanLeer::half_slope(1.0, 3.0), 0.75);
  EXPECT_EQ(MonotonizedCentral::half_slope(1.0, 3.0), 1);
  EXPECT_EQ(MonotonizedCentral::half_slope(1.0, 8.0), 1);
  EXPECT_EQ(MonotonizedCentral::half_slope(-2.0, -4.0), -1.5);
}

TEST(Ppm, KeepsASmoothExtremumAndFlattensASpike) {
  // Averages of x^2 over cells of width 1, less 1/12: the ends are at 1/4 of the integers' parabola.
  const auto smooth = Ppm::edges(Window<double, 2>{{4, 1, 0, 1, 4}});
  const auto spike = Ppm::edges(Window<double, 2>{{0, 1, 0, 1, 0}});
  const auto beside_a_jump = Ppm::edges(Window<double, 2>{{0, 0, 0, 1, 1}});

  EXPECT_NEAR(smooth.lower, 0.25 - 1. / 12, 1e-15);
  EXPECT_EQ(smooth.lower, smooth.upper);
  EXPECT_EQ(spike.lower, 0);
  EXPECT_EQ(spike.upper, 0);
  EXPECT_EQ(beside_a_jump.upper, 0);
}

/// Where the parabola would turn round inside the cell, one end moves so that it does not.
TEST(Ppm, StaysMonotoneInAMonotoneCell) {
  const auto e = Ppm::edges(Window<double, 2>{{0, 0, 1, 10, 10}});

  EXPECT_GE(e.lower, 0);
  EXPECT_LE(e.upper - 1, 2 * (1 - e.lower));
  EXPECT_GT(e.upper, 1);
}

/// The order in L1 of the values at the ends of cells, of a function without extrema but inflection points.
double order_of(const std::function<Edges<double>(const Window<double, 2>&)>& edges) {
  const auto function = [](double x) { return 2 * x + std::sin(x); };
  const auto primitive = [](double x) { return x * x - std::cos(x); };
  std::vector<double> errors;
  for (const int cells : {64, 128}) {
    const double h = 6.0 / cells;
    double error = 0;
    for (int n = 0; n < cells; ++n) {
      Window<double, 2> q;
      for (int m = -2; m <= 2; ++m)
        q.value[m + 2] = (primitive((n + m + 1) * h) - primitive((n + m) * h)) / h;
      error += std::abs(edges(q).upper - function((n + 1) * h)) * h;
    }
    errors.push_back(error);
  }
  return std::log2(errors[0] / errors[1]);
}

TEST(ReconstructionOrder, IsThatOfTheScheme) {
  EXPECT_NEAR(order_of([](const auto& q) { return PiecewiseConstant::edges(q); }), 1, 0.05);
  EXPECT_GT(order_of([](const auto& q) { return Plm<Minmod>::edges(q); }), 1.9);
  EXPECT_GT(order_of([](const auto& q) { return Plm<VanLeer>::edges(q); }), 1.9);
  EXPECT_GT(order_of([](const auto& q) { return Plm<MonotonizedCentral>::edges(q); }), 1.9);
  EXPECT_GT(order_of([](const auto& q) { return Ppm::edges(q); }), 3.9);
  EXPECT_GT(order_of([](const auto& q) { return Weno5::edges(q); }), 4.9);
}

}  // namespace
}  // namespace tarn::apps::euler
