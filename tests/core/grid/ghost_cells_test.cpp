#include "tarn/core/grid/ghost_cells.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/tests/core/grid/ghost_reference.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn {
namespace {

constexpr std::array<BoundaryKind, 2> periodic{BoundaryKind::periodic, BoundaryKind::periodic};
constexpr std::array<BoundaryKind, 2> dirichlet{BoundaryKind::dirichlet, BoundaryKind::dirichlet};
constexpr std::array<BoundaryKind, 2> neumann{BoundaryKind::neumann, BoundaryKind::neumann};

template <class Real>
class GhostCellsTest : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(GhostCellsTest, Reals);

const Communicator& alone() {
  return test::runtime().communicator();
}

Grid whole_grid(const std::array<int, 3>& cells, const BoundaryKinds& kinds, int ghosts) {
  const Domain domain = test::domain_for(cells, kinds);
  return Grid(domain, Decomposition(cells, domain.periodic, 1, 0), ghosts);
}

/// A field of (z, y, x) on the device from a function of the host.
template <class Real, class Function>
Field<Real, 3> field_of(const Grid& grid, const Function& function) {
  const auto u = grid.make_field<Real>("test::u");
  const auto host = Kokkos::create_mirror_view(u);
  const auto box = grid.interior();
  for (int k = box.begin[2]; k < box.end[2]; ++k) {
    for (int j = box.begin[1]; j < box.end[1]; ++j) {
      for (int i = box.begin[0]; i < box.end[0]; ++i)
        host(k, j, i) = static_cast<Real>(function(k, j, i));
    }
  }
  Kokkos::deep_copy(u, host);
  return u;
}

template <class View>
auto on_host(const View& view) {
  Kokkos::fence();
  return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
}

TYPED_TEST(GhostCellsTest, WrapTheRowOfAPeriodicLine) {
  const BoundaryKinds kinds{periodic, periodic, periodic};
  const Grid grid = whole_grid({4, 1, 1}, kinds, 2);
  GhostCells<TypeParam> ghosts(grid, alone(), kinds, MpiBuffers::device);
  const auto u = field_of<TypeParam>(grid, [](int, int, int i) { return 10 * (i - 1); });  // 10 20 30 40

  ghosts.fill(Space{}, u);

  const auto got = on_host(u);
  const TypeParam wanted[] = {30, 40, 10, 20, 30, 40, 10, 20};
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(got(0, 0, i), wanted[i]) << i;
}

TYPED_TEST(GhostCellsTest, MirrorAroundTheValueOnTheFace) {
  const BoundaryKinds kinds{dirichlet, periodic, periodic};
  const Grid grid = whole_grid({3, 1, 1}, kinds, 2);
  GhostCells<TypeParam> ghosts(grid, alone(), kinds, MpiBuffers::device);
  Kokkos::deep_copy(ghosts.face_values(0, 0), TypeParam{5});
  Kokkos::deep_copy(ghosts.face_values(0, 1), TypeParam{-1});
  const auto u = field_of<TypeParam>(grid, [](int, int, int i) { return i - 1; });  // 1 2 3

  ghosts.fill(Space{}, u);

  const auto got = on_host(u);
  const TypeParam wanted[] = {8, 9, 1, 2, 3, -5, -4};
  for (int i = 0; i < 7; ++i)
    EXPECT_EQ(got(0, 0, i), wanted[i]) << i;
}

TYPED_TEST(GhostCellsTest, ContinueTheDerivativeAlongTheAxisOnBothSides) {
  const BoundaryKinds kinds{neumann, periodic, periodic};
  Domain domain = test::domain_for({4, 1, 1}, kinds);
  domain.upper[0] = 2;  // spacing 1/2: arithmetic is exact
  const Grid grid(domain, Decomposition({4, 1, 1}, domain.periodic, 1, 0), 2);
  GhostCells<TypeParam> ghosts(grid, alone(), kinds, MpiBuffers::device);
  Kokkos::deep_copy(ghosts.face_values(0, 0), TypeParam{6});
  Kokkos::deep_copy(ghosts.face_values(0, 1), TypeParam{6});
  const auto u = field_of<TypeParam>(grid, [](int, int, int i) { return 3 * i; });  // slope 3 a cell, 6 a length

  ghosts.fill(Space{}, u);

  const auto got = on_host(u);
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(got(0, 0, i), 3 * i) << i;
}

TYPED_TEST(GhostCellsTest, FillPeriodicCornersFromTheOppositeCorner) {
  const BoundaryKinds kinds{periodic, periodic, periodic};
  const Grid grid = whole_grid({2, 3, 4}, kinds, 1);
  GhostCells<TypeParam> ghosts(grid, alone(), kinds, MpiBuffers::device);
  const auto u = field_of<TypeParam>(grid, [](int k, int j, int i) { return 100 * k + 10 * j + i; });

  ghosts.fill(Space{}, u);

  const auto got = on_host(u);
  EXPECT_EQ(got(0, 0, 0), 432);  // the last cell of every axis
  EXPECT_EQ(got(5, 4, 3), 111);
  EXPECT_EQ(got(0, 4, 2), 412);  // an edge
}

TYPED_TEST(GhostCellsTest, ContinueALinearFieldIntoEveryGhostAndCorner) {
  const BoundaryKinds kinds{dirichlet, neumann, dirichlet};
  Domain domain = test::domain_for({3, 4, 2}, kinds);
  domain.upper = {3, 4, 2};  // spacing 1
  const Grid grid(domain, Decomposition({3, 4, 2}, domain.periodic, 1, 0), 2);
  const auto linear = [](double k, double j, double i) { return 64 * k + 8 * j + 2 * i; };
  GhostCells<TypeParam> ghosts(grid, alone(), kinds, MpiBuffers::device);
  for (int side = 0; side < 2; ++side) {
    const auto x = Kokkos::create_mirror_view(ghosts.face_values(0, side));
    for (int k = 0; k < 6; ++k) {
      for (int j = 0; j < 8; ++j)
        x(k, j) = static_cast<TypeParam>(linear(k, j, side == 0 ? 1.5 : 4.5));
    }
    Kokkos::deep_copy(ghosts.face_values(0, side), x);
    Kokkos::deep_copy(ghosts.face_values(1, side), TypeParam{8});
    const auto z = Kokkos::create_mirror_view(ghosts.face_values(2, side));
    for (int j = 0; j < 8; ++j) {
      for (int i = 0; i < 7; ++i)
        z(j, i) = static_cast<TypeParam>(linear(side == 0 ? 1.5 : 3.5, j, i));
    }
    Kokkos::deep_copy(ghosts.face_values(2, side), z);
  }
  const auto u = field_of<TypeParam>(grid, linear);

  ghosts.fill(Space{}, u);

  const auto got = on_host(u);
  for (int k = 0; k < 6; ++k) {
    for (int j = 0; j < 8; ++j) {
      for (int i = 0; i < 7; ++i)
        EXPECT_EQ(got(k, j, i), linear(k, j, i)) << k << " " << j << " " << i;
    }
  }
}

TYPED_TEST(GhostCellsTest, FollowTheDefinitionForEveryCombinationOfKinds) {
  for (const auto& x : test::axis_kinds) {
    for (const auto& y : test::axis_kinds) {
      for (const auto& z : test::axis_kinds) {
        for (const int ghosts : {1, 2}) {
          const int differences =
              test::differences_after_fill<TypeParam>(alone(), {5, 3, 2}, {x, y, z}, ghosts, MpiBuffers::device);
          EXPECT_EQ(differences, 0) << ghosts << " ghosts";
        }
      }
    }
  }
}

TEST(GhostCells, HaveFaceValuesOfTheTangentialExtentsAtBoundariesOnly) {
  const BoundaryKinds kinds{dirichlet, periodic, neumann};
  const Grid grid = whole_grid({5, 6, 7}, kinds, 1);

  const GhostCells<double> ghosts(grid, alone(), kinds, MpiBuffers::device);

  EXPECT_TRUE(ghosts.at_boundary(0, 0));
  EXPECT_FALSE(ghosts.at_boundary(1, 1));
  EXPECT_EQ(ghosts.face_values(0, 1).extent(0), 9u);  // z
  EXPECT_EQ(ghosts.face_values(0, 1).extent(1), 8u);  // y
  EXPECT_EQ(ghosts.face_values(2, 0).extent(0), 8u);  // y
  EXPECT_EQ(ghosts.face_values(2, 0).extent(1), 7u);  // x
  EXPECT_EQ(ghosts.face_values(1, 0).size(), 0u);
}

TEST(GhostCells, CountTheBytesOfEveryGhostOnceReadAndOnceWritten) {
  const BoundaryKinds kinds{periodic, dirichlet, periodic};
  const Grid grid = whole_grid({5, 4, 1}, kinds, 1);

  const GhostCells<float> ghosts(grid, alone(), kinds, MpiBuffers::device);

  EXPECT_EQ(ghosts.bytes_per_fill(), 2 * (2 * 4 + 2 * 7) * 4);
}

TEST(GhostCells, LeaveAGridWithoutGhostsAlone) {
  const BoundaryKinds kinds{periodic, periodic, periodic};
  const Grid grid = whole_grid({3, 1, 1}, kinds, 0);
  GhostCells<double> ghosts(grid, alone(), kinds, MpiBuffers::device);
  const auto u = field_of<double>(grid, [](int, int, int i) { return i; });

  ghosts.fill(Space{}, u);

  const auto got = on_host(u);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(got(0, 0, i), i);
}

TEST(GhostCells, RefuseAPeriodicEndOppositeToAnother) {
  const BoundaryKinds kinds{std::array{BoundaryKind::periodic, BoundaryKind::neumann}, periodic, periodic};
  const Grid grid = whole_grid({4, 1, 1}, {periodic, periodic, periodic}, 1);

  EXPECT_THAT([&] { GhostCells<double>(grid, alone(), kinds, MpiBuffers::device); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("axis x is periodic at its lower end, not periodic")));
}

TEST(GhostCells, RefuseAFieldOfAnotherGridWithBothShapes) {
  const BoundaryKinds kinds{periodic, periodic, periodic};
  const Grid grid = whole_grid({4, 1, 1}, kinds, 1);
  GhostCells<double> ghosts(grid, alone(), kinds, MpiBuffers::device);
  const Field<double, 3> u("test::u", 1, 1, 5);

  EXPECT_THAT([&] { ghosts.fill(Space{}, u); }, testing::ThrowsMessage<ShapeMismatch>(testing::HasSubstr(
                                                    "1 x 1 x 5 (z, y, x), the grid's fields are 1 x 1 x 6")));
}

}  // namespace
}  // namespace tarn
