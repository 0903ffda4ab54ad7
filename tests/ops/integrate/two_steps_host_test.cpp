#include "tarn/ops/integrate/two_steps_host.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace tarn::ops::detail {
namespace {

/// Expects that each cell of a box is in one tile, and that its planes fit into the cache.
template <int Dim>
void expect_tiles_of(const CellRange& box, int threads) {
  const RingTiles<double, 2, Dim> tiles(box, threads);
  std::vector<int> covered(static_cast<std::size_t>(box.size()));

  for (int n = 0; n < tiles.tiles(); ++n) {
    const CellRange tile = tiles[n];
    ASSERT_FALSE(tile.empty()) << n;
    for (int axis = 0; axis < 3; ++axis)
      ASSERT_LE(tile.extent(axis), tiles.length[axis]);
    for (int k = tile.begin[2]; k < tile.end[2]; ++k) {
      for (int j = tile.begin[1]; j < tile.end[1]; ++j) {
        for (int i = tile.begin[0]; i < tile.end[0]; ++i) {
          const auto row = std::int64_t{k - box.begin[2]} * box.extent(1) + j - box.begin[1];
          ++covered.at(static_cast<std::size_t>(row * box.extent(0) + i - box.begin[0]));
        }
      }
    }
  }

  EXPECT_EQ(std::count(covered.begin(), covered.end(), 1), box.size());
  const std::int64_t bytes = tiles.size() * static_cast<std::int64_t>(sizeof(double));
  EXPECT_LE(bytes, (RingTiles<double, 2, Dim>::most_bytes));
}

TEST(RingTiles, CoverABoxOnceForAnyNumberOfThreads) {
  for (const int threads : {1, 2, 7, 64}) {
    for (const int cells : {1, 15, 4000, 70000})
      expect_tiles_of<1>({{1, 0, 0}, {1 + cells, 1, 1}}, threads);
    expect_tiles_of<2>({{3, 1, 0}, {40, 500, 1}}, threads);
    expect_tiles_of<2>({{1, 1, 0}, {20001, 4, 1}}, threads);
    expect_tiles_of<3>({{1, 2, 3}, {12, 210, 24}}, threads);
    expect_tiles_of<3>({{1, 1, 1}, {1300, 21, 4}}, threads);
  }
}

TEST(RingTiles, GiveEachThreadWorkWhereThereIsEnough) {
  EXPECT_EQ((RingTiles<double, 1, 2>({{1, 1, 0}, {101, 801, 1}}, 8).tiles()), 8);
  EXPECT_GE((RingTiles<double, 1, 3>({{1, 1, 1}, {65, 65, 257}}, 8).tiles()), 8);
  EXPECT_EQ((RingTiles<double, 1, 3>({{1, 1, 1}, {65, 65, 257}}, 1).tiles()), 1);
}

}  // namespace
}  // namespace tarn::ops::detail
