// The range that all pictures of a series have.
#include "tarn/apps/driver/picture_range.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace tarn::apps {
namespace {

constexpr auto start = PictureRange::from_the_start;

void expect_range(const std::optional<PictureRange>& range, double lower, double upper, std::int64_t since) {
  ASSERT_TRUE(range);
  EXPECT_DOUBLE_EQ(range->lower, lower);
  EXPECT_DOUBLE_EQ(range->upper, upper);
  EXPECT_EQ(range->since, since);
}

TEST(PictureRange, IsThatOfTheFirstPicture) {
  const auto first = range_with({}, io::ValueRange{2, 5}, 0);

  expect_range(first, 2, 5, start);
  expect_range(range_with(first, io::ValueRange{3, 4}, 10), 2, 5, start);
  expect_range(range_with(first, io::ValueRange{2, 5}, 10), 2, 5, start);
  expect_range(range_with(first, {}, 10), 2, 5, start);
}

TEST(PictureRange, MovesAnEndThatIsLeftATenthBeyond) {
  const PictureRange kept{0, 8, start};

  expect_range(range_with(kept, io::ValueRange{1, 10}, 30), 0, 11, 30);
  expect_range(range_with(kept, io::ValueRange{-2, 5}, 30), -3, 8, 30);
  expect_range(range_with(kept, io::ValueRange{-1, 9}, 30), -2, 10, 30);
}

TEST(PictureRange, StaysWhereValuesLeaveItByLessThanAColor) {
  const PictureRange kept{20.000000000000025, 54.8, start};

  expect_range(range_with(kept, io::ValueRange{20, 54.9}, 30), kept.lower, kept.upper, start);
  expect_range(range_with(kept, io::ValueRange{19.8, 50}, 30), 19.8 - 0.1 * 35, kept.upper, 30);
}

TEST(PictureRange, WaitsForTwoDifferentValues) {
  EXPECT_FALSE(range_with({}, {}, 0));
  EXPECT_FALSE(range_with({}, io::ValueRange{3, 3}, 0));
  EXPECT_FALSE(range_with({}, io::ValueRange{3, 3 + 1e-15}, 0));
  expect_range(range_with({}, io::ValueRange{3, 4}, 20), 3, 4, 20);
}

TEST(PictureRange, ReachesToTheEndsOfDouble) {
  constexpr double largest = std::numeric_limits<double>::max();

  expect_range(range_with({}, io::ValueRange{-largest, largest}, 0), -largest, largest, start);
  expect_range(range_with(PictureRange{0, 1, start}, io::ValueRange{-largest, largest}, 5), -largest, largest, 5);
}

TEST(PictureRange, ComesBackFromACheckpoint) {
  std::vector<HistoryValue> tallies{{"fallbacks.cells", 3}};
  add_tallies("u.z.0", {0.1, 0.7, 40}, tallies);
  add_tallies("u.z.1", {-1, 1, start}, tallies);

  const auto pictures = take_picture_tallies(tallies);

  ASSERT_EQ(tallies.size(), 1U);
  EXPECT_EQ(tallies[0].name, "fallbacks.cells");
  expect_range(range_from("u.z.0", pictures), 0.1, 0.7, 40);
  expect_range(range_from("u.z.1", pictures), -1, 1, start);
  EXPECT_FALSE(range_from("u.z.2", pictures));
}

}  // namespace
}  // namespace tarn::apps
