#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tarn/io/image/look.hpp"

namespace tarn::io {

/// The words of a picture, UTF-8; an empty one takes no room, one too long for its place ends in "…".
struct PictureText {
  std::string title;             ///< the first line
  std::string subtitle;          ///< for example "t = 0.05, step 120"
  std::string x_label, y_label;  ///< of the axes, with units
  std::string value_label;       ///< of the colour bar; a line picture has none
};

/// What becomes of a picture: the kind of file, its looks and its size.
struct Drawing {
  PictureFormat format = PictureFormat::png;  ///< the kind of file
  Theme theme = Theme::light;                 ///< its looks
  int width = 0, height = 0;                  ///< [pixel], 200 to 10000 each; both 0: as large as suits the picture
};

/// Vectors in the cells of a plane.
struct PlaneVectors {
  std::vector<double> along_x, along_y;  ///< (ny, nx); cells whose vector is not finite have none
  bool streamlines = false;              ///< lines along the vectors; else arrows, the longest for the longest vector
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
  bool logarithmic = false;                                   ///< values <= 0 are then hatched
  std::optional<PlaneVectors> vectors = {};                   ///< over the colours
};

/// Several planes with one colour bar, in rows. Size, map, range, scale and value label of the bar are the first's; a
/// panel's title stands above it.
struct PanelPicture {
  std::vector<PlanePicture> panels;  ///< row by row, the upper left first
  int columns = 1;                   ///< panels in a row
  PictureText text;                  ///< title and subtitle of all
};

/// Points joined by straight lines; a point that has no finite place leaves a gap.
struct Line {
  std::string name;          ///< in the legend
  std::vector<double> x, y;  ///< as many of each
  bool reference = false;    ///< what others are held against: dashed, in the colour of letters
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
/// Where there are more cells than pixels a pixel has the mean of its cells (of their logarithms on a logarithmic
/// scale), or the hatch if one of them has none.
/// @returns the bytes of the file; the same picture has the same bytes as PNG and SVG
/// @throws UsageError if the build has no Cairo, there are no cells, an extent or the colour range is empty, turned
///   round or not finite, the size is not one of Drawing, or there is no such colour map; ShapeMismatch if values or
///   vectors are not nx*ny
std::string draw(const PlanePicture& picture, const Drawing& drawing = {});

/// Draws planes beside and below each other.
/// @throws UsageError as for one plane, and if there are none; ShapeMismatch
std::string draw(const PanelPicture& picture, const Drawing& drawing = {});

/// Draws lines, 960 x 560 pixels unless the drawing says otherwise, with a legend above them if they are more than one.
/// @returns the bytes of the file; the same picture has the same bytes as PNG and SVG
/// @throws UsageError if the build has no Cairo, there are no lines, or the range of the y axis is turned round, not
///   finite, or not positive on a logarithmic axis; ShapeMismatch if a line's x and y differ in size
std::string draw(const LinePicture& picture, const Drawing& drawing = {});

/// The finite values' range: of a logarithmic scale those above zero.
struct ValueRange {
  double lower, upper;  ///< lower <= upper
};
/// @return nothing where no value has a place
std::optional<ValueRange> value_range(const std::vector<double>& values, bool logarithmic = false);

}  // namespace tarn::io
