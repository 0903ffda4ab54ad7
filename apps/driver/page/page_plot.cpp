#include "tarn/apps/driver/page/page_plot.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "tarn/apps/driver/page/html.hpp"
#include "tarn/io/image/thin.hpp"
#include "tarn/io/image/ticks.hpp"

namespace tarn::apps {

namespace {

constexpr double drawing_width = 420, drawing_height = 220;       // of the drawing, in its own units
constexpr double left = 64, right = 408, top = 12, bottom = 184;  // of the frame
constexpr double most_drawable = 1e300, least_positive = 1e-300;  // beyond them arithmetic on an axis overflows
constexpr int marks_across = 5, marks_up = 5;

struct Ends {
  double lower, upper;
};

bool is_drawable(double value, bool logarithmic) {
  return std::isfinite(value) && std::abs(value) <= most_drawable && (!logarithmic || value >= least_positive);
}

/// Of what can be drawn; nothing where nothing can.
std::optional<Ends> ends_of(const std::vector<double>& values, bool logarithmic) {
  std::optional<Ends> ends;
  for (const double value : values) {
    if (!is_drawable(value, logarithmic)) continue;
    if (!ends) ends = Ends{value, value};
    ends->lower = std::min(ends->lower, value);
    ends->upper = std::max(ends->upper, value);
  }
  return ends;
}

/// Also of a ratio that would overflow.
double log_of_ratio(double value, double other) {
  return std::log(value) - std::log(other);
}

/// Room above and below a line; for one value alone enough that the axis has a length.
Ends with_room(Ends ends, bool logarithmic) {
  constexpr double share = 0.06;
  if (logarithmic) {
    const double room = ends.upper > ends.lower ? std::exp(share * log_of_ratio(ends.upper, ends.lower)) : 2;
    return {std::max(ends.lower / room, least_positive), std::min(ends.upper * room, most_drawable)};
  }
  const double size = std::max(std::abs(ends.lower), std::abs(ends.upper));
  const double span = ends.upper - ends.lower;
  const double room = span > 1e-12 * size ? share * span : size > 0 ? 0.1 * size : 1;
  return {ends.lower - room, ends.upper + room};
}

double share_of(double value, const Ends& ends, bool logarithmic) {
  if (logarithmic) return log_of_ratio(value, ends.lower) / log_of_ratio(ends.upper, ends.lower);
  return (value - ends.lower) / (ends.upper - ends.lower);
}

class Drawing {
 public:
  Drawing(const PagePlot& plot, bool logarithmic, Ends across, Ends up)
      : plot_(plot), logarithmic_(logarithmic), across_(across), up_(with_room(up, logarithmic)) {
    if (!(across_.upper > across_.lower)) across_.upper = across_.lower + std::max(1.0, std::abs(across_.lower));
  }

  std::string marks() const {
    std::string svg;
    const auto ticks =
        logarithmic_ ? io::log_ticks(up_.lower, up_.upper, marks_up) : io::nice_ticks(up_.lower, up_.upper, marks_up);
    for (const auto& tick : ticks) {
      if (tick.label.empty()) continue;
      const double at = y(tick.value);
      svg += fmt::format(
          "<path class=\"grid\" d=\"M{:.0f} {:.1f}H{:.0f}\"/><text x=\"{:.0f}\" y=\"{:.1f}\" "
          "text-anchor=\"end\">{}</text>\n",
          left, at, right, left - 7, at + 4, tick.label);
    }
    for (const auto& tick : io::nice_ticks(across_.lower, across_.upper, marks_across)) {
      svg += fmt::format(
          "<path class=\"tick\" d=\"M{0:.1f} {1:.0f}v5\"/><text x=\"{0:.1f}\" y=\"{2:.0f}\" "
          "text-anchor=\"middle\">{3}</text>\n",
          x(tick.value), bottom, bottom + 18, tick.label);
    }
    return svg + fmt::format(
                     "<path class=\"axis\" d=\"M{0:.0f} {1:.0f}V{2:.0f}H{3:.0f}\"/>\n"
                     "<text x=\"{4:.0f}\" y=\"{5:.0f}\" text-anchor=\"middle\">time</text>\n",
                     left, top, bottom, right, (left + right) / 2, drawing_height - 2);
  }

  /// Broken where a value cannot be drawn.
  std::string line() const {
    std::string path;
    std::vector<io::Point> piece;
    const auto end_piece = [&] {
      const auto points = io::thinned(piece);
      for (std::size_t n = 0; n < points.size(); ++n)
        path += fmt::format("{}{:.1f} {:.1f}", n == 0 ? 'M' : 'L', points[n].x, points[n].y);
      if (points.size() == 1) path += "h0.01";  // a round cap makes it a dot
      piece.clear();
    };
    for (std::size_t n = 0; n < plot_.values.size(); ++n) {
      if (is_drawable(plot_.values[n], logarithmic_) && is_drawable(plot_.times[n], false)) {
        piece.push_back({x(plot_.times[n]), y(plot_.values[n])});
      } else {
        end_piece();
      }
    }
    end_piece();
    return fmt::format("<path class=\"line\" d=\"{}\"/>\n", path);
  }

 private:
  double x(double time) const { return left + (right - left) * share_of(time, across_, false); }
  double y(double value) const { return bottom - (bottom - top) * share_of(value, up_, logarithmic_); }

  const PagePlot& plot_;
  bool logarithmic_;
  Ends across_, up_;
};

std::string description(const PagePlot& plot, const Ends& ends) {
  return fmt::format(
      "{} values, from {:.6g} at time {:.6g} to {:.6g} at time {:.6g}; the least is {:.6g}, the "
      "greatest {:.6g}",
      plot.values.size(), plot.values.front(), plot.times.front(), plot.values.back(), plot.times.back(), ends.lower,
      ends.upper);
}

}  // namespace

std::vector<PagePlot> plots_of(const io::HistoryTable& history) {
  constexpr double more = 10, first = 1000;  // greatest to least value
  std::vector<PagePlot> plots;
  for (std::size_t column = 0; column < history.columns.size(); ++column) {
    PagePlot plot{.name = history.columns[column], .times = history.times, .values = {}};
    for (const auto& row : history.rows)
      plot.values.push_back(row[column]);
    const auto ends = ends_of(plot.values, true);
    const bool all =
        std::all_of(plot.values.begin(), plot.values.end(), [](double value) { return is_drawable(value, true); });
    plot.logarithmic_too = ends && all && ends->upper / ends->lower >= more;
    plot.logarithmic_first = plot.logarithmic_too && ends->upper / ends->lower >= first;
    plots.push_back(std::move(plot));
  }
  return plots;
}

std::string svg_of(const PagePlot& plot, bool logarithmic, const std::string& id) {
  const auto across = ends_of(plot.times, false), up = ends_of(plot.values, logarithmic);
  const std::string name = html_text(plot.name);
  std::string svg = fmt::format(
      "<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-labelledby=\"{}-t {}-d\">"
      "<title id=\"{}-t\">{} over time{}</title><desc id=\"{}-d\">{}</desc>\n",
      drawing_width, drawing_height, id, id, id, name, logarithmic ? ", logarithmic axis" : "", id,
      across && up ? description(plot, *up) : "no finite values");
  if (!across || !up) {
    return svg + fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"middle\">no finite values</text></svg>\n",
                             drawing_width / 2, drawing_height / 2);
  }
  const Drawing drawing(plot, logarithmic, *across, *up);
  return svg + drawing.marks() + drawing.line() + "</svg>\n";
}

}  // namespace tarn::apps
