#include "tarn/core/grid/ghost_cells.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/core/grid/set_cells.hpp"
#include "tarn/tests/core/grid/ghost_reference.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn {
namespace {

using test::End;
using test::Ends;

constexpr std::array<End, 2> periodic{End::periodic, End::periodic};
constexpr std::array<End, 2> value{End::value, End::value};
constexpr std::array<End, 2> slope{End::slope, End::slope};

template <class Real>
class GhostCellsTest : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(GhostCellsTest, Reals);

const Communicator& alone() {
  return test::runtime().communicator();
}

Patch whole_patch(const Domain& domain, int ghosts) {
  return Patch(Space{}, alone(), domain, ghosts, Transport(Transport::Kind::device_mpi));
}

Patch whole_patch(const std::array<int, 3>& cells, const Ends& ends, int ghosts) {
  return whole_patch(test::domain_for(cells, ends), ghosts);
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
  const Ends ends{periodic, periodic, periodic};
  const Patch patch = whole_patch({4, 1, 1}, ends, 2);
  GhostCells<TypeParam> ghosts(patch, test::conditions_of(ends, 1));
  const auto u = field_of<TypeParam>(patch.grid(), [](int, int, int i) { return 10 * (i - 1); });  // 10 20 30 40

  ghosts.fill(u);

  const auto got = on_host(u);
  const TypeParam wanted[] = {30, 40, 10, 20, 30, 40, 10, 20};
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(got(0, 0, i), wanted[i]) << i;
}

TYPED_TEST(GhostCellsTest, TakeTheirMemoryFromThePoolAndGiveItBack) {
  const Ends ends{value, slope, periodic};
  const Patch patch = whole_patch({4, 3, 1}, ends, 1);
  const Pool& pool = test::runtime().pool();
  { const GhostCells<TypeParam> first(patch, test::conditions_of(ends, 1)); }
  const PoolStatistics before = pool.statistics();
  {
    const GhostCells<TypeParam> second(patch, test::conditions_of(ends, 1));
    EXPECT_GE(pool.statistics().blocks_in_use, before.blocks_in_use + 6);  // rules of two axes, values of four faces
  }

  EXPECT_EQ(pool.statistics().misses, before.misses);
  EXPECT_EQ(pool.statistics().in_use, before.in_use);
}

TYPED_TEST(GhostCellsTest, MirrorAroundTheValueOnTheFace) {
  const Ends ends{value, periodic, periodic};
  const Patch patch = whole_patch({3, 1, 1}, ends, 2);
  GhostCells<TypeParam> ghosts(patch, test::conditions_of(ends, 1));
  Kokkos::deep_copy(ghosts.given(0, 0), TypeParam{5});
  Kokkos::deep_copy(ghosts.given(0, 1), TypeParam{-1});
  const auto u = field_of<TypeParam>(patch.grid(), [](int, int, int i) { return i - 1; });  // 1 2 3

  ghosts.fill(u);

  const auto got = on_host(u);
  const TypeParam wanted[] = {8, 9, 1, 2, 3, -5, -4};
  for (int i = 0; i < 7; ++i)
    EXPECT_EQ(got(0, 0, i), wanted[i]) << i;
}

TYPED_TEST(GhostCellsTest, ContinueTheDerivativeAlongTheAxisOnBothSides) {
  const Ends ends{slope, periodic, periodic};
  Domain domain = test::domain_for({4, 1, 1}, ends);
  domain.upper[0] = 2;  // spacing 1/2: arithmetic is exact
  const Patch patch = whole_patch(domain, 2);
  GhostCells<TypeParam> ghosts(patch, test::conditions_of(ends, 1));
  Kokkos::deep_copy(ghosts.given(0, 0), TypeParam{6});
  Kokkos::deep_copy(ghosts.given(0, 1), TypeParam{6});
  const auto u =
      field_of<TypeParam>(patch.grid(), [](int, int, int i) { return 3 * i; });  // slope 3 a cell, 6 a length

  ghosts.fill(u);

  const auto got = on_host(u);
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(got(0, 0, i), 3 * i) << i;
}

TYPED_TEST(GhostCellsTest, FillPeriodicCornersFromTheOppositeCorner) {
  const Ends ends{periodic, periodic, periodic};
  const Patch patch = whole_patch({2, 3, 4}, ends, 1);
  GhostCells<TypeParam> ghosts(patch, test::conditions_of(ends, 1));
  const auto u = field_of<TypeParam>(patch.grid(), [](int k, int j, int i) { return 100 * k + 10 * j + i; });

  ghosts.fill(u);

  const auto got = on_host(u);
  EXPECT_EQ(got(0, 0, 0), 432);  // the last cell of every axis
  EXPECT_EQ(got(5, 4, 3), 111);
  EXPECT_EQ(got(0, 4, 2), 412);  // an edge
}

TYPED_TEST(GhostCellsTest, ContinueALinearFieldIntoEveryGhostAndCorner) {
  const Ends ends{value, slope, value};
  Domain domain = test::domain_for({3, 4, 2}, ends);
  domain.upper = {3, 4, 2};  // spacing 1
  const Patch patch = whole_patch(domain, 2);
  const auto linear = [](double k, double j, double i) { return 64 * k + 8 * j + 2 * i; };
  GhostCells<TypeParam> ghosts(patch, test::conditions_of(ends, 1));
  for (int side = 0; side < 2; ++side) {
    const auto x = Kokkos::create_mirror_view(ghosts.given(0, side));
    for (int k = 0; k < 6; ++k) {
      for (int j = 0; j < 8; ++j)
        x(k, j) = static_cast<TypeParam>(linear(k, j, side == 0 ? 1.5 : 4.5));
    }
    Kokkos::deep_copy(ghosts.given(0, side), x);
    Kokkos::deep_copy(ghosts.given(1, side), TypeParam{8});
    const auto z = Kokkos::create_mirror_view(ghosts.given(2, side));
    for (int j = 0; j < 8; ++j) {
      for (int i = 0; i < 7; ++i)
        z(j, i) = static_cast<TypeParam>(linear(side == 0 ? 1.5 : 3.5, j, i));
    }
    Kokkos::deep_copy(ghosts.given(2, side), z);
  }
  const auto u = field_of<TypeParam>(patch.grid(), linear);

  ghosts.fill(u);

  const auto got = on_host(u);
  for (int k = 0; k < 6; ++k) {
    for (int j = 0; j < 8; ++j) {
      for (int i = 0; i < 7; ++i)
        EXPECT_EQ(got(k, j, i), linear(k, j, i)) << k << " " << j << " " << i;
    }
  }
}

TYPED_TEST(GhostCellsTest, FollowTheDefinitionForEveryCombinationOfKinds) {
  for (const auto& x : test::axis_ends) {
    for (const auto& y : test::axis_ends) {
      for (const auto& z : test::axis_ends) {
        for (const int ghosts : {1, 2}) {
          const int differences = test::differences_after_fill<TypeParam>(alone(), {5, 3, 2}, {x, y, z}, ghosts,
                                                                          Transport(Transport::Kind::device_mpi));
          EXPECT_EQ(differences, 0) << ghosts << " ghosts";
        }
      }
    }
  }
}

/// The fields themselves.
template <class Real>
struct SameFields {
  Fields<const Real> u;

