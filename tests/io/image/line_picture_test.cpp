#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/io/image/axes.hpp"
#include "tarn/io/image/canvas.hpp"
#include "tarn/io/image/picture.hpp"
#include "tarn/io/image/thin.hpp"

namespace tarn::io {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr Color blue{0, 114, 178}, vermilion{213, 94, 0};  // the first two lines

LinePicture lines(std::vector<Line> given) {
  LinePicture picture;
  picture.lines = std::move(given);
  picture.text = {"title", "", "x", "y", ""};
  return picture;
}

/// Pixels of a colour, and the box around them.
struct Found {
  int count = 0;
  int left = 1 << 20, right = -1, top = 1 << 20, bottom = -1;
};

Found find(const Pixels& pixels, const Color& color) {
  Found found;
  for (int y = 0; y < pixels.height; ++y) {
    for (int x = 0; x < pixels.width; ++x) {
      if (!(pixels.at(x, y) == color)) continue;
      ++found.count;
      found.left = std::min(found.left, x);
      found.right = std::max(found.right, x);
      found.top = std::min(found.top, y);
      found.bottom = std::max(found.bottom, y);
    }
  }
  return found;
}

class LinePictureTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!images_available()) GTEST_SKIP() << "built without Cairo";
  }
};

TEST_F(LinePictureTest, DrawsALineFromEndToEndWithYUp) {
  const auto pixels = read_png(draw(lines({{"a", {0, 1, 2, 3}, {0, 0, 1, 1}}})));

  const auto found = find(pixels, blue);
  EXPECT_GT(found.right - found.left, 700);
  EXPECT_EQ(pixels.at(found.left + 20, found.bottom), blue);  // low on the left
  EXPECT_EQ(pixels.at(found.right - 20, found.top), blue);    // high on the right
}

TEST_F(LinePictureTest, HasALegendForMoreThanOneLine) {
  const Line low{"low", {0, 1}, {0, 0}}, high{"high", {0, 1}, {1, 1}};

  const auto one = read_png(draw(lines({low})));
  const auto two = read_png(draw(lines({low, high})));

  EXPECT_GT(two.height, one.height);
  EXPECT_GT(find(two, vermilion).count, 700);
  const auto in_legend = find(two, blue).top, drawn = find(two, vermilion).bottom;
  EXPECT_LT(in_legend, drawn);  // the low line's colour stands above the high line
}

TEST_F(LinePictureTest, LeavesAGapWhereThereIsNoNumber) {
  const std::vector<double> x{0, 1, 2, 3, 4, 5};
  const auto whole = find(read_png(draw(lines({{"a", x, {1, 1, 1, 1, 1, 1}}}))), blue).count;
  const auto gap = find(read_png(draw(lines({{"a", x, {1, 1, not_a_number, not_a_number, 1, 1}}}))), blue);

  EXPECT_NEAR(gap.count, 0.4 * whole, 0.02 * whole);  // two of five pieces
}

TEST_F(LinePictureTest, DrawsAPointBetweenGapsAsADot) {
  const auto pixels = read_png(draw(lines({{"a", {0, 1, 2}, {not_a_number, 5, not_a_number}}})));

  EXPECT_GT(find(pixels, blue).count, 5);
}

TEST_F(LinePictureTest, StraightensAnExponentialOnALogarithmicAxis) {
  auto picture = lines({{"a", {0, 1, 2, 3, 4}, {1e-4, 1e-3, 1e-2, 1e-1, 1}}});
  picture.logarithmic_y = true;

  const auto pixels = read_png(draw(picture));

  const auto found = find(pixels, blue);
  const int middle_x = (found.left + found.right) / 2, middle_y = (found.top + found.bottom) / 2;
  bool passes = false;
  for (int y = middle_y - 3; y <= middle_y + 3; ++y)
    passes = passes || pixels.at(middle_x, y) == blue;
  EXPECT_TRUE(passes);
}

TEST_F(LinePictureTest, TakesValuesThatALogarithmicAxisCannotShowAsGaps) {
  auto picture = lines({{"a", {0, 1, 2, 3}, {-1, 0, 1, 1}}});
  picture.logarithmic_y = true;

  const auto found = find(read_png(draw(picture)), blue);

  EXPECT_GT(found.right - found.left, 700);  // from 2 to 3, which are all of the x axis
}

TEST_F(LinePictureTest, SpansHundredsOfPowersOfTen) {
  auto picture = lines({{"a", {0, 1, 2, 3}, {1e-240, 1, 1e240, 1e-320}}});
  picture.logarithmic_y = true;

  const auto found = find(read_png(draw(picture)), blue);

  EXPECT_GT(found.right - found.left, 700);
  EXPECT_GT(found.bottom - found.top, 300);
}

