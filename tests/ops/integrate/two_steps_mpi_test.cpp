// Two steps in one pass over memory have the bits of two single steps.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/integrate/cell_equations.hpp"
#include "tarn/ops/integrate/integrator.hpp"
#include "tarn/ops/stencil/laplacian.hpp"
#include "tarn/tests/core/grid/ghost_reference.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn::ops {
namespace {

using tarn::test::Cell;
using tarn::test::End;
using tarn::test::Ends;

template <class Real>
class TwoSteps : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(TwoSteps, Reals);

/// Two fields that diffuse, each differently along each axis and the first by a coefficient on faces, and exchange.
template <class Real, int Dim>
struct TwoFields {
  static constexpr int fields = 2, reach = 1, dimensions = Dim;
  static constexpr bool takes_lanes = true, takes_two_steps = true;

  Kokkos::Array<Real, 3> first_weight, second_weight;
  Field<const Real, 3> kappa;  ///< on the lower x face of each cell

  template <class Cell>
  KOKKOS_FORCEINLINE_FUNCTION auto operator()(const Cell& cell) const {
    const auto u = cell[0], v = cell[1];
    auto rate = laplacian<Dim>(cell, 0, first_weight) + Real(0.3) * (v - u);
    rate += at(kappa, cell.k, cell.j, cell.i + 1) * (cell.template along<0, 1>(0) - u) -
            at(kappa, cell.k, cell.j, cell.i) * (u - cell.template along<0, -1>(0));
    const auto other = laplacian<Dim>(cell, 1, second_weight) - Real(0.3) * (v - u);
    return Kokkos::Array<std::decay_t<decltype(rate)>, 2>{rate, other};
  }
};

/// A number between 0 and 1 of a place in the domain, without a pattern.
template <class Real>
Real scrambled(int field, const Cell& cell) {
  auto bits = static_cast<std::uint64_t>(cell[0] + 3) * 0x9E3779B97F4A7C15u +
              static_cast<std::uint64_t>(cell[1] + 5) * 0xC2B2AE3D27D4EB4Fu +
              static_cast<std::uint64_t>(cell[2] + 7 + 100 * field) * 0x165667B19E3779F9u;
  bits = (bits ^ (bits >> 31)) * 0xBF58476D1CE4E5B9u;
  return static_cast<Real>(bits >> 40) / static_cast<Real>(1 << 24);
}

template <class Real>
void scramble(const Grid& grid, const Fields<Real>& fields) {
  const auto host = Kokkos::create_mirror_view(fields);
  tarn::test::for_each_index(grid, [&](int k, int j, int i) {
    for (int field = 0; field < static_cast<int>(fields.extent(0)); ++field)
      host(field, k, j, i) = scrambled<Real>(field, tarn::test::place_of(grid, k, j, i));
  });
  Kokkos::deep_copy(fields, host);
}

/// Fields on a patch that are stepped one way or the other.
template <class Real, int Dim>
struct Stepped {
  Stepped(const Patch& patch, const FaceConditions& conditions)
      : regions(patch.space()), equations(patch, conditions, 2, regions) {
    tarn::test::set_given(equations.ghosts());
    const Grid& grid = patch.grid();
    const auto start = grid.template make_fields<Real>("test::start", 2);
    scramble<Real>(grid, start);
    const auto kappa = grid.template make_fields<Real>("test::kappa", 1);
    scramble<Real>(grid, kappa);
    rate.kappa = one_of(kappa, 0);
    rate.first_weight = {Real(0.5), Real(0.3), Real(0.7)};
    rate.second_weight = {Real(0.2), Real(0.6), Real(0.1)};
    integrator.emplace(Scheme::euler, 0, grid, start);
  }

  template <class Combine>
  void set(const char* label, const Fields<Real>& now, double time, const Fields<Real>& out, const Combine& combine) {
    equations.set(label, rate, now, time, out, combine, 1);
  }
  void set_two_steps(const char* label, const Fields<Real>& now, double time, const Fields<Real>& out,
                     const Kokkos::Array<StepWeight<Real>, 2>& lengths) {
    equations.set_two_steps(label, rate, now, time, out, lengths, 1);
  }