  template <class I>
  KOKKOS_FUNCTION auto operator()(Index k, Index j, I i) const {
    const auto first = at(u, 0, k, j, i);
    return Kokkos::Array<std::decay_t<decltype(first)>, test::fields>{first, at(u, 1, k, j, i)};
  }
};

template <class Real>
void expect_rows_to_end_alike(const test::Cell& cells, const Ends& ends, int layers) {
  const Patch patch = whole_patch(cells, ends, layers);
  GhostCells<Real> ghosts(patch, test::conditions_of(ends), test::fields);
  test::set_given(ghosts);
  const auto inside = test::make_unfilled<Real>(patch.grid()), u = test::make_unfilled<Real>(patch.grid());
  test::GhostReference<Real> reference(patch.grid().domain(), ends, layers);

  set_cells("test::copy", Space{}, patch.grid().interior(), u, SameFields<Real>{inside}, ghosts.row_ends(u));
  ghosts.fill_rest(u);

  Kokkos::fence();
  EXPECT_EQ(test::count_differences<Real>(patch.grid(), u, reference), 0)
      << cells[0] << " x " << cells[1] << " x " << cells[2] << ", " << layers << " layers";
}

TYPED_TEST(GhostCellsTest, AreTheSameWhereRowsAreEndedAsTheyAreWritten) {
  for (const auto& x : test::axis_ends) {
    for (const auto& y : test::axis_ends) {
      for (const int layers : {1, 2, 3}) {
        expect_rows_to_end_alike<TypeParam>({7, 1, 1}, {x, y, x}, layers);
        for (const int cells : {3, 8, 21})
          expect_rows_to_end_alike<TypeParam>({cells, 5, 1}, {x, y, x}, layers);
        expect_rows_to_end_alike<TypeParam>({6, 4, 7}, {x, y, x}, layers);
      }
    }
  }
}

TEST(GhostCells, GiveFacesValuesOfTheTangentialExtentsAtBoundariesOnly) {
  const Ends ends{value, periodic, slope};
  const Patch patch = whole_patch({5, 6, 7}, ends, 1);

  const GhostCells<double> ghosts(patch, test::conditions_of(ends, 1));

  EXPECT_TRUE(patch.at_boundary(0, 0));
  EXPECT_FALSE(patch.at_boundary(1, 1));
  EXPECT_EQ(ghosts.given(0, 1).extent(0), 9u);  // z
  EXPECT_EQ(ghosts.given(0, 1).extent(1), 8u);  // y
  EXPECT_EQ(ghosts.given(2, 0).extent(0), 8u);  // y
  EXPECT_EQ(ghosts.given(2, 0).extent(1), 7u);  // x
  EXPECT_EQ(ghosts.given(1, 0).size(), 0u);
}

TEST(GhostCells, CountTheBytesOfEveryGhostOnceReadAndOnceWritten) {
  const Ends ends{periodic, value, periodic};
  const Patch patch = whole_patch({5, 4, 1}, ends, 1);

  const GhostCells<float> ghosts(patch, test::conditions_of(ends, 1));

  EXPECT_EQ(ghosts.bytes_per_fill(), 2 * (2 * 4 + 2 * 7) * 4);
}

TEST(GhostCells, LeaveAGridWithoutGhostsAlone) {
  const Ends ends{periodic, periodic, periodic};
  const Patch patch = whole_patch({3, 1, 1}, ends, 0);
  GhostCells<double> ghosts(patch, test::conditions_of(ends, 1));
  const auto u = field_of<double>(patch.grid(), [](int, int, int i) { return i; });

  ghosts.fill(u);

  const auto got = on_host(u);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(got(0, 0, i), i);
}

TEST(GhostCells, RefuseAFaceWithoutAConditionForEachField) {
  const Ends ends{value, periodic, periodic};
  const Patch patch = whole_patch({4, 1, 1}, ends, 1);

  EXPECT_THAT([&] { GhostCells<double>(patch, test::conditions_of(ends, 2), 3); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("lower face of x has conditions for 2 fields of 3")));
}

TYPED_TEST(GhostCellsTest, MeetAMixtureOfValueAndSlopeOnTheFace) {
  const Ends ends{std::array{End::robin, End::robin}, periodic, periodic};
  Domain domain = test::domain_for({4, 1, 1}, ends);
  domain.upper[0] = 2;  // spacing 1/2: arithmetic is exact
  const Patch patch = whole_patch(domain, 2);
  GhostCells<TypeParam> ghosts(patch, test::conditions_of(ends, 1));
  // u = 3 + 6 x has 2 u + u' = 12 at x = 0 and 2 u - u' = 24 at x = 2.
  const TypeParam parts[2][3] = {{2, 1, 12}, {2, -1, 24}};
  for (int side = 0; side < 2; ++side) {
    for (int part = 0; part < 3; ++part)
      Kokkos::deep_copy(ghosts.given(0, side, 0, part), parts[side][part]);
  }
  const auto u = field_of<TypeParam>(patch.grid(), [](int, int, int i) { return 3 + 3 * (i - 1.5); });

  ghosts.fill(u);

  const auto got = on_host(u);
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(got(0, 0, i), static_cast<TypeParam>(3 + 3 * (i - 1.5))) << i;
}

TYPED_TEST(GhostCellsTest, LeaveHeldGhostsAndGiveOwnOnesToTheApp) {
  const Ends ends{std::array{End::copy, End::copy}, periodic, periodic};
  const Patch patch = whole_patch({3, 1, 1}, ends, 2);
  FaceConditions conditions;
  conditions[0][0] = {{FaceRule::held}};
  conditions[0][1] = {{FaceRule::own}};
  GhostCells<TypeParam> ghosts(patch, conditions);
  std::vector<CellRange> asked;
  double at = 0;
  ghosts.set_own([&](const Fields<TypeParam>&, const GhostFace& face, double time) {
    EXPECT_EQ(face.axis, 0);
    EXPECT_EQ(face.side, 1);
    asked.push_back(face.cells);
    at = time;
  });
  const auto u = patch.grid().template make_field<TypeParam>("test::u");
  Kokkos::deep_copy(u, TypeParam{7});

  ghosts.fill_rest(as_fields(u), 2.5);

  const auto got = on_host(u);
  for (int i = 0; i < 7; ++i)
    EXPECT_EQ(got(0, 0, i), 7) << i;
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].begin[0], 5);
  EXPECT_EQ(asked[0].end[0], 7);
  EXPECT_EQ(at, 2.5);
}

