#include "tarn/apps/euler/riemann.hpp"

#include <gtest/gtest.h>

#include "tarn/apps/euler/positivity.hpp"
#include "tarn/tests/apps/euler/random_states.hpp"

namespace tarn::apps::euler {
namespace {

template <class SolverType, class RealType>
struct With {
  using Solver = SolverType;
  using Real = RealType;
};

template <class T>
class RiemannSolver : public testing::Test {
 protected:
  const Gas<typename T::Real> gas_ = Gas<typename T::Real>::of(1.4);
  RandomStates random_;
};
using Cases = testing::Types<With<Llf, double>, With<Hll, double>, With<Hllc, double>, With<Llf, float>,
                             With<Hll, float>, With<Hllc, float>>;
TYPED_TEST_SUITE(RiemannSolver, Cases);

template <class Real, int Dim>
Primitive<Real, Dim> exchanged(Primitive<Real, Dim> w) {
  std::swap(w.velocity[0], w.velocity[1]);
  return w;
}

template <class Real>
bool near(Real a, Real b, Real scale) {
  return std::abs(a - b) <= 8 * std::numeric_limits<Real>::epsilon() * scale;
}

TYPED_TEST(RiemannSolver, GivesTheFluxOfEqualStates) {
  using Solver = typename TypeParam::Solver;
  using Real = typename TypeParam::Real;
  for (int n = 0; n < 1000; ++n) {
    const auto w = this->random_.template state<Real, 3>();

    const auto f = Solver::template flux<1>(this->gas_, w, w), g = flux_of<1>(this->gas_, w);

    if (std::is_same_v<Solver, Hll>) {
      const Real speed = signal_speed<1>(this->gas_, w);
      EXPECT_TRUE(near(f.density, g.density, w.density * speed));
      EXPECT_TRUE(near(f.momentum[1], g.momentum[1], w.density * speed * speed));
      EXPECT_TRUE(near(f.energy, g.energy, 3 * w.density * speed * speed * speed));
    } else {
      EXPECT_TRUE(f == g);
    }
  }
}

/// Llf, which has one speed for all waves, knows no such side.
template <class T>
class UpwindSolver : public RiemannSolver<T> {};
using UpwindCases = testing::Types<With<Hll, double>, With<Hllc, double>, With<Hll, float>, With<Hllc, float>>;
TYPED_TEST_SUITE(UpwindSolver, UpwindCases);

TYPED_TEST(UpwindSolver, GivesTheFluxOfTheSideThatAllComesFrom) {
  using Solver = typename TypeParam::Solver;
  using Real = typename TypeParam::Real;
  for (int n = 0; n < 1000; ++n) {
    auto l = this->random_.template state<Real, 2>(), r = this->random_.template state<Real, 2>();
    l.velocity[0] =
        3 * greater(sound_speed(this->gas_, l.density, l.pressure), sound_speed(this->gas_, r.density, r.pressure));
    r.velocity[0] = l.velocity[0];

    EXPECT_TRUE(Solver::template flux<0>(this->gas_, l, r) == flux_of<0>(this->gas_, l));
  }
}

/// With a gamma near 1 the contact that the waves of a strong shock give may lie outside both of them.
TYPED_TEST(UpwindSolver, TakesTheSideOfTheWavesNotOfTheContact) {
  using Solver = typename TypeParam::Solver;
  using Real = typename TypeParam::Real;
  const auto gas = Gas<Real>::of(1.01);
  const Primitive<Real, 1> l{Real(0.951), {Real(1.395)}, Real(1.38e-4)}, r{Real(3.87), {Real(1.046)}, Real(7.52)};
  ASSERT_GT(roe_bounds<0>(gas, l, r).left, 0);

  EXPECT_TRUE(Solver::template flux<0>(gas, l, r) == flux_of<0>(gas, l));
  EXPECT_TRUE(Solver::template flux<0>(gas, mirrored<0>(r), mirrored<0>(l)) == mirrored_flux<0>(flux_of<0>(gas, l)));
}

TYPED_TEST(UpwindSolver, GivesTheFluxOfTheSideThatAllComesFromWhateverGammaIs) {
  using Solver = typename TypeParam::Solver;
  using Real = typename TypeParam::Real;
  int found = 0;
  for (const double gamma : {1.000001, 1.01, 1.1, 1.4, 5. / 3, 3., 20.}) {
    const auto gas = Gas<Real>::of(gamma);
    for (int n = 0; n < 3000; ++n) {
      auto l = this->random_.template state<Real, 2>(), r = this->random_.template state<Real, 2>();
      for (auto* w : {&l, &r})
        w->velocity[0] += Real(2) * sound_speed(gas, w->density, w->pressure);
      const auto bounds = std::is_same_v<Solver, Hll> ? einfeldt_bounds<0>(gas, l, r) : roe_bounds<0>(gas, l, r);
      if (!(bounds.left > 0)) continue;
      ++found;

      EXPECT_TRUE(Solver::template flux<0>(gas, l, r) == flux_of<0>(gas, l)) << gamma;
      EXPECT_TRUE(Solver::template flux<0>(gas, mirrored<0>(r), mirrored<0>(l)) == mirrored_flux<0>(flux_of<0>(gas, l)))
          << gamma;
    }
  }
  EXPECT_GT(found, 2000);
}

/// In double precision: floats lose the pressures of cold streams.
template <class T>
class SoundStage : public RiemannSolver<T> {
 protected:
  Primitive<double, 1> any(const Gas<double>& gas, double mach, double powers) {
    Primitive<double, 1> w;
    w.density = std::pow(10, this->random_.between(-powers, powers));
    w.pressure = std::pow(10, this->random_.between(-powers, powers));
    w.velocity[0] = this->random_.between(-mach, mach) * sound_speed(gas, w.density, w.pressure);
    return w;
  }
};
using SoundCases = testing::Types<With<Hll, double>, With<Hllc, double>>;
TYPED_TEST_SUITE(SoundStage, SoundCases);

/// A cell between two others after one step with the averages, dt (|u| + c) / dx = 0.8.
TYPED_TEST(SoundStage, OfFirstOrderKeepsCellsSound) {
  using Solver = typename TypeParam::Solver;
  for (const double gamma : {1.000001, 1.01, 1.1, 1.2, 1.4, 5. / 3, 2., 3., 5., 7., 20., 100.}) {
    const auto gas = Gas<double>::of(gamma);
    for (const auto& [mach, powers] : {std::pair(2., 1.), std::pair(10., 2.), std::pair(100., 3.)}) {
      for (int n = 0; n < 5000; ++n) {
        const auto l = this->any(gas, mach, powers), here = this->any(gas, mach, powers),
                   r = this->any(gas, mach, powers);
        double fastest = 0;
        for (const auto& w : {l, here, r})
          fastest = greater(fastest, signal_speed<0>(gas, w));
        const double step = 0.8 / fastest;

        const auto f = Solver::template flux<0>(gas, l, here), g = Solver::template flux<0>(gas, here, r);
        auto u = conserved_of(gas, here);
        u.density -= step * (g.density - f.density);
        u.momentum[0] -= step * (g.momentum[0] - f.momentum[0]);
        u.energy -= step * (g.energy - f.energy);

        const double inner = u.energy - 0.5 * u.momentum[0] * u.momentum[0] / u.density;
        ASSERT_TRUE(u.density > 0 && inner > -1e-12 * std::abs(u.energy)) << gamma << ", " << mach << ", " << n;
      }
    }
  }
}

/// The speed of a shock that the jump conditions give is one of the bounds.
TEST(RoeBounds, HoldTheSpeedOfAShock) {
  for (const double gamma : {1.1, 1.4, 5. / 3, 2.}) {
    const auto gas = Gas<double>::of(gamma);
    for (const double mach : {1.1, 2., 10., 1000.}) {
      const Primitive<double, 1> ahead{1.3, {0.7}, 0.2};
      const double c = sound_speed(gas, ahead.density, ahead.pressure), m2 = mach * mach;
      const double ratio = (gamma + 1) * m2 / ((gamma - 1) * m2 + 2), shock = 0.7 + mach * c;
      const Primitive<double, 1> behind{ratio * ahead.density,
                                        {0.7 + mach * c * (1 - 1 / ratio)},
                                        ahead.pressure * (1 + 2 * gamma / (gamma + 1) * (m2 - 1))};

      EXPECT_NEAR(roe_bounds<0>(gas, behind, ahead).right, shock, 1e-12 * shock) << gamma << ", " << mach;
    }
  }
}

TYPED_TEST(RiemannSolver, MirrorsToTheBit) {
  using Solver = typename TypeParam::Solver;
  using Real = typename TypeParam::Real;
  for (int n = 0; n < 10000; ++n) {
    const auto l = this->random_.template state<Real, 3>(), r = this->random_.template state<Real, 3>();

    const auto f = Solver::template flux<2>(this->gas_, l, r);
    const auto g = Solver::template flux<2>(this->gas_, mirrored<2>(r), mirrored<2>(l));

    EXPECT_TRUE(g == mirrored_flux<2>(f)) << n;
  }
}

TYPED_TEST(RiemannSolver, PassesOnlyMomentumThroughAPlaneOfSymmetry) {
  using Solver = typename TypeParam::Solver;
  using Real = typename TypeParam::Real;
  for (int n = 0; n < 1000; ++n) {
    const auto w = this->random_.template state<Real, 2>();

    const auto f = Solver::template flux<0>(this->gas_, w, mirrored<0>(w));

    EXPECT_EQ(f.density, 0);
    EXPECT_EQ(f.momentum[1], 0);
    EXPECT_EQ(f.energy, 0);
  }
}

TYPED_TEST(RiemannSolver, ExchangesAxesToTheBit) {
  using Solver = typename TypeParam::Solver;
  using Real = typename TypeParam::Real;
  for (int n = 0; n < 1000; ++n) {
    const auto l = this->random_.template state<Real, 3>(), r = this->random_.template state<Real, 3>();

    auto f = Solver::template flux<0>(this->gas_, l, r);
    const auto g = Solver::template flux<1>(this->gas_, exchanged(l), exchanged(r));

    std::swap(f.momentum[0], f.momentum[1]);
    EXPECT_TRUE(f == g);
  }
}

TYPED_TEST(RiemannSolver, StaysFiniteBesideAlmostVacuum) {
  using Solver = typename TypeParam::Solver;
  using Real = typename TypeParam::Real;
  const Real almost = std::sqrt(std::numeric_limits<Real>::min());
  const Primitive<Real, 1> gas{1, {0}, 1}, vacuum{almost, {0}, almost}, cold{1, {0}, almost};
  const Primitive<Real, 1> leaving{1, {-10}, Real(0.1)}, parting{1, {10}, Real(0.1)};
  const Primitive<Real, 1> states[] = {gas, vacuum, cold, leaving, parting};

  for (const auto& l : states) {
    for (const auto& r : states) {
      const auto f = Solver::template flux<0>(this->gas_, l, r);
      EXPECT_TRUE(std::isfinite(f.density) && std::isfinite(f.momentum[0]) && std::isfinite(f.energy));
    }
  }
}

/// Units are the deck's: densities of stars, and numbers of particles in a cubic metre. The flux is that of the state
/// in other units of mass, whatever they are.
TYPED_TEST(RiemannSolver, KnowsNoUnitsOfMass) {
  using Solver = typename TypeParam::Solver;
  using Real = typename TypeParam::Real;
  for (int n = 0; n < 1000; ++n) {
    const auto l = this->random_.template state<Real, 2>(), r = this->random_.template state<Real, 2>();
    const auto f = Solver::template flux<0>(this->gas_, l, r);
    for (const int power : {-80, 80}) {
      const Real unit = std::ldexp(Real(1), power);
      const auto in_unit = [&](auto w) {
        w.density *= unit;
        w.pressure *= unit;
        return w;
      };

      const auto g = Solver::template flux<0>(this->gas_, in_unit(l), in_unit(r));

      EXPECT_EQ(g.density, unit * f.density);
      EXPECT_EQ(g.momentum[0], unit * f.momentum[0]);
      EXPECT_EQ(g.momentum[1], unit * f.momentum[1]);
      EXPECT_EQ(g.energy, unit * f.energy);
    }
  }
}

template <class Real>
class HllcContact : public testing::Test {};
using Reals = testing::Types<double, float>;
TYPED_TEST_SUITE(HllcContact, Reals);

TYPED_TEST(HllcContact, AtRestPassesPressureAlone) {
  RandomStates random;
  const auto gas = Gas<TypeParam>::of(1.4);
  for (int n = 0; n < 1000; ++n) {
    auto l = random.state<TypeParam, 2>(), r = random.state<TypeParam, 2>();
    l.velocity[0] = r.velocity[0] = 0;
    r.pressure = l.pressure;

    const auto f = Hllc::flux<0>(gas, l, r);

    EXPECT_TRUE((f == Flux<TypeParam, 2>{0, {l.pressure, 0}, 0}));
  }
}

TYPED_TEST(HllcContact, InMotionCarriesTheSideItComesFrom) {
  RandomStates random;
  const auto gas = Gas<TypeParam>::of(1.4);
  for (int n = 0; n < 1000; ++n) {
    auto l = random.state<TypeParam, 2>(), r = random.state<TypeParam, 2>();
    r.velocity[0] = l.velocity[0];
    r.pressure = l.pressure;

    const auto f = Hllc::flux<0>(gas, l, r);

    EXPECT_TRUE(f == flux_of<0>(gas, l.velocity[0] >= 0 ? l : r));
  }
}

TEST(ScalarFlux, ComesWithTheMass) {
  EXPECT_EQ(scalar_flux(2.0, 3.0, 5.0), 6);
  EXPECT_EQ(scalar_flux(-2.0, 3.0, 5.0), -10);
  EXPECT_EQ(scalar_flux(0.0, 3.0, 5.0), 0);
}

TEST(Sound, ToldFromUnsound) {
  const double nan = std::nan(""), infinite = std::numeric_limits<double>::infinity();
  using W = Primitive<double, 2>;
  EXPECT_TRUE(is_sound(W{1, {-3, 4}, 2}));
  for (const double bad : {0.0, -1.0, nan, infinite}) {
    EXPECT_FALSE(is_sound(W{bad, {0, 0}, 1}));
    EXPECT_FALSE(is_sound(W{1, {0, 0}, bad}));
  }
  EXPECT_FALSE(is_sound(W{1, {nan, 0}, 1}));
  EXPECT_FALSE(is_sound(W{1, {0, -infinite}, 1}));

  using U = Conserved<double, 2>;
  EXPECT_TRUE(is_sound(U{1, {3, 4}, 12.6}));
  EXPECT_FALSE(is_sound(U{1, {3, 4}, 12.5}));  // all of it kinetic
  EXPECT_FALSE(is_sound(U{-1, {3, 4}, -20}));
  EXPECT_FALSE(is_sound(U{1, {nan, 0}, 1}));
  EXPECT_FALSE(is_sound(U{nan, {0, 0}, 1}));
  EXPECT_FALSE(is_sound(U{1, {0, 0}, infinite}));
}

TEST(SoundOr, TakesTheCellWhereTheFaceIsUnsound) {
  const Primitive<double, 1> cell{1, {2}, 3}, good{4, {5}, 6}, bad{4, {5}, -6};

  EXPECT_EQ(sound_or(good, cell).density, 4);
  const auto w = sound_or(bad, cell);
  EXPECT_EQ(w.density, 1);
  EXPECT_EQ(w.velocity[0], 2);
  EXPECT_EQ(w.pressure, 3);
}

TEST(State, ComesBackFromItsConservedForm) {
  const auto gas = Gas<double>::of(1.5);
  const Primitive<double, 3> w{2, {3, -4, 5}, 8};

  const auto u = conserved_of(gas, w);
  const auto back = primitive_of(gas, u);

  EXPECT_EQ(u.momentum[1], -8);
  EXPECT_EQ(u.energy, 8 / 0.5 + 0.5 * 2 * 50);
  EXPECT_EQ(back.density, 2);
  EXPECT_EQ(back.velocity[2], 5);
  EXPECT_EQ(back.pressure, 8);
}

}  // namespace
}  // namespace tarn::apps::euler
