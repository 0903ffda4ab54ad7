#pragma once

#include <optional>
#include <string>

#include "tarn/io/image/axes.hpp"
#include "tarn/io/image/canvas.hpp"
#include "tarn/io/image/picture.hpp"

// What one plane and several planes in one picture have in common.

namespace tarn::io {

namespace plane {
constexpr double bar_gap = 24, bar_width = 22;  ///< beside the plot [pixel]
constexpr double note_room = 28;                ///< below it [pixel]
}  // namespace plane

/// @throws as draw() does for the plane's cells, extents and vectors
void check(const PlanePicture& picture);

/// How a plot's size is chosen [pixel].
struct PlotLimits {
  double most_width, most_height;  ///< the room that there is
  double least_side;               ///< no side gets shorter: a picture must be readable
  double least_share = 0.88;  ///< of the largest size that it has after it was made a whole number of pixels a cell
  double most_share = 1.05;   ///< the same where it grows; 1: it never does
};

/// The largest plot that is true to the extents' ratio, whole pixels for each cell where that changes it little.
Box plot_size(const PlanePicture& picture, const PlotLimits& limits);

/// The range of a colour bar.
/// @param data  of the finite values, or none
/// @param like  has the wanted ends, the map and the scale
/// @throws UsageError
Range color_range(std::optional<ValueRange> data, const PlanePicture& like);

/// Draws cells, vectors, frame and both axes.
void draw_plot(Canvas& canvas, const PlanePicture& picture, const Box& plot, const Axis& x, const Axis& y,
               const Range& colors);

/// Draws a colour bar and its axis.
void draw_bar(Canvas& canvas, const std::string& color_map, const Box& bar, const Axis& axis, const std::string& label);

/// Says what the hatched cells are.
/// @param hatched, cells  how many
/// @param logarithmic     why they are
void draw_note(Canvas& canvas, Point place, std::size_t hatched, std::size_t cells, bool logarithmic);

/// Draws a plane's vectors over its plot.
void draw_vectors(Canvas& canvas, const PlanePicture& picture, const Box& plot);

}  // namespace tarn::io
