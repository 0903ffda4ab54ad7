#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tarn/io/image/color_map.hpp"
#include "tarn/io/image/look.hpp"
#include "tarn/io/image/styles.hpp"

namespace tarn::io {

/// A place on a canvas [pixel]; y grows downwards.
struct Point {
  double x, y;
};

/// A rectangle of a canvas [pixel].
struct Box {
  double x, y, width, height;
  double right() const { return x + width; }
  double bottom() const { return y + height; }
};

/// Pixels, the top row first.
struct Pixels {
  int width = 0, height = 0;
  std::vector<Color> colors;  ///< (height, width)
  const Color& at(int x, int y) const { return colors[std::size_t(y) * width + x]; }
};

/// Where a text stands to its place along the line of writing.
enum class Align { start, middle, end };

/// What is drawn on: its size in the drawing's own pixels, and how many of the file's pixels each of them is.
struct Sheet {
  double width = 1, height = 1;
  double scale = 1;
  Theme theme = Theme::light;
  PictureFormat format = PictureFormat::png;
};

/// An empty picture to draw on. The only place that knows Cairo; a build without it has canvases that throw.
class Canvas {
 public:
  /// @param width, height  [pixel], >= 1
  /// @throws UsageError if the build has no Cairo; Error if Cairo fails, as does every function below
  Canvas(int width, int height);
  /// @param sheet  width and height times scale at least 1
  explicit Canvas(const Sheet& sheet);
  ~Canvas();
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  /// The looks of the sheet's theme.
  const Look& look() const { return look_of(sheet_.theme); }
  /// Pixels of an image that fill a length of the drawing: as many as the file has there, twice that in a file of
  /// lines.
  int image_pixels(double length) const;

  /// Width of a line of text [pixel].
  double text_width(const std::string& text, const TextStyle& style);
  /// The text, or as much of its start as fits a width, with "…".
  std::string shortened(const std::string& text, const TextStyle& style, double width);
  /// Writes a line of text whose letters stand on the place's height.
  void write(const std::string& text, Point place, Align align, const TextStyle& style);
  /// Writes a line of text upwards, its letters' foot at the place's x.
  void write_upwards(const std::string& text, Point place, Align align, const TextStyle& style);

  void fill(const Box& box, const Color& color);
  /// Draws the outline just outside a box whose corners are whole pixels.
  void frame(const Box& box, const LineStyle& style);
  /// Joins points; a single point is a dot. Nothing outside `within` is drawn.
  void join(const std::vector<Point>& points, const LineStyle& style, const Box& within);
  /// Fills what is within the points, in their order.
  void fill(const std::vector<Point>& points, const Color& color);
  /// Fills a box with an image; where they are of one size its pixels are copied one to one.
  void paint(const Pixels& pixels, const Box& box);

  /// The bytes of the file. Nothing can be drawn after that.
  std::string file();

 private:
  struct Cairo;
  Sheet sheet_;
  std::unique_ptr<Cairo> cairo_;
};

/// Reads a PNG file's bytes; what is transparent is black.
/// @throws UsageError if the build has no Cairo, DataError if they are no PNG file or have more than 8 bits a
/// channel
Pixels read_png(const std::string& bytes);

/// The text as valid UTF-8 in one line: "?" for what is no UTF-8, a space for a control character.
std::string printable(const std::string& text);

}  // namespace tarn::io