  Regions regions;
  CellEquations<Real> equations;
  TwoFields<Real, Dim> rate;
  std::optional<Integrator<Real>> integrator;
};

/// Cells of this rank whose bits differ.
template <class Real>
int differences(const Grid& grid, const Fields<Real>& a, const Fields<Real>& b) {
  const auto host_a = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), a);
  const auto host_b = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), b);
  const CellRange inside = grid.interior();
  int count = 0;
  for (int field = 0; field < 2; ++field) {
    for (int k = inside.begin[2]; k < inside.end[2]; ++k) {
      for (int j = inside.begin[1]; j < inside.end[1]; ++j) {
        for (int i = inside.begin[0]; i < inside.end[0]; ++i)
          count += !(host_a(field, k, j, i) == host_b(field, k, j, i));
      }
    }
  }
  return count;
}

template <class Real, int Dim>
void expect_the_bits_of_single_steps(const Cell& cells, const Ends& ends, const FaceConditions& conditions) {
  SCOPED_TRACE(std::to_string(cells[0]) + " x " + std::to_string(cells[1]) + " x " + std::to_string(cells[2]));
  Domain domain = tarn::test::domain_for(cells, ends);
  domain.dimensions = Dim;  // of one cell, too
  const Patch patch(Space{}, tarn::test::runtime().communicator(), domain, 1,
                    choose_transport(tarn::test::runtime().communicator()));
  Stepped<Real, Dim> single(patch, conditions), pairs(patch, conditions);
  const std::vector<double> lengths{0.01, 0.02, 0.007, 0.03, 0.005, 0.01, 0.02};

  for (const double dt : lengths)
    single.integrator->step(single, 0, dt);
  pairs.integrator->two_steps(pairs, 0, {lengths[0], lengths[1]});
  pairs.integrator->two_steps(pairs, 0, {lengths[2], lengths[3]});
  pairs.integrator->step(pairs, 0, lengths[4]);
  pairs.integrator->two_steps(pairs, 0, {lengths[5], lengths[6]});
  Kokkos::fence();

  EXPECT_EQ(differences<Real>(patch.grid(), single.integrator->state(), pairs.integrator->state()), 0);
}

template <class Real, int Dim>
void expect_the_bits_of_single_steps(const Cell& cells, const Ends& ends) {
  expect_the_bits_of_single_steps<Real, Dim>(cells, ends, tarn::test::conditions_of(ends));
}

TYPED_TEST(TwoSteps, HaveTheBitsOfSingleStepsOnALine) {
  for (const auto& x : tarn::test::axis_ends) {
    for (const int cells : {5, 29, 64})
      expect_the_bits_of_single_steps<TypeParam, 1>({cells, 1, 1}, {x, x, x});
  }
}

TYPED_TEST(TwoSteps, HaveTheBitsOfSingleStepsOnAPlane) {
  for (const auto& x : tarn::test::axis_ends) {
    for (const auto& y : tarn::test::axis_ends) {
      for (const Cell& cells : {Cell{11, 13, 1}, Cell{31, 3, 1}, Cell{3, 29, 1}})
        expect_the_bits_of_single_steps<TypeParam, 2>(cells, {x, y, x});
    }
  }
}

TYPED_TEST(TwoSteps, HaveTheBitsOfSingleStepsInABox) {
  for (const auto& x : tarn::test::axis_ends) {
    for (const auto& y : tarn::test::axis_ends) {
      for (const auto& z : tarn::test::axis_ends) {
        for (const Cell& cells : {Cell{3, 7, 11}, Cell{7, 3, 7}, Cell{13, 7, 3}})
          expect_the_bits_of_single_steps<TypeParam, 3>(cells, {x, y, z});
      }
    }
  }
}

