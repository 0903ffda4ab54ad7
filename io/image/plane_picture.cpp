#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/io/image/axes.hpp"
#include "tarn/io/image/picture.hpp"
#include "tarn/io/image/raster.hpp"

namespace tarn::io {
namespace {

// All sizes in pixels.
constexpr double widest_plot = 780, highest_plot = 640, least_side = 150;
constexpr double least_picture_width = 560, most_picture_width = 1020;
constexpr double bar_gap = 24, bar_width = 22;
constexpr double note_room = 28;

void check(const PlanePicture& picture) {
  if (picture.nx < 1 || picture.ny < 1) {
    throw UsageError(fmt::format("a picture needs cells; it has {} x {}", picture.nx, picture.ny));
  }
  if (picture.values.size() != std::size_t(picture.nx) * picture.ny) {
    throw ShapeMismatch(
        fmt::format("a picture of {} x {} cells has {} values", picture.nx, picture.ny, picture.values.size()));
  }
  const auto sound = [](double lower, double upper) { return drawable(lower) && drawable(upper) && lower < upper; };
  if (!sound(picture.x_lower, picture.x_upper) || !sound(picture.y_lower, picture.y_upper)) {
    throw UsageError(fmt::format("a picture cannot span x from {} to {} and y from {} to {}", picture.x_lower,
                                 picture.x_upper, picture.y_lower, picture.y_upper));
  }
}

/// A whole number of pixels for each cell, if that changes a length little: then all cells look the same.
double snapped(double length, int cells) {
  const double down = std::floor(length / cells) * cells, up = down + cells;
  if (down >= 0.88 * length) return down;
  return up <= 1.05 * length ? up : std::round(length);
}

/// Size of the plot: true to the extents' ratio, and no side shorter than can be read.
Box plot_size(const PlanePicture& picture, double most_width) {
  const double ratio = (picture.y_upper - picture.y_lower) / (picture.x_upper - picture.x_lower);
  double width = snapped(most_width, picture.nx), height = width * ratio;
  if (height > highest_plot) {
    height = snapped(highest_plot, picture.ny);
    width = height / ratio;
  }
  return {0, 0, std::round(std::max(width, least_side)), std::round(std::max(height, least_side))};
}

Range color_range(const PlanePicture& picture) {
  auto data = finite_range(picture);
  if (data && picture.color_map == "balance" && !picture.minimum && !picture.maximum) {
    const double reach = std::max(std::abs(data->lower), std::abs(data->upper));
    data = Range{-reach, reach};
  }
  return choose_range(data, picture.minimum, picture.maximum);
}

/// Where everything stands on the picture.
struct Layout {
  Axis x, y, bar_axis;
  Box plot, bar;
  double width, height;
  std::int64_t not_finite;
};

/// Wide labels make the plot narrower, once.
Layout lay_out(const PlanePicture& picture, double most_width = widest_plot) {
  Canvas ruler(1, 1);
  const auto& text = picture.text;
  Layout to{};
  to.not_finite = count_not_finite(picture);
  to.plot = plot_size(picture, most_width);
  to.x = horizontal_axis(ruler, {picture.x_lower, picture.x_upper}, to.plot.width);
  to.y = vertical_axis({picture.y_lower, picture.y_upper}, false, to.plot.height);
  to.bar_axis = vertical_axis(color_range(picture), false, to.plot.height);

  const double left = look::border + side_room(ruler, to.y, text.y_label);
  const double right = bar_gap + bar_width + side_room(ruler, to.bar_axis, text.value_label) + look::border;
  const double needed = left + to.plot.width + right;
  if (needed > most_picture_width && most_width == widest_plot) {
    return lay_out(picture, std::max(widest_plot / 2, most_picture_width - left - right));
  }
  to.width = std::max(needed, least_picture_width);
  to.plot.x = left + std::floor((to.width - needed) / 2);
  to.plot.y = look::border + heading_height(text);
  to.bar = {to.plot.right() + bar_gap, to.plot.y, bar_width, to.plot.height};
  to.height = to.plot.bottom() + look::x_tick_room + (text.x_label.empty() ? 0 : look::label_room) +
              (to.not_finite > 0 ? note_room : 0) + look::border - 4;
  return to;
}

void draw_bar(Canvas& canvas, const PlanePicture& picture, const Layout& at) {
  Pixels colors{int(at.bar.width), int(at.bar.height), {}};
  for (int row = 0; row < colors.height; ++row) {
    const auto color = color_at(picture.color_map, (colors.height - row - 0.5) / colors.height);
    colors.colors.insert(colors.colors.end(), colors.width, color);
  }
  canvas.paint(colors, int(at.bar.x), int(at.bar.y));
  canvas.frame(at.bar, look::frame);
  draw_right_axis(canvas, at.bar, at.bar_axis, picture.text.value_label);
}

/// Says below the plot what the hatched cells are.
void draw_note(Canvas& canvas, const PlanePicture& picture, const Layout& at) {
  if (at.not_finite == 0) return;
  constexpr int side = 14;
  const double x = std::min(at.plot.x, at.width / 4), y = at.height - look::border - side;
  Pixels swatch{side, side, {}};
  for (int k = 0; k < side * side; ++k)
    swatch.colors.push_back(hatch_at(k % side, k / side));
  canvas.paint(swatch, int(x), int(y));
  const auto note = fmt::format("no finite value: {} of {} cells", at.not_finite, picture.values.size());
  canvas.write(note, {x + side + 8, y + side - 2}, Align::start, look::tick);
}

}  // namespace

std::string draw_png(const PlanePicture& picture) {
  check(picture);
  const auto at = lay_out(picture);
  Canvas canvas(int(at.width), int(at.height));

  const double heading_x = at.plot.width < 400 ? look::border : at.plot.x;
  draw_heading(canvas, picture.text, heading_x, at.width - look::border - heading_x);
  const auto pixels = rasterize(picture, at.bar_axis.range, int(at.plot.width), int(at.plot.height));
  canvas.paint(pixels, int(at.plot.x), int(at.plot.y));
  canvas.frame(at.plot, look::frame);
  draw_bottom_axis(canvas, at.plot, at.x, picture.text.x_label);
  draw_left_axis(canvas, at.plot, at.y, picture.text.y_label);
  draw_bar(canvas, picture, at);
  draw_note(canvas, picture, at);
  return canvas.png();
}

}  // namespace tarn::io
