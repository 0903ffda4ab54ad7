#include "tarn/core/grid/column_tiles.hpp"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace tarn::detail {
namespace {

constexpr std::int64_t most_threads = std::numeric_limits<int>::max();

template <int Axis, int Width>
std::vector<CellRange> parts_of(const CellRange& range, std::int64_t most) {
  std::vector<CellRange> parts;
  for_each_part<Axis, Width>(range, most, [&](const CellRange& part) { parts.push_back(part); });
  return parts;
}

/// How often each cell of a box is in one of the parts, and whether a part leaves the box.
std::vector<int> times_covered(const CellRange& box, const std::vector<CellRange>& parts) {
  std::vector<int> times(static_cast<std::size_t>(box.size()), 0);
  for (const auto& part : parts) {
    for (int k = part.begin[2]; k < part.end[2]; ++k)
      for (int j = part.begin[1]; j < part.end[1]; ++j)
        for (int i = part.begin[0]; i < part.end[0]; ++i)
          ++times.at(static_cast<std::size_t>(((k - box.begin[2]) * box.extent(1) + j - box.begin[1]) * box.extent(0) +
                                              i - box.begin[0]));
  }
  return times;
}

template <int Axis, int Width>
void expect_parts_of_counted_threads(const CellRange& box, std::int64_t most) {
  const auto parts = parts_of<Axis, Width>(box, most);

  std::int64_t cells = 0;
  for (const auto& part : parts) {
    EXPECT_FALSE(part.empty());
    EXPECT_LE((ColumnTiles<Axis, Width>{part}.threads()), most);
    EXPECT_TRUE(part.begin[0] == box.begin[0] || part.begin[0] % Width == 0);
    cells += part.size();
  }
  EXPECT_EQ(cells, box.size());
  EXPECT_GT(parts.size(), 1u);
}

TEST(ColumnTiles, LeaveABoxOfFewThreadsWhole) {
  EXPECT_EQ((parts_of<2, 2>({{1, 1, 1}, {65, 65, 65}}, most_threads).size()), 1u);
}

TEST(ColumnTiles, CutBoxesOfFewPlanesAcrossTheOtherAxes) {
  for (int planes = 1; planes <= 7; ++planes) {
    expect_parts_of_counted_threads<2, 1>({{1, 1, 1}, {100001, 100001, 1 + planes}}, most_threads);
    expect_parts_of_counted_threads<2, 4>({{1, 1, 1}, {2000000001, 40, 1 + planes}}, most_threads);
    expect_parts_of_counted_threads<2, 2>({{1, 1, 1}, {40, 2000000001, 1 + planes}}, most_threads);
    expect_parts_of_counted_threads<1, 1>({{1, 1, 0}, {2000000001, 7 + planes, 1}}, most_threads);
  }
}

TEST(ColumnTiles, CutLongBoxesAcrossTheirAxis) {
  expect_parts_of_counted_threads<2, 1>({{0, 0, 0}, {64, 64, 2000000000}}, most_threads);
  expect_parts_of_counted_threads<1, 2>({{0, 0, 0}, {1024, 2000000000, 1}}, most_threads);
}

TEST(ColumnTiles, GiveEachCellToOnePart) {
  for (const CellRange& box : {CellRange{{1, 1, 1}, {100, 38, 5}}, CellRange{{3, 2, 1}, {40, 90, 2}},
                               CellRange{{1, 5, 2}, {20, 9, 61}}, CellRange{{7, 0, 0}, {300, 3, 4}}}) {
    for (const std::int64_t most : {128, 300, 1024}) {
      const auto along_z = parts_of<2, 2>(box, most), lanes = parts_of<2, 4>(box, most);
      for (const auto& parts : {along_z, lanes})
        EXPECT_EQ(times_covered(box, parts), std::vector<int>(static_cast<std::size_t>(box.size()), 1));
    }
  }
}

}  // namespace
}  // namespace tarn::detail
