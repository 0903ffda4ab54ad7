#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/io/image/canvas.hpp"
#include "tarn/io/image/picture.hpp"

namespace tarn::io {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

PlanePicture plane(int nx, int ny, std::vector<double> values) {
  PlanePicture picture;
  picture.nx = nx;
  picture.ny = ny;
  picture.values = std::move(values);
  picture.text = {"title", "t = 1", "x [m]", "y [m]", "u"};
  return picture;
}

bool is_grey(const Color& c) {
  return c.r == c.g && c.g == c.b;
}

/// The frame's colour, which surrounds the plot and then, to the right, the colour bar.
constexpr Color frame_color{70, 70, 70};

/// The plot's inside: the largest box that is framed, found from the frame's upper left corner.
struct Place {
  int x = 0, y = 0, width = 0, height = 0;
};

int frame_run(const Pixels& p, int x, int y, int dx, int dy) {
  int length = 0;
  while (x < p.width && y < p.height && p.at(x, y) == frame_color) {
    x += dx;
    y += dy;
    ++length;
  }
  return length;
}

/// First framed box right of a column.
Place find_box(const Pixels& p, int from_x) {
  for (int x = from_x; x < p.width; ++x) {
    for (int y = 0; y < p.height; ++y) {
      const int across = frame_run(p, x, y, 1, 0), down = frame_run(p, x, y, 0, 1);
      if (across >= 20 && down >= 100) return {x + 1, y + 1, across - 2, down - 2};
    }
  }
  ADD_FAILURE() << "no box right of " << from_x;
  return {};
}

class PlanePictureTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!images_available()) GTEST_SKIP() << "built without Cairo";
  }
};

TEST_F(PlanePictureTest, PutsFourCellsInTheirQuartersWithYUp) {
  const auto pixels = read_png(draw(plane(2, 2, {0, 1, 2, 3})));

  const auto plot = find_box(pixels, 0);
  const int left = plot.x + plot.width / 4, right = plot.x + 3 * plot.width / 4;
  const int upper = plot.y + plot.height / 4, lower = plot.y + 3 * plot.height / 4;
  EXPECT_EQ(pixels.at(left, lower), color_at("thermal", 0));
  EXPECT_EQ(pixels.at(right, lower), color_at("thermal", 1.0 / 3));
  EXPECT_EQ(pixels.at(left, upper), color_at("thermal", 2.0 / 3));
  EXPECT_EQ(pixels.at(right, upper), color_at("thermal", 1));
  EXPECT_EQ(pixels.at(plot.x + plot.width / 2 - 1, lower), color_at("thermal", 0));  // crisp up to the edge
  EXPECT_EQ(pixels.at(plot.x + plot.width / 2, lower), color_at("thermal", 1.0 / 3));
}

TEST_F(PlanePictureTest, HasAColorBarFromTheLowestToTheHighest) {
  auto picture = plane(2, 1, {0, 1});
  picture.color_map = "ocean";

  const auto pixels = read_png(draw(picture));

  const auto plot = find_box(pixels, 0);
  const auto bar = find_box(pixels, plot.x + plot.width + 2);
  EXPECT_EQ(bar.y, plot.y);
  EXPECT_EQ(bar.height, plot.height);
  EXPECT_EQ(pixels.at(bar.x + 3, bar.y), color_at("ocean", 1));
  EXPECT_EQ(pixels.at(bar.x + 3, bar.y + bar.height - 1), color_at("ocean", 0));
}

TEST_F(PlanePictureTest, KeepsTheExtentsRatioWithinLimits) {
  auto picture = plane(20, 10, std::vector<double>(200, 1));
  picture.x_upper = 2;
  const auto twice = find_box(read_png(draw(picture)), 0);
  picture.x_upper = 1e6;
  const auto thin = find_box(read_png(draw(picture)), 0);
  picture.x_upper = 1e-6;
  const auto tall = find_box(read_png(draw(picture)), 0);

  EXPECT_EQ(twice.width, 2 * twice.height);
  EXPECT_GE(thin.height, 120);
  EXPECT_GE(tall.width, 120);
  EXPECT_LE(tall.height, 700);
}

TEST_F(PlanePictureTest, IsAboutAThousandPixelsWideWhateverItsLabels) {
  auto picture = plane(20, 10, std::vector<double>(200, 1));
  picture.x_upper = 2;
  const int plain = read_png(draw(picture)).width;
  picture.x_upper = 2e-7;
  picture.y_upper = 1e-7;
  picture.values[0] = 1.00001f;
  const int long_labels = read_png(draw(picture)).width;

  EXPECT_GT(plain, 860);
  EXPECT_LE(plain, 1000);
  EXPECT_GT(long_labels, 860);
  EXPECT_LE(long_labels, 1040);
}

TEST_F(PlanePictureTest, DrawsWhatIsNotFiniteInGreyAndColorsTheRestByItself) {
  const auto pixels = read_png(draw(plane(4, 1, {not_a_number, infinity, 5, 7})));

  const auto plot = find_box(pixels, 0);
  const int y = plot.y + plot.height / 2;
  EXPECT_TRUE(is_grey(pixels.at(plot.x + plot.width / 8, y)));
  EXPECT_TRUE(is_grey(pixels.at(plot.x + 3 * plot.width / 8, y)));
  EXPECT_EQ(pixels.at(plot.x + 5 * plot.width / 8, y), color_at("thermal", 0));
  EXPECT_EQ(pixels.at(plot.x + 7 * plot.width / 8, y), color_at("thermal", 1));
}

