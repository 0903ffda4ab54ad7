#include "tarn/io/image/axes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "tarn/core/error.hpp"

namespace tarn::io {
namespace {

constexpr double letter_height = 0.36;  // half the height of a digit, in sizes of the font
constexpr double between_labels = 18;   // least gap between two labels of a horizontal axis [pixel]
constexpr double label_spacing = 46;    // least distance of two labels of a vertical axis [pixel]

void check_end(std::optional<double> end, bool logarithmic) {
  if (end && !drawable(*end, logarithmic)) {
    throw UsageError(fmt::format("{} cannot be the end of a {} axis", *end, logarithmic ? "logarithmic" : "linear"));
  }
}

double tick_length_of(const Tick& tick) {
  return tick.label.empty() ? 3 : look::tick_length;
}

/// A mark of whole pixels, so that it is crisp.
void mark(Canvas& canvas, Point from, double width, double height) {
  canvas.fill({std::floor(from.x), std::floor(from.y), width, height}, canvas.look().frame.color);
}

double y_of(const Box& plot, const Axis& axis, const Tick& tick) {
  return plot.bottom() - axis.share(tick.value) * plot.height;
}

/// Whether labels, centred on their marks, keep their gaps.
bool labels_fit(Canvas& canvas, const Axis& axis, double length) {
  double end_of_last = -1e9;
  for (const auto& tick : axis.ticks) {
    const double middle = axis.share(tick.value) * length, half = canvas.text_width(tick.label, canvas.look().tick) / 2;
    if (middle - half < end_of_last + between_labels) return false;
    end_of_last = middle + half;
  }
  return true;
}

}  // namespace

double share_of(const Range& range, double value) {
  const double length = range.upper - range.lower;
  if (std::isfinite(length)) return (value - range.lower) / length;
  return (value / 2 - range.lower / 2) / (range.upper / 2 - range.lower / 2);
}

bool drawable(double value, bool logarithmic) {
  return logarithmic ? value >= 1e-250 && value <= 1e250 : std::isfinite(value);
}

Range choose_range(std::optional<Range> data, std::optional<double> minimum, std::optional<double> maximum,
                   bool logarithmic) {
  check_end(minimum, logarithmic);
  check_end(maximum, logarithmic);
  if (minimum && maximum && *minimum >= *maximum) {
    throw UsageError(fmt::format("the range from {} to {} is empty", *minimum, *maximum));
  }
  Range range = data.value_or(logarithmic ? Range{1, 10} : Range{0, 1});
  if (minimum) range = {*minimum, std::max(*minimum, range.upper)};
  if (maximum) range = {std::min(*maximum, range.lower), *maximum};
  if (range.lower < range.upper) return range;

  constexpr double largest = std::numeric_limits<double>::max(), least = 10 * std::numeric_limits<double>::denorm_min();
  const double value = range.lower, room = value == 0 ? 1 : std::max(std::abs(value) / 10, least);
  if (!minimum) range.lower = logarithmic ? value / 3 : std::max(value - room, -largest);
  if (!maximum) range.upper = logarithmic ? value * 3 : std::min(value + room, largest);
  return range;
}

double Axis::share(double value) const {
  if (logarithmic) {
    const double start = std::log(range.lower);
    return (std::log(value) - start) / (std::log(range.upper) - start);
  }
  return share_of(range, value);
}

Axis horizontal_axis(Canvas& canvas, Range range, double length) {
  Axis axis{range};
  for (int at_most = std::max(2, static_cast<int>(length / 70)); at_most >= 2; --at_most) {
    axis.ticks = nice_ticks(range.lower, range.upper, at_most);
    if (labels_fit(canvas, axis, length)) return axis;
  }
  axis.ticks.resize(1);  // two labels that do not fit: one is better than a blot
  return axis;
}

Axis vertical_axis(Range range, bool logarithmic, double length) {
  const int at_most = std::max(3, static_cast<int>(length / label_spacing));
  return {range, logarithmic,
          logarithmic ? log_ticks(range.lower, range.upper, at_most) : nice_ticks(range.lower, range.upper, at_most)};
}

double widest_label(Canvas& canvas, const Axis& axis) {
  double widest = 0;
  for (const auto& tick : axis.ticks)
    widest = std::max(widest, canvas.text_width(tick.label, canvas.look().tick));
  return widest;
}

double side_room(Canvas& canvas, const Axis& axis, const std::string& label) {
  return std::ceil(look::tick_length + 6 + widest_label(canvas, axis) + (label.empty() ? 0 : look::label_room));
}

void draw_bottom_axis(Canvas& canvas, const Box& plot, const Axis& axis, const std::string& label) {
  for (const auto& tick : axis.ticks) {
    const double x = plot.x + axis.share(tick.value) * plot.width;
    mark(canvas, {std::min(x, plot.right() - 1), plot.bottom() + 1}, 1, tick_length_of(tick));
    canvas.write(tick.label, {x, plot.bottom() + look::x_tick_room - 4}, Align::middle, canvas.look().tick);
  }
  const double room = plot.width + 80;  // a narrow plot's label may reach beyond it
  canvas.write(canvas.shortened(label, canvas.look().label, room),
               {plot.x + plot.width / 2, plot.bottom() + look::x_tick_room + 20}, Align::middle, canvas.look().label);
}

void draw_left_axis(Canvas& canvas, const Box& plot, const Axis& axis, const std::string& label) {
  for (const auto& tick : axis.ticks) {
    const double y = y_of(plot, axis, tick), length = tick_length_of(tick);
    mark(canvas, {plot.x - 1 - length, std::min(y, plot.bottom() - 1)}, length, 1);
    canvas.write(tick.label, {plot.x - look::tick_length - 6, y + letter_height * canvas.look().tick.size}, Align::end,
                 canvas.look().tick);
  }
  const double x = plot.x - side_room(canvas, axis, "") - 13;
  canvas.write_upwards(canvas.shortened(label, canvas.look().label, plot.height + 40), {x, plot.y + plot.height / 2},
                       Align::middle, canvas.look().label);
}

void draw_right_axis(Canvas& canvas, const Box& bar, const Axis& axis, const std::string& label) {
  for (const auto& tick : axis.ticks) {
    const double y = y_of(bar, axis, tick), length = tick_length_of(tick);
    mark(canvas, {bar.right() + 1, std::min(y, bar.bottom() - 1)}, length, 1);
    canvas.write(tick.label, {bar.right() + look::tick_length + 6, y + letter_height * canvas.look().tick.size},
                 Align::start, canvas.look().tick);
  }
  const double x = bar.right() + side_room(canvas, axis, label) - 5;
  canvas.write_upwards(canvas.shortened(label, canvas.look().label, bar.height + 40), {x, bar.y + bar.height / 2},
                       Align::middle, canvas.look().label);
}

double heading_height(const PictureText& text) {
  const double lines = (text.title.empty() ? 0 : 26) + (text.subtitle.empty() ? 0 : 22);
  return lines > 0 ? lines + 8 : 0;
}

void draw_heading(Canvas& canvas, const PictureText& text, double x, double width) {
  double y = look::border;
  if (!text.title.empty()) {
    y += 26;
    canvas.write(canvas.shortened(text.title, canvas.look().title, width), {x, y - 8}, Align::start,
                 canvas.look().title);
  }
  if (!text.subtitle.empty()) {
    y += 22;
    canvas.write(canvas.shortened(text.subtitle, canvas.look().subtitle, width), {x, y - 6}, Align::start,
                 canvas.look().subtitle);
  }
}

}  // namespace tarn::io
