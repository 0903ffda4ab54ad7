#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tarn/io/image/picture.hpp"

// `tarn plot`: pictures of what runs and files hold. The command line fills a request; plot() reads the sources
// (source.hpp), takes blocks of cells from them (block.hpp), cuts and averages these (reduce.hpp), and hands them to
// the drawing library of io/image. What comes out goes to files (output.hpp), or into one moving picture (movie.hpp).

namespace tarn::plot {

/// How an axis of a field goes away.
enum class Reduction { cut, average, maximum };

/// One axis that goes away.
struct AxisRequest {
  Reduction how = Reduction::cut;
  int axis = 0;      ///< 0 to 2: x, y, z
  double place = 0;  ///< of a cut, along the axis
};

/// Vectors over a field's colours.
enum class VectorStyle { none, arrows, streamlines };

/// The ends of colours or of the value axis.
struct RangeRequest {
  std::optional<double> lower = {}, upper = {};  ///< an end that is not given is the data's
  bool each = false;                             ///< of every picture its own; else one for the series
};

/// What the command line asks for.
struct PlotRequest {
  std::vector<std::string> sources;          ///< run directories and files
  std::vector<std::string> fields = {};      ///< none: all
  std::string snapshot = "newest";           ///< a number, a time, "newest" or "all"
  std::string series = {};                   ///< of a run's snapshots; empty: any
  std::optional<std::uint64_t> member = {};  ///< of files that hold the series of many
  std::vector<AxisRequest> axes = {};        ///< that go away, in this order
  std::vector<std::string> history = {};     ///< columns; with any, no field is drawn
  bool logarithmic = false;
  RangeRequest range = {};
  std::string color_map = {};  ///< empty: one that suits the values
  VectorStyle vectors = VectorStyle::none;
  std::string vector_name = {};  ///< the components' common beginning; empty: the first that there is
  bool movie = false;
  double frames_per_second = 10;
  io::Drawing drawing = {};
  std::string output = {};  ///< empty: places that suit the sources
  bool replace = false;     ///< files that are there
};

/// What has been drawn.
struct PlotResult {
  std::vector<std::string> files;     ///< in their order
  std::vector<std::string> warnings;  ///< a line each
  std::size_t asked = 0;              ///< how many files were asked for, once that is known
};

/// Is told how many of how many pictures have been looked at or drawn.
using Watch = std::function<void(std::size_t done, std::size_t total)>;

/// Draws what is asked for. Refuses before it draws what could not be written.
/// @param[in,out] result  is kept up to date, so that it tells which files were made when this throws
/// @throws UsageError for what the sources do not have or cannot be shown, DataError and io::FileError for files
void plot(const PlotRequest& request, PlotResult& result, const Watch& watch = {});

// What the words of the command line mean.

/// "x=0.5,y=1" for cuts, "x,y" for others.
/// @throws UsageError
std::vector<AxisRequest> axes_from(Reduction how, const std::string& text);
/// "LO,HI", either of which may be empty, or "each".
/// @throws UsageError
RangeRequest range_from(const std::string& text);
/// Sets width and height from "WxH".
/// @throws UsageError
void set_size(io::Drawing& drawing, const std::string& text);

}  // namespace tarn::plot