TEST_F(LinePictureTest, CutsWhatIsBeyondAGivenRange) {
  auto picture = lines({{"a", {0, 1, 2}, {0, 1e200, 0}}});
  picture.minimum = 0;
  picture.maximum = 1;

  const auto pixels = read_png(draw(picture));

  const auto found = find(pixels, blue);
  EXPECT_GT(found.count, 100);
  EXPECT_GT(found.top, 40);  // below the title
}

TEST_F(LinePictureTest, DrawsConstantEmptyAndExtremeData) {
  EXPECT_GT(find(read_png(draw(lines({{"a", {0, 1}, {5, 5}}}))), blue).count, 700);
  EXPECT_GT(find(read_png(draw(lines({{"a", {0, 1}, {1e30, 1e-30}}}))), blue).count, 100);
  EXPECT_EQ(find(read_png(draw(lines({{"a", {}, {}}}))), blue).count, 0);
  EXPECT_EQ(find(read_png(draw(lines({{"a", {0}, {INFINITY}}}))), blue).count, 0);
}

TEST_F(LinePictureTest, RefusesWhatCannotBeDrawn) {
  auto turned = lines({{"a", {0, 1}, {0, 1}}});
  turned.minimum = 2;
  turned.maximum = 1;
  auto below_zero = lines({{"a", {0, 1}, {1, 2}}});
  below_zero.logarithmic_y = true;
  below_zero.minimum = -1;

  EXPECT_THROW(draw(lines({})), UsageError);
  EXPECT_THROW(draw(lines({{"a", {0, 1}, {0}}})), ShapeMismatch);
  EXPECT_THROW(draw(turned), UsageError);
  EXPECT_THROW(draw(below_zero), UsageError);
}

TEST_F(LinePictureTest, HasTheSameBytesEveryTime) {
  const auto picture = lines({{"a", {0, 1}, {0, 1}}, {"b", {0, 1}, {1, 0}}});

  EXPECT_TRUE(draw(picture) == draw(picture));
}

TEST(Thinned, KeepsFirstLowestHighestAndLastOfAColumn) {
  const std::vector<Point> points{{0.1, 5}, {0.2, 9}, {0.3, 6}, {0.4, 1}, {0.5, 4}, {1.5, 7}};

  const auto kept = thinned(points);

  std::vector<double> heights;
  for (const auto& point : kept)
    heights.push_back(point.y);
  EXPECT_THAT(heights, testing::ElementsAre(5, 9, 1, 4, 7));
}

TEST(Axis, PlacesValuesByTheirRatiosIfLogarithmic) {
  const Axis linear{{-1, 3}}, logarithmic{{0.01, 100}, true};

  EXPECT_EQ(linear.share(0), 0.25);
  EXPECT_NEAR(logarithmic.share(1), 0.5, 1e-15);
  EXPECT_NEAR(logarithmic.share(10), 0.75, 1e-15);
}

TEST(ChooseRange, GivesConstantDataRoomOnBothSides) {
  const auto linear = choose_range(Range{-300, -300}, {}, {});
  const auto logarithmic = choose_range(Range{6, 6}, {}, {}, true);

  EXPECT_EQ(linear.lower, -330);
  EXPECT_EQ(linear.upper, -270);
  EXPECT_EQ(logarithmic.lower, 2);
  EXPECT_EQ(logarithmic.upper, 18);
}

TEST(ChooseRange, KeepsAGivenEndThatAllDataAreBeyond) {
  const auto range = choose_range(Range{1, 2}, 5, {});

  EXPECT_EQ(range.lower, 5);
  EXPECT_GT(range.upper, 5);
}

TEST(Printable, ReplacesWhatIsNoTextInOneLine) {
  EXPECT_EQ(printable("kg/m³ θ 𝜌"), "kg/m³ θ 𝜌");
  EXPECT_EQ(printable("a\nb\tc"), "a b c");
  EXPECT_EQ(printable("a\xff"), "a?");
  EXPECT_EQ(printable("\xc3"), "?");                 // cut off
  EXPECT_EQ(printable("\xc0\xaf"), "??");            // overlong
  EXPECT_EQ(printable("\xed\xa0\x80"), "???");       // a surrogate
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "????");  // beyond U+10FFFF
}

TEST(ReadPng, RefusesOtherBytes) {
  if (!images_available()) GTEST_SKIP() << "built without Cairo";

  EXPECT_THROW(read_png(""), DataError);
  EXPECT_THROW(read_png("no picture"), DataError);
}

}  // namespace
}  // namespace tarn::io
