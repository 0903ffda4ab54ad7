#include "tarn/core/grid/set_cells.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/core/grid/ghost_cells.hpp"
#include "tarn/core/grid/stencil_cell.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn {
namespace {

template <class Real>
class SetCells : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(SetCells, Reals);

/// A number that no other cell of a test's fields has, and that sums of a few are exact of.
template <class Real>
Real number(int field, int k, int j, int i) {
  return static_cast<Real>(field * 100000 + k * 10000 + j * 100 + i);
}

template <class Real>
Fields<Real> numbered(const Grid& grid, int fields) {
  const auto u = grid.make_fields<Real>("test::u", fields);
  const auto host = Kokkos::create_mirror_view(u);
  for (int field = 0; field < fields; ++field) {
    for (int k = 0; k < grid.extent(2); ++k) {
      for (int j = 0; j < grid.extent(1); ++j) {
        for (int i = 0; i < grid.extent(0); ++i)
          host(field, k, j, i) = number<Real>(field, k, j, i);
      }
    }
  }
  Kokkos::deep_copy(u, host);
  return u;
}

Patch patch_of(const std::array<int, 3>& cells, int ghosts) {
  Domain domain;
  domain.dimensions = cells[2] > 1 ? 3 : cells[1] > 1 ? 2 : 1;
  domain.cells = cells;
  return Patch(Space{}, test::runtime().communicator(), domain, ghosts, Transport(Transport::Kind::device_mpi));
}

/// Field 0 takes field 1 three cells to one side of itself minus so far to the other; field 1 takes field 0 itself.
template <class Real, int Dim>
struct FarNeighbors {
  static constexpr int dimensions = Dim;
  Fields<const Real> u;

  template <class I>
  KOKKOS_FUNCTION auto operator()(Index k, Index j, I i) const {
    const StencilCell<Real, 3, I> cell{u, k, j, i};
    auto far = cell.template along<0, 3>(1) - cell.template along<0, -3>(1);
    far += cell.template along<0, 2>(1) - cell.template along<0, -1>(1);
    if constexpr (Dim > 1) far += cell.template along<1, 3>(1) - cell.template along<1, -2>(1);
    if constexpr (Dim > 2) far += cell.template along<2, -3>(1) - cell.template along<2, 3>(1);
    return Kokkos::Array<decltype(far), 2>{far, cell[0]};
  }
};

template <class Real, int Dim>
struct RowByRow : FarNeighbors<Real, Dim> {
  static constexpr int rows_at_once = 1;
};

template <class Real, int Dim, class Body = FarNeighbors<Real, Dim>>
void expect_far_neighbors(const std::array<int, 3>& cells) {
  const Patch patch = patch_of(cells, 3);
  const auto u = numbered<Real>(patch.grid(), 2), out = patch.grid().template make_fields<Real>("test::out", 2);
  const CellRange range = patch.grid().interior();

  set_cells("test::far", Space{}, range, out, Body{u});

  Kokkos::fence();
  const auto got = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), out);
  const Real steps = Real(6 + 3) + (Dim > 1 ? Real(500) : 0) - (Dim > 2 ? Real(60000) : 0);
  for (int k = 0; k < patch.grid().extent(2); ++k) {
    for (int j = 0; j < patch.grid().extent(1); ++j) {
      for (int i = 0; i < patch.grid().extent(0); ++i) {
        const bool inside = k >= range.begin[2] && k < range.end[2] && j >= range.begin[1] && j < range.end[1] &&
                            i >= range.begin[0] && i < range.end[0];
        ASSERT_EQ(got(0, k, j, i), inside ? steps : Real(0)) << k << " " << j << " " << i;
        ASSERT_EQ(got(1, k, j, i), inside ? number<Real>(0, k, j, i) : Real(0)) << k << " " << j << " " << i;
      }
    }
  }
}

TYPED_TEST(SetCells, ReadNeighborsAsFarAsTheStencilReaches) {
  expect_far_neighbors<TypeParam, 1>({29, 1, 1});
  for (const int cells : {8, 13, 32, 67})
    expect_far_neighbors<TypeParam, 2>({cells, 11, 1});
  for (const int cells : {5, 16, 33})
    expect_far_neighbors<TypeParam, 3>({cells, 6, 7});
}

TYPED_TEST(SetCells, TakeLongRowsOfSeveralFields) {
  expect_far_neighbors<TypeParam, 2>({9000, 7, 1});
  expect_far_neighbors<TypeParam, 2, RowByRow<TypeParam, 2>>({9000, 7, 1});
}

/// Lanes at a shift are the single cells there.
template <class Real, int Width>
void expect_shifted_lanes() {
  const HostField<Real, 3> u("test::u", 1, 3, 8 * Width);
  for (std::size_t n = 0; n < u.size(); ++n)
    u.data()[n] = static_cast<Real>(n);
  for (int shift = -2 * Width; shift <= 2 * Width; ++shift) {
    const LaneIndex<Width> i = LaneIndex<Width>{4 * Width} + shift;
    const auto lanes = at(u, 0, 1, i);
    for (int n = 0; n < Width; ++n)
      EXPECT_EQ(lanes.value[n], u(0, 1, 4 * Width + shift + n)) << Width << " lanes, shift " << shift;
  }
}

TYPED_TEST(SetCells, FindLanesAtAnyShift) {
  expect_shifted_lanes<TypeParam, 2>();
  expect_shifted_lanes<TypeParam, 4>();
}

TYPED_TEST(SetCells, RefuseMoreFieldsThanValues) {
  const Patch patch = patch_of({8, 8, 1}, 3);
  const auto u = numbered<TypeParam>(patch.grid(), 2), out = patch.grid().template make_fields<TypeParam>("test", 3);

  EXPECT_THAT([&] { set_cells("test::far", Space{}, patch.grid().interior(), out, FarNeighbors<TypeParam, 2>{u}); },
              testing::ThrowsMessage<ShapeMismatch>(testing::HasSubstr("3 fields, but 2 values")));
}

TYPED_TEST(SetCells, RefuseABoxOfMoreAxesThanTheBody) {
  const Patch patch = patch_of({8, 8, 8}, 3);
  const auto u = numbered<TypeParam>(patch.grid(), 2), out = patch.grid().template make_fields<TypeParam>("test", 2);

  EXPECT_THAT([&] { set_cells("test::far", Space{}, patch.grid().interior(), out, FarNeighbors<TypeParam, 2>{u}); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("more axes than the body's dimensions")));
}

}  // namespace
}  // namespace tarn
