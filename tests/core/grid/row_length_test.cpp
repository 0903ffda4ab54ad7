#include <gtest/gtest.h>

#include "tarn/core/grid/grid.hpp"

namespace tarn {
namespace {

Grid grid_of(int nx) {
  Domain domain;
  domain.dimensions = 2;
  domain.cells = {nx, 8, 1};
  return {domain, Decomposition(domain.cells, domain.periodic, 1, 0), 1};
}

TEST(RowLength, IsTheExtentWhereRowsAreShort) {
  EXPECT_EQ(grid_of(62).row_length(sizeof(double)), 64);
}

TEST(RowLength, IsAWholeNumberOfMemoryLinesOnAGpu) {
  if (!detail::space_is_gpu) GTEST_SKIP() << "about GPUs";
  EXPECT_EQ(grid_of(62).row_length(sizeof(double)), 64);
  EXPECT_EQ(grid_of(63).row_length(sizeof(double)), 80);
  EXPECT_EQ(grid_of(63).row_length(sizeof(float)), 96);
}

TEST(RowLength, KeepsFourRowsAwayFromMultiplesOfAPage) {
  for (const int nx : {100, 126, 254, 256, 510, 1022, 1024, 4094, 4096, 8192}) {
    const Grid grid = grid_of(nx);
    for (const std::size_t bytes : {sizeof(float), sizeof(double)}) {
      const auto row = static_cast<std::size_t>(grid.row_length(bytes)) * bytes;

      EXPECT_GE(grid.row_length(bytes), grid.extent(0));
      if (detail::space_is_gpu) continue;
      EXPECT_LE(row, static_cast<std::size_t>(grid.extent(0)) * bytes + 512) << nx;
      for (std::size_t n = 1; n <= 4; ++n) {
        const std::size_t over = n * row % 4096;
        EXPECT_TRUE(n * row + 128 <= 4096 || (over >= 128 && over <= 4096 - 128)) << nx << " cells, " << n << " rows";
      }
    }
  }
}

TEST(RowLength, GivesFieldsWhoseShapeIsTakenAsTheGridsOwn) {
  const Grid grid = grid_of(511);
  const auto field = grid.make_field<double>("test::field");

  EXPECT_GT(field.extent(2), static_cast<std::size_t>(grid.extent(0)));
  EXPECT_NO_THROW(grid.require_extents("test", field.extent(0), field.extent(1), field.extent(2)));
  EXPECT_ANY_THROW(grid.require_extents("test", field.extent(0), field.extent(1), 512));
}

}  // namespace
}  // namespace tarn
