#include "tarn/io/image/raster.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tarn::io {
namespace {

/// Cells [first, end) that a pixel shows.
struct Cells {
  int first, end;
};

std::vector<Cells> cells_of_pixels(int cells, int pixels) {
  std::vector<Cells> shown;
  for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
    if (cells <= pixels) {
      const int cell = static_cast<int>((2 * pixel + 1) * cells / (2 * pixels));
      shown.push_back({cell, cell + 1});
    } else {
      const auto end = ((pixel + 1) * cells + pixels - 1) / pixels;
      shown.push_back({static_cast<int>(pixel * cells / pixels), static_cast<int>(end)});
    }
  }
  return shown;
}

/// NaN if one of the cells has no colour: a mean must not hide it. On a logarithmic scale of the logarithms.
double mean(const PlanePicture& picture, const Cells& columns, const Cells& rows) {
  const double cells = double(columns.end - columns.first) * (rows.end - rows.first);
  double sum = 0, shares = 0;
  for (int j = rows.first; j < rows.end; ++j) {
    for (int i = columns.first; i < columns.end; ++i) {
      double value = picture.values[std::size_t(j) * picture.nx + i];
      if (!drawable(value, picture.logarithmic)) return std::numeric_limits<double>::quiet_NaN();
      if (picture.logarithmic) value = std::log(value);
      sum += value;
      shares += value / cells;
    }
  }
  return std::isfinite(sum) ? sum / cells : shares;
}

}  // namespace

Color hatch_at(int x, int y) {
  return (x + y) % 8 < 2 ? Color{150, 150, 150} : Color{200, 200, 200};
}

std::size_t count_hatched(const PlanePicture& picture) {
  return static_cast<std::size_t>(std::count_if(picture.values.begin(), picture.values.end(),
                                                [&](double value) { return !drawable(value, picture.logarithmic); }));
}

std::optional<ValueRange> value_range(const std::vector<double>& values, bool logarithmic) {
  std::optional<ValueRange> range;
  for (const double value : values) {
    if (!drawable(value, logarithmic)) continue;
    if (!range) range = ValueRange{value, value};
    range->lower = std::min(range->lower, value);
    range->upper = std::max(range->upper, value);
  }
  return range;
}

Pixels rasterize(const PlanePicture& picture, Range range, int width, int height) {
  const auto columns = cells_of_pixels(picture.nx, width);
  const auto rows = cells_of_pixels(picture.ny, height);
  Pixels pixels{width, height, std::vector<Color>(std::size_t(width) * height)};
  if (picture.logarithmic) range = {std::log(range.lower), std::log(range.upper)};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double value = mean(picture, columns[x], rows[height - 1 - y]);
      auto& color = pixels.colors[std::size_t(y) * width + x];
      color = std::isnan(value) ? hatch_at(x, y) : color_at(picture.color_map, share_of(range, value));
    }
  }
  return pixels;
}

}  // namespace tarn::io
