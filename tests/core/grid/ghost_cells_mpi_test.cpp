#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/core/grid/ghost_cells.hpp"
#include "tarn/tests/core/grid/ghost_reference.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn {
namespace {

template <class Real>
class GhostCellsOnRanks : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(GhostCellsOnRanks, Reals);

const Communicator& ranks() {
  return test::runtime().communicator();
}

template <class Real>
void expect_no_differences(const test::Cell& cells, const BoundaryKinds& kinds, int ghosts) {
  for (const auto buffers : {MpiBuffers::staged, choose_mpi_buffers(ranks())}) {
    EXPECT_EQ(test::differences_after_fill<Real>(ranks(), cells, kinds, ghosts, buffers), 0)
        << cells[0] << " x " << cells[1] << " x " << cells[2] << ", " << ghosts << " ghosts, " << describe(buffers);
  }
}

TYPED_TEST(GhostCellsOnRanks, HaveTheBitsOfOneRankOnALine) {
  for (const auto& x : test::axis_kinds) {
    for (const int cells : {13, 17, 64}) {
      for (const int ghosts : {1, 2, 3})
        expect_no_differences<TypeParam>({cells, 1, 1}, {x, x, x}, ghosts);
    }
  }
}

TYPED_TEST(GhostCellsOnRanks, HaveTheBitsOfOneRankOnAPlane) {
  for (const auto& x : test::axis_kinds) {
    for (const auto& y : test::axis_kinds) {
      // Cut along both axes by 4 ranks, along x alone, along y alone.
      for (const test::Cell& cells : {test::Cell{11, 13, 1}, test::Cell{31, 3, 1}, test::Cell{3, 29, 1}}) {
        for (const int ghosts : {1, 2})
          expect_no_differences<TypeParam>(cells, {x, y, x}, ghosts);
      }
    }
  }
}

TYPED_TEST(GhostCellsOnRanks, HaveTheBitsOfOneRankInABox) {
  for (const auto& x : test::axis_kinds) {
    for (const auto& y : test::axis_kinds) {
      for (const auto& z : test::axis_kinds) {
        for (const test::Cell& cells : {test::Cell{3, 7, 11}, test::Cell{7, 3, 7}, test::Cell{13, 7, 3}}) {
          expect_no_differences<TypeParam>(cells, {x, y, z}, 2);
        }
      }
    }
  }
}

TYPED_TEST(GhostCellsOnRanks, MayBeAsWideAsTheBlock) {
  const auto periodic = test::axis_kinds[0], mixed = test::axis_kinds[2];

  expect_no_differences<TypeParam>({3 * ranks().size(), 1, 1}, {periodic, periodic, periodic}, 3);
  expect_no_differences<TypeParam>({2, 2 * ranks().size(), 1}, {mixed, mixed, mixed}, 2);
}

TYPED_TEST(GhostCellsOnRanks, StayRightWhenFieldsAreFilledOneAfterTheOther) {
  const BoundaryKinds kinds{test::axis_kinds[0], test::axis_kinds[2], test::axis_kinds[0]};
  const test::Cell cells{11, 13, 1};
  const Domain domain = test::domain_for(cells, kinds);
  const Grid grid(domain, Decomposition(cells, domain.periodic, ranks().size(), ranks().rank(), 2), 2);
  GhostCells<TypeParam> ghost_cells(grid, ranks(), kinds, choose_mpi_buffers(ranks()));
  test::set_face_values(grid, ghost_cells);
  test::GhostReference<TypeParam> reference(domain, kinds, 2);
  const auto u = test::make_unfilled<TypeParam>(grid), v = test::make_unfilled<TypeParam>(grid);

  for (int repeat = 0; repeat < 20; ++repeat) {
    ghost_cells.fill(Space{}, u);
    ghost_cells.fill(Space{}, v);
  }
  Kokkos::fence();

  EXPECT_EQ(test::count_differences<TypeParam>(grid, u, reference), 0);
  EXPECT_EQ(test::count_differences<TypeParam>(grid, v, reference), 0);
}

TEST(GhostCellsOfRanks, CountExchangedGhostsTwiceInTheirBytes) {
  const BoundaryKinds kinds{test::axis_kinds[0], test::axis_kinds[0], test::axis_kinds[0]};
  const Domain domain = test::domain_for({60, 1, 1}, kinds);
  const Grid grid(domain, Decomposition({60, 1, 1}, domain.periodic, ranks().size(), ranks().rank()), 2);

  const GhostCells<double> ghost_cells(grid, ranks(), kinds, MpiBuffers::device);

  EXPECT_EQ(ghost_cells.bytes_per_fill(), (ranks().size() == 1 ? 2 : 4) * 4 * 8);
}

TEST(GhostCellsOfRanks, RefuseADecompositionForAnotherNumberOfRanks) {
  const BoundaryKinds kinds{test::axis_kinds[0], test::axis_kinds[0], test::axis_kinds[0]};
  const Domain domain = test::domain_for({60, 1, 1}, kinds);
  const Grid grid(domain, Decomposition({60, 1, 1}, domain.periodic, ranks().size() + 1, ranks().rank()), 1);

  EXPECT_THAT([&] { GhostCells<double>(grid, ranks(), kinds, MpiBuffers::device); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("blocks for")));
}

}  // namespace
}  // namespace tarn
