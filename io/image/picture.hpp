#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tarn::io {

/// The words of a picture, UTF-8; an empty one takes no room, one too long for its place ends in "…".
struct PictureText {
  std::string title;             ///< the first line
  std::string subtitle;          ///< for example "t = 0.05, step 120"
  std::string x_label, y_label;  ///< of the axes, with units
  std::string value_label;       ///< of the colour bar; a line picture has none
};

/// A plane of cells, coloured by their values.
struct PlanePicture {
  int nx = 0, ny = 0;          ///< cells along x and y
  std::vector<double> values;  ///< (ny, nx), x fastest; row 0 is the lowest y. Other than finite: hatched in grey
  double x_lower = 0, x_upper = 1, y_lower = 0, y_upper = 1;  ///< where the axes begin and end
  std::optional<double> minimum, maximum;                     ///< of the colour bar; default: of the finite values, and
                                                              ///< "balance" reaches as far below zero as above
  std::string color_map = "thermal";                          ///< see color_map.hpp
  PictureText text;                                           ///< around it
};

/// Points joined by straight lines; a point that has no finite place leaves a gap.
struct Line {
  std::string name;          ///< in the legend
  std::vector<double> x, y;  ///< as many of each
};

/// Lines over a common axis. The first eight have a colour each; later ones repeat the colours, dashed.
struct LinePicture {
  std::vector<Line> lines;                 ///< each in a colour of its own
  std::optional<double> minimum, maximum;  ///< of the y axis; default: of the finite values, and a margin
  bool logarithmic_y = false;              ///< values <= 0 are then gaps
  PictureText text;                        ///< around it
};

/// Whether this build draws pictures, which needs Cairo at build time.
bool images_available();

/// Draws a plane about 960 pixels wide, x to y in their true proportion unless that is beyond 1:4 or so.
/// Where there are more cells than pixels a pixel has the mean of its cells, or the hatch if one of them is
/// not finite.
/// @returns the bytes of a PNG file; the same picture has the same bytes
/// @throws UsageError if the build has no Cairo, there are no cells, an extent or the colour range is empty,
/// turned
///         round or not finite, or there is no such colour map; ShapeMismatch if values are not nx*ny
std::string draw_png(const PlanePicture& picture);

/// Draws lines, 960 x 560 pixels, with a legend above them if they are more than one.
/// @returns the bytes of a PNG file; the same picture has the same bytes
/// @throws UsageError if the build has no Cairo, there are no lines, or the range of the y axis is turned
/// round, not
///         finite, or not positive on a logarithmic axis; ShapeMismatch if a line's x and y differ in size
std::string draw_png(const LinePicture& picture);

}  // namespace tarn::io
