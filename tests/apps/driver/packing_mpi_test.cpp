#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/apps/driver/packing.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn::apps {
namespace {

constexpr int ghosts = 2;

Grid make_grid() {
  const auto& ranks = test::runtime().communicator();
  Domain domain;
  domain.dimensions = 3;
  domain.cells = {13, 11, 9};
  domain.lower = {0, 1, 2};
  domain.upper = {13, 12, 11};  // spacing 1
  return {domain, Decomposition(domain.cells, domain.periodic, ranks.size(), ranks.rank(), ghosts), ghosts};
}

double value_of(std::int64_t i, std::int64_t j, std::int64_t k) {
  return static_cast<double>(i + 100 * j + 10000 * k) + 0.25;
}

/// A field whose cells have the values of their places, and its ghosts -1.
NamedField make_field(const Grid& grid) {
  const auto field = grid.make_field<double>("test::u");
  const auto host = Kokkos::create_mirror_view(field);
  for (int k = 0; k < grid.extent(2); ++k) {
    for (int j = 0; j < grid.extent(1); ++j) {
      for (int i = 0; i < grid.extent(0); ++i) {
        const int x = i - ghosts, y = j - ghosts, z = k - ghosts;
        const bool inside = x >= 0 && x < grid.cells(0) && y >= 0 && y < grid.cells(1) && z >= 0 && z < grid.cells(2);
        host(k, j, i) = inside ? value_of(grid.offset(0) + x, grid.offset(1) + y, grid.offset(2) + z) : -1;
      }
    }
  }
  Kokkos::deep_copy(field, host);
  return {"u", "K", field};
}

std::uint64_t bytes_to_host() {
  return test::runtime().transfers().of(PackedFields::label, Direction::to_host).bytes;
}

TEST(PackedFields, CountInTheLedgerWhereTheyAreCopied) {
  const Grid grid = make_grid();
  PackedFields packed;
  const auto before = bytes_to_host();

  packed.pack(test::runtime().space(), grid, [&](const std::string&) { return make_field(grid); },
              {{"u"}, select_all(grid.domain()), 8});
  packed.wait();

  EXPECT_EQ(bytes_to_host() - before, detail::space_is_gpu ? static_cast<std::uint64_t>(packed.bytes()) : 0);
}

template <class Real>
void expect_selected(const Selection& selection, bool single) {
  const Grid grid = make_grid();
  PackedFields packed;

  packed.pack(test::runtime().space(), grid, [&](const std::string&) { return make_field(grid); },
              {{"u"}, selection, single ? 4 : 8});
  packed.wait();

  const io::GridBlock& block = packed.block();
  ASSERT_EQ(packed.data().size(), 1u);
  const Real* values = std::get<const Real*>(packed.data()[0].values);
  std::int64_t n = 0;
  for (std::int64_t k = 0; k < block.count[2]; ++k) {
    for (std::int64_t j = 0; j < block.count[1]; ++j) {
      for (std::int64_t i = 0; i < block.count[0]; ++i, ++n) {
        const auto cell = [&](std::size_t axis, std::int64_t m) {
          return selection.first[axis] + (block.offset[axis] + m) * selection.stride[axis];
        };
        EXPECT_EQ(values[n], static_cast<Real>(value_of(cell(0, i), cell(1, j), cell(2, k))));
      }
    }
  }
  // Every selected cell is packed by one rank.
  EXPECT_EQ(test::runtime().communicator().sum(n), selection.size());
}

TEST(Packing, TakesTheWholeDomain) {
  expect_selected<double>(select_all(make_grid().domain()), false);
}

TEST(Packing, TakesBoxesPlanesAndStridesOnAnyRanks) {
  expect_selected<double>({{3, 0, 4}, {7, 11, 1}, {1, 1, 1}}, false);
  expect_selected<double>({{0, 0, 0}, {5, 4, 3}, {3, 3, 4}}, false);
  expect_selected<double>({{12, 10, 8}, {1, 1, 1}, {1, 1, 1}}, false);
  expect_selected<double>({{1, 2, 0}, {6, 2, 9}, {2, 7, 1}}, false);
}

TEST(Packing, TurnsIntoSinglePrecision) {
  expect_selected<float>({{0, 1, 2}, {13, 5, 7}, {1, 2, 1}}, true);
}

TEST(Packing, TellsTheCentresOfTheCellsThatItTook) {
  const Grid grid = make_grid();

  const io::GridBlock all = block_of(grid);
  const io::GridBlock part = block_of(grid, {{3, 0, 4}, {3, 11, 1}, {4, 1, 1}});

  EXPECT_EQ(all.lower, (std::array<double, 3>{0, 1, 2}));
  // Cells 3, 7 and 11 have their centres at 3.5, 7.5 and 11.5.
  EXPECT_EQ(part.spacing[0], 4);
  EXPECT_EQ(part.lower[0] + 0.5 * part.spacing[0], 3.5);
  EXPECT_EQ(part.cells[0], 3);
  EXPECT_EQ(part.lower[2] + 0.5 * part.spacing[2], 6.5);
}

}  // namespace
}  // namespace tarn::apps