/// One cell or two along an axis: a cell's neighbours are then ghosts, and may be the cell itself.
TYPED_TEST(TwoSteps, HaveTheBitsOfSingleStepsOnFewCells) {
  const int ranks = tarn::test::runtime().communicator().size();
  for (const int few : {1, 2}) {
    for (const auto& x : tarn::test::axis_ends) {
      for (const auto& y : tarn::test::axis_ends) {
        const Ends ends{x, y, x};
        if (ranks <= few) expect_the_bits_of_single_steps<TypeParam, 1>({few, 1, 1}, ends);
        expect_the_bits_of_single_steps<TypeParam, 2>({few, 13, 1}, ends);
        expect_the_bits_of_single_steps<TypeParam, 2>({13, few, 1}, ends);
        if (ranks <= few) expect_the_bits_of_single_steps<TypeParam, 2>({few, few, 1}, ends);
        expect_the_bits_of_single_steps<TypeParam, 3>({few, 7, 11}, ends);
        expect_the_bits_of_single_steps<TypeParam, 3>({11, few, 7}, ends);
        expect_the_bits_of_single_steps<TypeParam, 3>({7, 11, few}, ends);
        expect_the_bits_of_single_steps<TypeParam, 3>({few, few, 13}, ends);
        expect_the_bits_of_single_steps<TypeParam, 3>({13, few, few}, ends);
        if (ranks <= few) expect_the_bits_of_single_steps<TypeParam, 3>({few, few, few}, ends);
      }
    }
  }
}

/// More than one tile along each axis, on a host and on a GPU.
TYPED_TEST(TwoSteps, HaveTheBitsOfSingleStepsInManyTiles) {
  const auto periodic = tarn::test::axis_ends[0], given = tarn::test::axis_ends[1], mixed = tarn::test::axis_ends[2];
  for (const Ends& ends : {Ends{periodic, given, mixed}, Ends{given, mixed, periodic}}) {
    expect_the_bits_of_single_steps<TypeParam, 1>({120001, 1, 1}, ends);
    expect_the_bits_of_single_steps<TypeParam, 2>({517, 77, 1}, ends);
    expect_the_bits_of_single_steps<TypeParam, 2>({30001, 5, 1}, ends);
    expect_the_bits_of_single_steps<TypeParam, 3>({1900, 9, 5}, ends);
    expect_the_bits_of_single_steps<TypeParam, 3>({13, 403, 5}, ends);
    expect_the_bits_of_single_steps<TypeParam, 3>({67, 33, 37}, ends);
  }
}

TYPED_TEST(TwoSteps, LeaveGhostsThatAreHeld) {
  const auto walls = tarn::test::axis_ends[4];
  const FaceConditions held = same_conditions({FaceRule::held}, 2);
  expect_the_bits_of_single_steps<TypeParam, 1>({17, 1, 1}, {walls, walls, walls}, held);
  expect_the_bits_of_single_steps<TypeParam, 2>({17, 12, 1}, {walls, walls, walls}, held);
  expect_the_bits_of_single_steps<TypeParam, 3>({9, 8, 7}, {walls, walls, walls}, held);
}

TYPED_TEST(TwoSteps, AreCountedAsOnePass) {
  const auto periodic = tarn::test::axis_ends[0];
  const Ends ends{periodic, periodic, periodic};
  const Cell cells{12, 10, 1};
  const Patch patch(Space{}, tarn::test::runtime().communicator(), tarn::test::domain_for(cells, ends), 1,
                    choose_transport(tarn::test::runtime().communicator()));
  if (patch.is_cut()) GTEST_SKIP() << "beside other ranks' cells there are single steps too";
  Stepped<TypeParam, 2> pairs(patch, tarn::test::conditions_of(ends));

  pairs.integrator->two_steps(pairs, 0, {0.1, 0.1});

  std::int64_t bytes = 0;
  for (const RegionReport& region : pairs.regions.report())
    bytes += region.name == "step" ? region.bytes : 0;
  EXPECT_EQ(bytes, std::int64_t{12 * 10 * 2 * 3} * static_cast<std::int64_t>(sizeof(TypeParam)));
}

TEST(TwoStepsAtOnce, AreForForwardEulerAlone) {
  const auto periodic = tarn::test::axis_ends[0];
  const Ends ends{periodic, periodic, periodic};
  const Patch patch(Space{}, tarn::test::runtime().communicator(), tarn::test::domain_for({16, 1, 1}, ends), 1,
                    choose_transport(tarn::test::runtime().communicator()));
  Stepped<double, 1> pairs(patch, tarn::test::conditions_of(ends));
  Integrator<double> heun(Scheme::ssp_rk2, 0, patch.grid(), patch.grid().make_fields<double>("test::u", 2));

  EXPECT_THROW(heun.two_steps(pairs, 0, {0.1, 0.1}), Error);
}

}  // namespace
}  // namespace tarn::ops
