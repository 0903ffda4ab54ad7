#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/plot/block.hpp"
#include "tarn/apps/plot/exact.hpp"
#include "tarn/apps/plot/request.hpp"

namespace tarn::plot {

/// What one picture shows of one source: a line, a plane, or a body as three planes.
struct Part {
  std::string label;                ///< of the source
  Block block;                      ///< one or two axes
  std::optional<Block> exact = {};  ///< beside a line
  std::vector<Block> vectors = {};  ///< components, reduced as the block
};

/// What one picture shows.
struct Shown {
  std::vector<Part> parts;
  int columns = 1;       ///< of planes beside each other
  bool several = false;  ///< sources
};

/// Takes from a snapshot what a picture shows of it: reduced as was asked, and three cuts through the middle of what
/// then has three axes.
/// @param vector  its components go over the colours; empty: none
/// @throws UsageError, Io, Truncated, Corrupt
std::vector<Part> parts_of(const Snapshot& snapshot, const std::string& field, const std::string& vector,
                           const std::string& label, const ExactSolutions& exact, const PlotRequest& request);

/// The smallest and the largest value that is shown; nothing where no value has a place.
std::optional<io::ValueRange> range_of(const Shown& shown, bool logarithmic);

/// Draws one picture.
/// @param range   of a series; nothing: the picture's own
/// @throws UsageError where nothing can be shown on a logarithmic scale, or lines and planes would have to stand in one
///   picture
std::string picture_of(const Shown& shown, const std::optional<io::ValueRange>& range, const PlotRequest& request);

}  // namespace tarn::plot
