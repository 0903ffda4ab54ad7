#include "tarn/io/image/plane_parts.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/io/image/raster.hpp"

namespace tarn::io {
namespace {

/// A whole number of pixels for each cell, if that changes a length little: then all cells look the same.
double snapped(double length, int cells, const PlotLimits& limits) {
  const double down = std::floor(length / cells) * cells, up = down + cells;
  if (down >= limits.least_share * length) return down;
  return up <= limits.most_share * length ? up : std::round(length);
}

}  // namespace

void check(const PlanePicture& picture) {
  if (picture.nx < 1 || picture.ny < 1) {
    throw UsageError(fmt::format("a picture needs cells; it has {} x {}", picture.nx, picture.ny));
  }
  const std::size_t cells = std::size_t(picture.nx) * picture.ny;
  const auto& vectors = picture.vectors;
  const bool fits = !vectors || (vectors->along_x.size() == cells && vectors->along_y.size() == cells);
  if (picture.values.size() != cells || !fits) {
    throw ShapeMismatch(fmt::format("a picture of {} x {} cells has {} values{}", picture.nx, picture.ny,
                                    picture.values.size(),
                                    fits ? "" : fmt::format(" and {} vectors", vectors->along_x.size())));
  }
  const auto sound = [](double lower, double upper) { return drawable(lower) && drawable(upper) && lower < upper; };
  if (!sound(picture.x_lower, picture.x_upper) || !sound(picture.y_lower, picture.y_upper)) {
    throw UsageError(fmt::format("a picture cannot span x from {} to {} and y from {} to {}", picture.x_lower,
                                 picture.x_upper, picture.y_lower, picture.y_upper));
  }
}

Box plot_size(const PlanePicture& picture, const PlotLimits& limits) {
  const double ratio = (picture.y_upper - picture.y_lower) / (picture.x_upper - picture.x_lower);
  double width = snapped(limits.most_width, picture.nx, limits), height = width * ratio;
  if (height > limits.most_height) {
    height = snapped(limits.most_height, picture.ny, limits);
    width = height / ratio;
  }
  return {0, 0, std::round(std::max(width, limits.least_side)), std::round(std::max(height, limits.least_side))};
}

Range color_range(std::optional<ValueRange> data, const PlanePicture& like) {
  std::optional<Range> range;
  if (data) range = Range{data->lower, data->upper};
  if (data && like.color_map == "balance" && !like.minimum && !like.maximum && !like.logarithmic) {
    const double reach = std::max(std::abs(data->lower), std::abs(data->upper));
    range = Range{-reach, reach};
  }
  return choose_range(range, like.minimum, like.maximum, like.logarithmic);
}

void draw_plot(Canvas& canvas, const PlanePicture& picture, const Box& plot, const Axis& x, const Axis& y,
               const Range& colors) {
  const auto pixels = rasterize(picture, colors, canvas.image_pixels(plot.width), canvas.image_pixels(plot.height));
  canvas.paint(pixels, plot);
  if (picture.vectors) draw_vectors(canvas, picture, plot);
  canvas.frame(plot, canvas.look().frame);
  draw_bottom_axis(canvas, plot, x, picture.text.x_label);
  draw_left_axis(canvas, plot, y, picture.text.y_label);
}

void draw_bar(Canvas& canvas, const std::string& color_map, const Box& bar, const Axis& axis,
              const std::string& label) {
  Pixels colors{1, canvas.image_pixels(bar.height), {}};
  for (int row = 0; row < colors.height; ++row)
    colors.colors.push_back(color_at(color_map, (colors.height - row - 0.5) / colors.height));
  canvas.paint(colors, bar);
  canvas.frame(bar, canvas.look().frame);
  draw_right_axis(canvas, bar, axis, label);
}

void draw_note(Canvas& canvas, Point place, std::size_t hatched, std::size_t cells, bool logarithmic) {
  if (hatched == 0) return;
  constexpr int side = 14;
  Pixels swatch{side, side, {}};
  for (int k = 0; k < side * side; ++k)
    swatch.colors.push_back(hatch_at(k % side, k / side));
  canvas.paint(swatch, {place.x, place.y, side, side});
  const auto note =
      fmt::format("no finite {}: {} of {}", logarithmic ? "logarithm" : "value", hatched, counted(cells, "cell"));
  canvas.write(note, {place.x + side + 8, place.y + side - 2}, Align::start, canvas.look().tick);
}

}  // namespace tarn::io