TEST_F(PlanePictureTest, DrawsFieldsWithoutARange) {
  const auto constant = read_png(draw(plane(1, 1, {300})));
  const auto zero = read_png(draw(plane(1, 1, {0})));
  const auto nothing = read_png(draw(plane(1, 1, {not_a_number})));

  const auto middle = [](const Pixels& p) {
    const auto plot = find_box(p, 0);
    return p.at(plot.x + plot.width / 2, plot.y + plot.height / 2);
  };
  EXPECT_EQ(middle(constant), color_at("thermal", 0.5));
  EXPECT_EQ(middle(zero), color_at("thermal", 0.5));
  EXPECT_TRUE(is_grey(middle(nothing)));
}

TEST_F(PlanePictureTest, DrawsTheSmallestAndTheLargestNumbers) {
  for (const double size : {1e-280, 1e-46, 1e-30, 1e30, 1e39, 1e300, 1e308, std::numeric_limits<double>::max()}) {
    const auto pixels = read_png(draw(plane(2, 1, {-size, size})));

    const auto plot = find_box(pixels, 0);
    EXPECT_EQ(pixels.at(plot.x, plot.y + 5), color_at("thermal", 0)) << size;
    EXPECT_EQ(pixels.at(plot.x + plot.width - 1, plot.y + 5), color_at("thermal", 1)) << size;
  }
}

TEST_F(PlanePictureTest, ShowsTheMeanOfCellsWhoseSumOverflows) {
  const auto pixels = read_png(draw(plane(4000, 1, std::vector<double>(4000, 1e308))));

  const auto plot = find_box(pixels, 0);
  EXPECT_EQ(pixels.at(plot.x + plot.width / 2, plot.y + 5), color_at("thermal", 0.5));
}

TEST_F(PlanePictureTest, HoldsAGivenRange) {
  auto picture = plane(2, 1, {0, 1});
  picture.minimum = 0;
  picture.maximum = 2;

  const auto pixels = read_png(draw(picture));

  const auto plot = find_box(pixels, 0);
  EXPECT_EQ(pixels.at(plot.x + plot.width - 1, plot.y + 5), color_at("thermal", 0.5));
}

TEST_F(PlanePictureTest, PutsZeroInTheMiddleOfBalance) {
  auto picture = plane(2, 1, {-1, 3});
  picture.color_map = "balance";

  const auto pixels = read_png(draw(picture));

  const auto plot = find_box(pixels, 0);
  EXPECT_EQ(pixels.at(plot.x, plot.y + 5), color_at("balance", 1.0 / 3));  // -1 of -3 to 3
}

TEST_F(PlanePictureTest, ShowsTheMeanWhereCellsAreManyAndHidesNoHole) {
  std::vector<double> stripes(4000 * 2);
  for (std::size_t k = 0; k < stripes.size(); ++k)
    stripes[k] = k % 2;
  auto picture = plane(4000, 2, stripes);
  picture.values[2000] = not_a_number;

  const auto pixels = read_png(draw(picture));

  const auto plot = find_box(pixels, 0);
  const Color mean = pixels.at(plot.x + plot.width / 4, plot.y + 5);
  EXPECT_FALSE(mean == color_at("thermal", 0) || mean == color_at("thermal", 1));
  int grey = 0;
  for (int x = plot.x; x < plot.x + plot.width; ++x)
    grey += is_grey(pixels.at(x, plot.y + plot.height - 5));
  EXPECT_GE(grey, 1);
  EXPECT_LE(grey, 2);
}

TEST_F(PlanePictureTest, IsAPngWithTheSameBytesEveryTime) {
  const auto first = draw(plane(2, 2, {0, 1, 2, 3})), second = draw(plane(2, 2, {0, 1, 2, 3}));

  EXPECT_EQ(first.substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_TRUE(first == second);
}

TEST_F(PlanePictureTest, StandsAnyText) {
  auto picture = plane(2, 1, {0, 1});
  picture.text = {std::string(5000, 'W'), "line\nbreak", "\xff\xfe", "θ", std::string(500, 'v')};

  const auto pixels = read_png(draw(picture));

  const auto plot = find_box(pixels, 0);
  bool clear = true;  // nothing of the long title reaches the right border
  for (int y = 0; y < plot.y - 2; ++y)
    clear = clear && pixels.at(pixels.width - 10, y) == Color{255, 255, 255};
  EXPECT_TRUE(clear);
}

TEST_F(PlanePictureTest, RefusesWhatCannotBeDrawn) {
  const auto changed = [](auto change) {
    auto picture = plane(2, 1, {0, 1});
    change(picture);
    return picture;
  };

  EXPECT_THROW(draw(plane(2, 2, {0, 1})), ShapeMismatch);
  EXPECT_THROW(draw(plane(0, 2, {})), UsageError);
  EXPECT_THROW(draw(changed([](auto& p) { p.x_upper = p.x_lower; })), UsageError);
  EXPECT_THROW(draw(changed([](auto& p) { p.y_upper = infinity; })), UsageError);
  EXPECT_THROW(draw(changed([](auto& p) { p.color_map = "jet"; })), UsageError);
  EXPECT_THROW(draw(changed([](auto& p) { p.minimum = p.maximum = 1; })), UsageError);
}

TEST(PictureWithoutCairo, IsRefusedWithThePackageToInstall) {
  if (images_available()) GTEST_SKIP() << "built with Cairo";

  EXPECT_THAT([] { draw(plane(1, 1, {0})); }, testing::ThrowsMessage<UsageError>(testing::HasSubstr("libcairo2-dev")));
}

}  // namespace
}  // namespace tarn::io
