#pragma once

#include <string>
#include <vector>

#include "tarn/apps/plot/request.hpp"
#include "tarn/apps/plot/source.hpp"

namespace tarn::plot {

/// A picture of columns of history.csv over time, of one run or several.
/// @throws UsageError for a source that is no run, has no rows yet or not such a column, and where no value of a
///   logarithmic scale is above 0; Io, Corrupt
std::string history_picture(const std::vector<Source>& sources, const PlotRequest& request);

}  // namespace tarn::plot
