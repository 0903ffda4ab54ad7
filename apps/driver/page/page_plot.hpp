#pragma once

#include <string>
#include <vector>

#include "tarn/io/store/run_view.hpp"

namespace tarn::apps {

/// A line plot as a part of a page.
struct PagePlot {
  std::string name;                ///< of what is drawn
  std::vector<double> times;       ///< of the problem, ascending
  std::vector<double> values;      ///< one for each; what is not finite leaves a gap
  bool logarithmic_too = false;    ///< whether a logarithmic axis shows more: all values > 0, over a decade or more
  bool logarithmic_first = false;  ///< whether it is shown at first: three decades or more
};

/// A plot for each column of a history.
std::vector<PagePlot> plots_of(const io::HistoryTable& history);

/// The plot as an SVG that tells what is in it to those who cannot see it.
/// @param id  of the element, different for each on a page
std::string svg_of(const PagePlot& plot, bool logarithmic, const std::string& id);

}  // namespace tarn::apps
