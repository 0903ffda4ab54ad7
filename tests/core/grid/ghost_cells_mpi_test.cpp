#include <algorithm>
#include <chrono>
#include <thread>

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
void expect_no_differences(const test::Cell& cells, const test::Ends& ends, int ghosts) {
  for (const auto& transport : {Transport(Transport::Kind::staged_mpi), choose_transport(ranks())}) {
    for (const auto filling : {test::Filling::at_once, test::Filling::in_halves}) {
      EXPECT_EQ(test::differences_after_fill<Real>(ranks(), cells, ends, ghosts, transport, filling), 0)
          << cells[0] << " x " << cells[1] << " x " << cells[2] << ", " << ghosts << " ghosts, "
          << transport.description();
    }
  }
}

TYPED_TEST(GhostCellsOnRanks, HaveTheBitsOfOneRankOnALine) {
  for (const auto& x : test::axis_ends) {
    for (const int cells : {13, 17, 64}) {
      for (const int ghosts : {1, 2, 3})
        expect_no_differences<TypeParam>({cells, 1, 1}, {x, x, x}, ghosts);
    }
  }
}

TYPED_TEST(GhostCellsOnRanks, HaveTheBitsOfOneRankOnAPlane) {
  for (const auto& x : test::axis_ends) {
    for (const auto& y : test::axis_ends) {
      // Cut along both axes by 4 ranks, along x alone, along y alone.
      for (const test::Cell& cells : {test::Cell{11, 13, 1}, test::Cell{31, 3, 1}, test::Cell{3, 29, 1}}) {
        for (const int ghosts : {1, 2, 3})
          expect_no_differences<TypeParam>(cells, {x, y, x}, ghosts);
      }
    }
  }
}

TYPED_TEST(GhostCellsOnRanks, HaveTheBitsOfOneRankInABox) {
  for (const auto& x : test::axis_ends) {
    for (const auto& y : test::axis_ends) {
      for (const auto& z : test::axis_ends) {
        for (const test::Cell& cells : {test::Cell{3, 7, 11}, test::Cell{7, 3, 7}, test::Cell{13, 7, 3}}) {
          expect_no_differences<TypeParam>(cells, {x, y, z}, 2);
        }
      }
    }
  }
}

TYPED_TEST(GhostCellsOnRanks, MayBeAsWideAsTheBlock) {
  const auto periodic = test::axis_ends[0], mixed = test::axis_ends[1];

  expect_no_differences<TypeParam>({3 * ranks().size(), 1, 1}, {periodic, periodic, periodic}, 3);
  expect_no_differences<TypeParam>({2, 2 * ranks().size(), 1}, {mixed, mixed, mixed}, 2);
}

TYPED_TEST(GhostCellsOnRanks, StayRightWhenFieldsAreFilledOneAfterTheOther) {
  const test::Ends ends{test::axis_ends[0], test::axis_ends[1], test::axis_ends[0]};
  const Patch patch(Space{}, ranks(), test::domain_for({11, 13, 1}, ends), 2, choose_transport(ranks()));
  GhostCells<TypeParam> ghost_cells(patch, test::conditions_of(ends), test::fields);
  test::set_given(ghost_cells);
  test::GhostReference<TypeParam> reference(patch.grid().domain(), ends, 2);
  const auto u = test::make_unfilled<TypeParam>(patch.grid()), v = test::make_unfilled<TypeParam>(patch.grid());

  for (int repeat = 0; repeat < 20; ++repeat) {
    ghost_cells.fill(u);
    ghost_cells.fill(v);
  }
  Kokkos::fence();

  EXPECT_EQ(test::count_differences<TypeParam>(patch.grid(), u, reference), 0);
  EXPECT_EQ(test::count_differences<TypeParam>(patch.grid(), v, reference), 0);
}

