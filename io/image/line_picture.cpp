#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/io/image/axes.hpp"
#include "tarn/io/image/picture.hpp"
#include "tarn/io/image/sheet.hpp"
#include "tarn/io/image/thin.hpp"

namespace tarn::io {
namespace {

// All sizes in pixels.
constexpr double picture_width = 960, plot_height = 400;
constexpr double legend_row = 24, legend_stroke = 28, longest_name = 260;
constexpr double margin = 0.05;  // share of the data's range left free above and below

LineStyle style_of(const Look& look, const LinePicture& picture, std::size_t line) {
  static const std::array<std::vector<double>, 3> dashes{{{}, {9, 5}, {2, 4}}};
  if (picture.lines[line].reference) return {1.5, look.label.color, {6, 4}};
  return {2, look.lines[line % look.lines.size()], dashes[line / look.lines.size() % dashes.size()]};
}

void check(const LinePicture& picture) {
  if (picture.lines.empty()) throw UsageError("a line picture needs lines; it has none");
  for (const auto& line : picture.lines) {
    if (line.x.size() != line.y.size()) {
      throw ShapeMismatch(fmt::format("line \"{}\" has {} x and {} y", line.name, line.x.size(), line.y.size()));
    }
  }
}

bool has_place(const LinePicture& picture, double x, double y) {
  return drawable(x) && drawable(y, picture.logarithmic_y);
}

void include(std::optional<Range>& range, double value) {
  if (!range) range = Range{value, value};
  *range = {std::min(range->lower, value), std::max(range->upper, value)};
}

/// Ranges of x and y over all points that have a place.
std::array<std::optional<Range>, 2> data_ranges(const LinePicture& picture) {
  std::array<std::optional<Range>, 2> ranges;
  for (const auto& line : picture.lines) {
    for (std::size_t k = 0; k < line.x.size(); ++k) {
      if (!has_place(picture, line.x[k], line.y[k])) continue;
      include(ranges[0], line.x[k]);
      include(ranges[1], line.y[k]);
    }
  }
  return ranges;
}

/// The range of y: ends that were not asked for get a margin.
Range y_range(const LinePicture& picture, std::optional<Range> data) {
  Range range = choose_range(data, picture.minimum, picture.maximum, picture.logarithmic_y);
  if (picture.logarithmic_y) {
    const double factor = std::exp(margin * (std::log(range.upper) - std::log(range.lower)));
    if (!picture.minimum) range.lower /= factor;
    if (!picture.maximum) range.upper *= factor;
  } else {
    constexpr double largest = std::numeric_limits<double>::max();
    const double length = range.upper - range.lower, room = std::min(margin * length, largest);
    if (!picture.minimum) range.lower = std::max(range.lower - room, -largest);
    if (!picture.maximum) range.upper = std::min(range.upper + room, largest);
  }
  return range;
}

struct LegendEntry {
  std::string name;
  Point place;  // of the stroke's left end, to the legend's upper left corner
};

struct Legend {
  std::vector<LegendEntry> entries;
  double height = 0;
};

Legend lay_out_legend(Canvas& ruler, const LinePicture& picture, double legend_width) {
  if (picture.lines.size() < 2) return {};
  Legend legend;
  Point next{0, legend_row / 2};
  for (const auto& line : picture.lines) {
    const auto name = ruler.shortened(line.name, ruler.look().tick, longest_name);
    const double width = legend_stroke + 8 + ruler.text_width(name, ruler.look().tick);
    if (next.x > 0 && next.x + width > legend_width) next = {0, next.y + legend_row};
    legend.entries.push_back({name, next});
    next.x += width + 24;
  }
  legend.height = next.y + legend_row / 2 + 6;
  return legend;
}

void draw_legend(Canvas& canvas, const LinePicture& picture, const Legend& legend, Point corner) {
  for (std::size_t k = 0; k < legend.entries.size(); ++k) {
    const auto& [name, place] = legend.entries[k];
    const Point from{corner.x + place.x, corner.y + place.y}, to{from.x + legend_stroke, from.y};
    canvas.join({from, to}, style_of(canvas.look(), picture, k), {from.x - 2, from.y - 9, legend_stroke + 4, 18});
    canvas.write(name, {to.x + 8, to.y + 5}, Align::start, canvas.look().tick);
  }
}

void draw_grid(Canvas& canvas, const Box& plot, const Axis& x, const Axis& y) {
  for (const auto& tick : x.ticks) {
    const double at = std::floor(plot.x + x.share(tick.value) * plot.width);
    canvas.fill({std::min(at, plot.right() - 1), plot.y, 1, plot.height}, canvas.look().grid);
  }
  for (const auto& tick : y.ticks) {
    if (tick.label.empty()) continue;
    const double at = std::floor(plot.bottom() - y.share(tick.value) * plot.height);
    canvas.fill({plot.x, std::min(at, plot.bottom() - 1), plot.width, 1}, canvas.look().grid);
  }
}

/// Draws a line's runs of points that have a place.
void draw_line(Canvas& canvas, const LinePicture& picture, std::size_t index, const Box& plot, const Axis& x,
               const Axis& y) {
  const auto& line = picture.lines[index];
  std::vector<Point> run;
  const auto finish = [&] {
    canvas.join(thinned(run), style_of(canvas.look(), picture, index), plot);
    run.clear();
  };
  for (std::size_t k = 0; k < line.x.size(); ++k) {
    if (!has_place(picture, line.x[k], line.y[k])) {
      finish();
      continue;
    }
    // far outside the plot a place is as good as any other, and Cairo's coordinates end at 2^23
    const double height = std::clamp(y.share(line.y[k]), -100.0, 100.0);
    run.push_back({plot.x + x.share(line.x[k]) * plot.width, plot.bottom() - height * plot.height});
  }
  finish();
}

/// Where everything stands on the picture.
struct LineLayout {
  Legend legend;
  Axis x, y;
  Box plot;
  double height = 0;
};

/// @param width, height  of the picture; 0: as high as suits it
LineLayout lay_out(const LinePicture& picture, double width, double height) {
  constexpr double least = 40;
  Canvas ruler(1, 1);
  const auto [x_data, y_data] = data_ranges(picture);
  const auto& text = picture.text;
  LineLayout to;
  to.legend = lay_out_legend(ruler, picture, width - 240);
  const double top = look::border + heading_height(text) + to.legend.height;
  const double bottom = look::x_tick_room + (text.x_label.empty() ? 0 : look::label_room) + look::border - 4;
  to.plot.y = top;
  to.plot.height = height > 0 ? std::max(least, height - top - bottom) : plot_height;
  to.y = vertical_axis(y_range(picture, y_data), picture.logarithmic_y, to.plot.height);
  to.plot.x = look::border + side_room(ruler, to.y, text.y_label);
  to.plot.width = std::max(least, width - to.plot.x - look::border - 24);
  to.x = horizontal_axis(ruler, choose_range(x_data, {}, {}), to.plot.width);
  to.height = to.plot.bottom() + bottom;
  return to;
}

}  // namespace

std::string draw(const LinePicture& picture, const Drawing& drawing) {
  check(picture);
  const bool sized = is_sized(drawing);
  const auto given = sized ? sized_sheet(drawing) : Sheet{};
  const auto at = sized ? lay_out(picture, given.width, given.height) : lay_out(picture, picture_width, 0);
  Canvas canvas(sized ? given : natural_sheet(drawing, picture_width, std::floor(at.height)));

  draw_heading(canvas, picture.text, at.plot.x, at.plot.width);
  draw_legend(canvas, picture, at.legend, {at.plot.x, at.plot.y - at.legend.height});
  draw_grid(canvas, at.plot, at.x, at.y);
  for (std::size_t k = 0; k < picture.lines.size(); ++k)
    draw_line(canvas, picture, k, at.plot, at.x, at.y);
  canvas.frame(at.plot, canvas.look().frame);
  draw_bottom_axis(canvas, at.plot, at.x, picture.text.x_label);
  draw_left_axis(canvas, at.plot, at.y, picture.text.y_label);
  return canvas.file();
}

}  // namespace tarn::io
