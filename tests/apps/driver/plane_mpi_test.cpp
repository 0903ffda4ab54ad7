#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/apps/driver/plane.hpp"
#include "tarn/core/grid/interior.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn::apps {
namespace {

const Communicator& ranks() {
  return tarn::test::runtime().communicator();
}

Domain box(const std::array<int, 3>& cells) {
  Domain domain;
  domain.dimensions = cells[2] > 1 ? 3 : cells[1] > 1 ? 2 : 1;
  domain.cells = cells;
  for (std::size_t axis = 0; axis < 3; ++axis)
    domain.upper[axis] = cells[axis];  // spacing 1
  return domain;
}

Grid cut(const Domain& domain) {
  return {domain, Decomposition(domain.cells, domain.periodic, ranks().size(), ranks().rank(), 1), 1};
}

/// x + 100 y + 10000 z of the cell in the domain, so that a value tells where it is from; ghosts are zero.
template <class Real>
NamedField numbered(const Grid& grid) {
  const HostField<Real, 3> host("test::host", grid.cells(2), grid.cells(1), grid.cells(0));
  for (int k = 0; k < grid.cells(2); ++k) {
    for (int j = 0; j < grid.cells(1); ++j) {
      for (int i = 0; i < grid.cells(0); ++i) {
        host(k, j, i) =
            static_cast<Real>(i + grid.offset(0) + 100 * (j + grid.offset(1)) + 10000 * (k + grid.offset(2)));
      }
    }
  }
  const auto field = grid.make_field<Real>("test::field");
  copy_interior_from_host<Real>(tarn::test::runtime().space(), grid, host, field);
  return {"field", "", field};
}

template <class Real>
Plane gather(const Domain& domain, const PlaneChoice& choice, int most) {
  const Grid grid = cut(domain);
  return gather_plane(tarn::test::runtime().space(), ranks(), grid, numbered<Real>(grid), choice, most);
}

TEST(ChoosePlane, FindsTheCellThatHoldsThePlace) {
  const Domain domain = box({4, 5, 6});

  const PlaneChoice x = choose_plane(domain, 0, 2.5), y = choose_plane(domain, 1, 0), z = choose_plane(domain, 2, 6);

  EXPECT_THAT((std::array{x.horizontal, x.vertical, x.normal, x.cell}), testing::ElementsAre(1, 2, 0, 2));
  EXPECT_THAT((std::array{y.horizontal, y.vertical, y.normal, y.cell}), testing::ElementsAre(0, 2, 1, 0));
  EXPECT_THAT((std::array{z.horizontal, z.vertical, z.normal, z.cell}), testing::ElementsAre(0, 1, 2, 5));
}

template <class Real>
class GatherPlane : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(GatherPlane, Reals);

TYPED_TEST(GatherPlane, HasEveryCellOfAPlaneNormalToEachAxis) {
  const Domain domain = box({7, 5, 6});
  constexpr std::array<int, 3> weight{1, 100, 10000};
  for (int normal = 0; normal < 3; ++normal) {
    const PlaneChoice choice = choose_plane(domain, normal, 3.5);

    const Plane plane = gather<TypeParam>(domain, choice, 1024);

    EXPECT_EQ(plane.nx, domain.cells[static_cast<std::size_t>(choice.horizontal)]);
    EXPECT_EQ(plane.ny, domain.cells[static_cast<std::size_t>(choice.vertical)]);
    if (!ranks().is_root()) continue;
    ASSERT_EQ(plane.values.size(), static_cast<std::size_t>(plane.nx * plane.ny));
    for (int n = 0; n < plane.nx * plane.ny; ++n) {
      const int expected = weight[static_cast<std::size_t>(normal)] * 3 +
                           weight[static_cast<std::size_t>(choice.horizontal)] * (n % plane.nx) +
                           weight[static_cast<std::size_t>(choice.vertical)] * (n / plane.nx);
      ASSERT_EQ(plane.values[static_cast<std::size_t>(n)], expected) << normal << ", pixel " << n;
    }
  }
}

TYPED_TEST(GatherPlane, HasAllCellsOfALineAndOfA2DGrid) {
  const Domain line = box({9, 1, 1}), sheet = box({6, 4, 1});

  const Plane of_line = gather<TypeParam>(line, choose_plane(line, 2, 0), 1024);
  const Plane of_sheet = gather<TypeParam>(sheet, choose_plane(sheet, 2, 0), 1024);

  EXPECT_THAT(of_line.columns, testing::ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8));
  if (!ranks().is_root()) return;
  EXPECT_THAT(of_line.values, testing::ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8));
  ASSERT_EQ(of_sheet.values.size(), 24u);
  EXPECT_EQ(of_sheet.values[5], 5);
  EXPECT_EQ(of_sheet.values[23], 305);
}

TEST(GatherPlaneOfDoubles, KeepsWhatIsBeyondFloat) {
  const Domain line = box({4, 1, 1});
  const Grid grid = cut(line);
  const std::array<double, 4> values{-1e308, 1e-300, 0.1, 1e308};
  const HostField<double, 3> host("test::host", 1, 1, static_cast<std::size_t>(grid.cells(0)));
  for (int i = 0; i < grid.cells(0); ++i)
    host(0, 0, i) = values[static_cast<std::size_t>(grid.offset(0) + i)];
  const auto field = grid.make_field<double>("test::field");
  copy_interior_from_host<double>(tarn::test::runtime().space(), grid, host, field);

  const Plane plane = gather_plane(tarn::test::runtime().space(), ranks(), grid, {"field", "", field}, {}, 1024);

  if (ranks().is_root()) {
    EXPECT_THAT(plane.values, testing::ElementsAreArray(values));
  }
}

// Ten cells on four pixels: their middles are at 1.25, 3.75, 6.25 and 8.75 cells.
TYPED_TEST(GatherPlane, ThinsEvenlyToTheMostPixels) {
  const Domain sheet = box({10, 3, 1});

  const Plane plane = gather<TypeParam>(sheet, choose_plane(sheet, 2, 0), 4);

  EXPECT_THAT(plane.columns, testing::ElementsAre(1, 3, 6, 8));
  if (!ranks().is_root()) return;
  EXPECT_THAT(plane.values, testing::ElementsAre(1, 3, 6, 8, 101, 103, 106, 108, 201, 203, 206, 208));
}

}  // namespace
}  // namespace tarn::apps