TEST(GhostCellsOfRanks, WaitForARankThatComesLate) {
  const test::Ends ends{test::axis_ends[0], test::axis_ends[0], test::axis_ends[0]};
  const Patch patch(Space{}, ranks(), test::domain_for({12, 12, 1}, ends), 2, choose_transport(ranks()));
  GhostCells<double> ghost_cells(patch, test::conditions_of(ends), test::fields);
  test::GhostReference<double> reference(patch.grid().domain(), ends, 2);
  for (int late = 0; late < ranks().size(); ++late) {
    const auto u = test::make_unfilled<double>(patch.grid());
    if (ranks().rank() == late) std::this_thread::sleep_for(std::chrono::milliseconds(50));

    ghost_cells.start(u, 0, false);
    if (ranks().rank() == (late + 1) % ranks().size()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    ghost_cells.finish(u, 0);

    Kokkos::fence();
    EXPECT_EQ(test::count_differences<double>(patch.grid(), u, reference), 0) << "rank " << late << " is late";
  }
}

TEST(GhostCellsOfRanks, CountExchangedGhostsTwiceInTheirBytes) {
  const test::Ends ends{test::axis_ends[0], test::axis_ends[0], test::axis_ends[0]};
  const Patch patch(Space{}, ranks(), test::domain_for({60, 1, 1}, ends), 2, Transport(Transport::Kind::device_mpi));

  const GhostCells<double> ghost_cells(patch, test::conditions_of(ends), test::fields);

  EXPECT_EQ(ghost_cells.bytes_per_fill(), (ranks().size() == 1 ? 2 : 4) * 4 * 8 * test::fields);
}

TEST(HaloOfRanks, RefusesASecondStartBeforeTheFirstIsFinished) {
  const test::Ends ends{test::axis_ends[0], test::axis_ends[0], test::axis_ends[0]};
  const Patch patch(Space{}, ranks(), test::domain_for({60, 1, 1}, ends), 2, choose_transport(ranks()));
  Halo<double> halo(patch, test::fields);
  if (halo.empty()) GTEST_SKIP() << "one rank sends nothing";
  const auto u = patch.grid().make_fields<double>("test::u", test::fields);

  halo.start(u);
  EXPECT_THAT([&] { halo.start(u); }, testing::ThrowsMessage<Error>(testing::HasSubstr("finish() it first")));
  halo.finish(u);

  halo.start(u);
  halo.finish(u);
}

/// The next buffers come from where those of the first went.
TEST(HaloOfRanks, MayEndWhileMessagesAreUnderWay) {
  const test::Ends ends{test::axis_ends[0], test::axis_ends[0], test::axis_ends[0]};
  for (const auto& transport : {Transport(Transport::Kind::staged_mpi), choose_transport(ranks())}) {
    const Patch patch(Space{}, ranks(), test::domain_for({12, 12, 1}, ends), 2, transport);
    const auto u = test::make_unfilled<double>(patch.grid());
    for (int repeat = 0; repeat < 3; ++repeat) {
      GhostCells<double> given_up(patch, test::conditions_of(ends), test::fields);
      given_up.start(u, 0, false);
    }
    GhostCells<double> ghost_cells(patch, test::conditions_of(ends), test::fields);
    test::GhostReference<double> reference(patch.grid().domain(), ends, 2);

    ghost_cells.fill(u);

    Kokkos::fence();
    EXPECT_EQ(test::count_differences<double>(patch.grid(), u, reference), 0) << transport.description();
  }
}

TEST(PatchOnRanks, RefusesADecompositionForAnotherNumberOfRanks) {
  const test::Ends ends{test::axis_ends[0], test::axis_ends[0], test::axis_ends[0]};
  const Domain domain = test::domain_for({60, 1, 1}, ends);
  const Grid grid(domain, Decomposition({60, 1, 1}, domain.periodic, ranks().size() + 1, ranks().rank()), 1);

  EXPECT_THAT([&] { Patch(Space{}, ranks(), grid, Transport(Transport::Kind::device_mpi)); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("blocks for")));
}

/// Every own cell is inner or in exactly one box of the rim, and inner cells see no ghost of another rank.
TEST(PatchOnRanks, DividesItsCellsIntoInnerOnesAndARim) {
  for (const test::Cell& cells : {test::Cell{12, 1, 1}, test::Cell{9, 10, 1}, test::Cell{8, 9, 10}}) {
    for (const auto& ends : {test::axis_ends[0], test::axis_ends[1]}) {
      for (const int width : {1, 2, 3}) {
        const Patch patch(Space{}, ranks(), test::domain_for(cells, {ends, ends, ends}), 1,
                          Transport(Transport::Kind::device_mpi));
        auto boxes = patch.rim(width);
        boxes.push_back(patch.inner(width));
        std::int64_t covered = 0;
        for (std::size_t a = 0; a < boxes.size(); ++a) {
          covered += boxes[a].size();
          for (std::size_t b = 0; b < a; ++b) {
            CellRange common;
            for (int axis = 0; axis < 3; ++axis) {
              common.begin[axis] = std::max(boxes[a].begin[axis], boxes[b].begin[axis]);
              common.end[axis] = std::min(boxes[a].end[axis], boxes[b].end[axis]);
            }
            EXPECT_TRUE(common.empty());
          }
        }
        EXPECT_EQ(covered, patch.grid().interior().size());
        for (int axis = 0; axis < patch.grid().dimensions(); ++axis) {
          const CellRange inner = patch.inner(width), own = patch.grid().interior();
          if (inner.empty()) continue;
          EXPECT_EQ(inner.begin[axis] - own.begin[axis], patch.is_cut(axis, 0) ? width : 0);
          EXPECT_EQ(own.end[axis] - inner.end[axis], patch.is_cut(axis, 1) ? width : 0);
        }
      }
    }
  }
}

}  // namespace
}  // namespace tarn
