#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tarn/io/image/canvas.hpp"
#include "tarn/io/image/picture.hpp"
#include "tarn/io/image/ticks.hpp"

namespace tarn::io {

/// The room that all pictures leave [pixel].
namespace look {
constexpr double border = 18;       // around everything
constexpr double tick_length = 5;   // outside the frame
constexpr double label_room = 30;   // for an axis' label
constexpr double x_tick_room = 26;  // below a plot, for marks and their labels
}  // namespace look

/// From where to where an axis reaches.
struct Range {
  double lower, upper;
};

/// A value's place in a range: 0 at the lower end, 1 at the upper; also where the range is beyond double's.
double share_of(const Range& range, double value);

/// Whether a value has a place on an axis: every finite one has; on a logarithmic axis those that are not positive have
/// none, nor those near the ends of double's range, which would overflow in its arithmetic.
bool drawable(double value, bool logarithmic = false);

/// The range of an axis: the given ends, else the data's; data of one value get room on both sides.
/// @param data  none if there is nothing finite; then 0 to 1, or 1 to 10 on a logarithmic axis
/// @throws UsageError if a given end is not drawable, or minimum >= maximum
Range choose_range(std::optional<Range> data, std::optional<double> minimum, std::optional<double> maximum,
                   bool logarithmic = false);

/// An axis of a plot with its marks.
struct Axis {
  Range range;
  bool logarithmic = false;
  std::vector<Tick> ticks = {};

  /// A value's place: 0 at the lower end, 1 at the upper.
  double share(double value) const;
};

/// Marks for as many labels as have room side by side on a horizontal axis.
Axis horizontal_axis(Canvas& canvas, Range range, double length);
/// Marks for as many labels as have room above each other on a vertical axis.
Axis vertical_axis(Range range, bool logarithmic, double length);

/// Width of an axis' widest label [pixel].
double widest_label(Canvas& canvas, const Axis& axis);
/// Room that a vertical axis needs beside the plot: marks, labels, and a label along it unless that is empty.
double side_room(Canvas& canvas, const Axis& axis, const std::string& label);

/// Draws marks, labels and the axis' label below a plot.
void draw_bottom_axis(Canvas& canvas, const Box& plot, const Axis& axis, const std::string& label);
/// The same on the left of a plot.
void draw_left_axis(Canvas& canvas, const Box& plot, const Axis& axis, const std::string& label);
/// The same on the right of a colour bar.
void draw_right_axis(Canvas& canvas, const Box& bar, const Axis& axis, const std::string& label);

/// Height of title and subtitle with the gap below them [pixel]; 0 without them.
double heading_height(const PictureText& text);
/// Writes title and subtitle below a picture's upper border, from x on, no wider than a width.
void draw_heading(Canvas& canvas, const PictureText& text, double x, double width);

}  // namespace tarn::io
