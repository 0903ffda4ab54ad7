#include "tarn/core/grid/interior.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"

namespace tarn {
namespace {

template <class Real>
class InteriorTest : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(InteriorTest, Reals);

Grid small_grid() {
  Domain domain;
  domain.dimensions = 2;
  domain.cells = {5, 3, 1};
  return Grid(domain, Decomposition(domain.cells, domain.periodic, 1, 0), 2);
}

/// Every number of a field with ghosts, ghosts included, is its own place in memory.
template <class Real>
Field<Real, 3> numbered_field(const Grid& grid) {
  const auto u = grid.make_field<Real>("test::u");
  const auto host = Kokkos::create_mirror_view(u);
  for (std::size_t n = 0; n < host.size(); ++n)
    host.data()[n] = static_cast<Real>(n);
  Kokkos::deep_copy(u, host);
  return u;
}

TYPED_TEST(InteriorTest, ReachesTheHostWithoutGhosts) {
  const Grid grid = small_grid();
  const auto u = numbered_field<TypeParam>(grid);
  const HostField<TypeParam, 3> host("test::host", 1, 3, 5);

  copy_interior_to_host<TypeParam>(Space{}, grid, u, host);

  const int row = static_cast<int>(u.extent(2));
  for (int j = 0; j < 3; ++j) {
    for (int i = 0; i < 5; ++i)
      EXPECT_EQ(host(0, j, i), (j + 2) * row + i + 2);
  }
}

TYPED_TEST(InteriorTest, ComesFromTheHostAndLeavesGhostsAlone) {
  const Grid grid = small_grid();
  const auto u = numbered_field<TypeParam>(grid);
  const HostField<TypeParam, 3> host("test::host", 1, 3, 5);
  for (int n = 0; n < 15; ++n)
    host.data()[n] = static_cast<TypeParam>(-1 - n);

  copy_interior_from_host<TypeParam>(Space{}, grid, host, u);

  const auto got = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), u);
  EXPECT_EQ(got(0, 2, 2), -1);
  EXPECT_EQ(got(0, 3, 2), -6);
  EXPECT_EQ(got(0, 4, 6), -15);
  const auto row = static_cast<TypeParam>(u.extent(2));
  EXPECT_EQ(got(0, 1, 2), row + 2);
  EXPECT_EQ(got(0, 2, 1), 2 * row + 1);
  EXPECT_EQ(got(0, 6, 8), 6 * row + 8);
}

TEST(Interior, RefusesAHostArrayOfAnotherShapeWithBothShapes) {
  const Grid grid = small_grid();
  const auto u = grid.make_field<double>("test::u");
  const HostField<double, 3> host("test::host", 1, 7, 9);

  EXPECT_THAT([&] { copy_interior_to_host<double>(Space{}, grid, u, host); },
              testing::ThrowsMessage<ShapeMismatch>(
                  testing::HasSubstr("the host array is 1 x 7 x 9 (z, y, x), the grid needs 1 x 3 x 5")));
  EXPECT_THROW(copy_interior_from_host<double>(Space{}, grid, host, u), ShapeMismatch);
}

}  // namespace
}  // namespace tarn
