#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/core/grid/patch.hpp"
#include "tarn/ops/integrate/integrator.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn::ops {
namespace {

constexpr int cells = 12;

/// u' = t - u^2, cell by cell.
struct Growth {
  template <class Combine>
  void set(const char* label, const Fields<double>& now, double time, const Fields<double>& out,
           const Combine& combine) const {
    const Fields<const double> u = now;
    Kokkos::parallel_for(
        label, Kokkos::RangePolicy<Space>(0, cells), KOKKOS_LAMBDA(int i) {
          const double value = u(0, 0, 0, i);
          out(0, 0, 0, i) = combine(0, 0, 0, i, time - value * value, u);
        });
  }
};

std::vector<double> values(const Fields<double>& fields) {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), fields);
  std::vector<double> all;
  for (int i = 0; i < cells; ++i)
    all.push_back(host(0, 0, 0, i));
  return all;
}

class StepsTakenBack : public testing::TestWithParam<Scheme> {
 protected:
  Integrator<double> begin(bool keeps_last) const {
    const auto start = grid_.make_fields<double>("test::u", 1);
    const auto host = Kokkos::create_mirror_view(start);
    for (int i = 0; i < cells; ++i)
      host(0, 0, 0, i) = std::cos(i);
    Kokkos::deep_copy(start, host);
    return {GetParam(), 5, grid_, start, keeps_last};
  }

  const Communicator& ranks_ = tarn::test::runtime().communicator();
  Patch patch_{Space{}, ranks_, {.dimensions = 1, .cells = {cells, 1, 1}}, 0, choose_transport(ranks_)};
  const Grid& grid_ = patch_.grid();
  Growth growth_;
};

TEST_P(StepsTakenBack, LeaveNothingBehind) {
  Integrator<double> once = begin(false), again = begin(true);
  double time = 0;
  for (const double dt : {0.1, 0.07, 0.12}) {
    again.step(growth_, time, 3 * dt);
    again.take_back();
    again.step(growth_, time, 2 * dt);
    again.take_back();
    EXPECT_EQ(values(again.state()), values(once.state())) << "before the step from " << time;

    once.step(growth_, time, dt);
    again.step(growth_, time, dt);
    EXPECT_EQ(values(again.state()), values(once.state())) << "after the step from " << time;
    time += dt;
  }
}

TEST_P(StepsTakenBack, AreRefusedWhereTheStateIsNotKept) {
  Integrator<double> integrator = begin(false);
  integrator.step(growth_, 0, 0.1);

  EXPECT_THROW(integrator.take_back(), Error);
}

// u + dt r(u) for rk2; after Euler's step the state itself.
TEST(StagesWithinSteps, AreThoseOfTheScheme) {
  const Communicator& ranks = tarn::test::runtime().communicator();
  const Patch patch(Space{}, ranks, {.dimensions = 1, .cells = {cells, 1, 1}}, 0, choose_transport(ranks));
  const Growth growth;
  const auto step = [&](Scheme scheme) {
    const auto start = patch.grid().make_fields<double>("test::u", 1);
    Kokkos::deep_copy(start, 0.75);
    Integrator<double> integrator(scheme, 5, patch.grid(), start, true);
    integrator.step(growth, 0, 0.1);
    return integrator;
  };
  const double euler = 0.75 - 0.1 * 0.75 * 0.75;
  const double first = 0.75 + 0.05 * (-0.75 * 0.75), second = 0.75 + 0.05 * (0.05 - first * first);

  EXPECT_DOUBLE_EQ(values(step(Scheme::euler).within_last_step()).front(), euler);
  EXPECT_DOUBLE_EQ(values(step(Scheme::ssp_rk2).within_last_step()).front(), euler);
  EXPECT_DOUBLE_EQ(values(step(Scheme::ssp_rk3).within_last_step()).front(),
                   0.75 * 0.75 + 0.25 * (euler + 0.1 * (0.1 - euler * euler)));
  EXPECT_DOUBLE_EQ(values(step(Scheme::rk4).within_last_step()).front(), 0.75 + 0.1 * (0.05 - second * second));
}

INSTANTIATE_TEST_SUITE_P(Schemes, StepsTakenBack,
                         testing::Values(Scheme::euler, Scheme::ssp_rk2, Scheme::ssp_rk3, Scheme::rk4, Scheme::rkl2));

// Only rk2 has no array to spare.
TEST(ArraysOfSchemes, AreOneMoreForHeunWhereTheStateIsKept) {
  EXPECT_EQ(arrays_of(Scheme::ssp_rk2), 2);
  EXPECT_EQ(arrays_of(Scheme::ssp_rk2, true), 3);
  for (const Scheme scheme : {Scheme::euler, Scheme::ssp_rk3, Scheme::rk4, Scheme::rkl2})
    EXPECT_EQ(arrays_of(scheme, true), arrays_of(scheme));
}

}  // namespace
}  // namespace tarn::ops