TYPED_TEST(GhostCellsTest, ReflectHeldGhostsOfOneAxisBehindAWallOfAnother) {
  const Ends ends{periodic, std::array{End::wall, End::wall}, std::array{End::wall, End::wall}};
  const Patch patch = whole_patch({2, 2, 2}, ends, 1);
  FaceConditions conditions = test::conditions_of(ends, 1);
  conditions[1][0] = {{FaceRule::held}};
  GhostCells<TypeParam> ghosts(patch, conditions);
  const auto u = patch.grid().template make_field<TypeParam>("test::u");
  const auto host = Kokkos::create_mirror_view(u);
  for (int k = 1; k < 3; ++k) {
    for (int j = 0; j < 3; ++j) {
      for (int i = 0; i < 4; ++i)
        host(k, j, i) = static_cast<TypeParam>(10 * k + j);  // 10 and 20 are held
    }
  }
  Kokkos::deep_copy(u, host);

  ghosts.fill(u);

  const auto got = on_host(u);
  for (int i = 0; i < 4; ++i) {
    const TypeParam wanted[4][4] = {{10, 11, 12, 12}, {10, 11, 12, 12}, {20, 21, 22, 22}, {20, 21, 22, 22}};
    for (int k = 0; k < 4; ++k) {
      for (int j = 0; j < 4; ++j)
        EXPECT_EQ(got(k, j, i), wanted[k][j]) << k << " " << j << " " << i;
    }
  }
}

TEST(GhostCells, RefuseAFieldOfAnotherGridWithBothShapes) {
  const Ends ends{periodic, periodic, periodic};
  const Patch patch = whole_patch({4, 1, 1}, ends, 1);
  GhostCells<double> ghosts(patch, test::conditions_of(ends, 1));
  const Field<double, 3> u("test::u", 1, 1, 5);

  EXPECT_THAT([&] { ghosts.fill(u); }, testing::ThrowsMessage<ShapeMismatch>(
                                           testing::HasSubstr("1 x 1 x 5 (z, y, x), the grid's fields are 1 x 1 x 6")));
}

}  // namespace
}  // namespace tarn
