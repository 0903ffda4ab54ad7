// The page that `tarn verify` leaves: tables, and pictures of the errors.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/cli/verify.hpp"
#include "tarn/apps/driver/page/html.hpp"

namespace tarn::cli {

namespace {

using apps::html_text;

constexpr std::array<const char*, 3> colours{"#1f6feb", "#d1242f", "#1a7f37"};

/// A logarithmic axis of a picture.
struct Axis {
  double low, high;  ///< logarithms to the base 10 of its ends
  double from, to;   ///< where they are [pixels]

  double at(double value) const { return from + (std::log10(value) - low) / (high - low) * (to - from); }
};

/// The errors above 0 of one norm, over the cells along x.
std::vector<std::array<double, 2>> points_of(const apps::Proof& proof, std::size_t field, const apps::Norm& norm) {
  std::vector<std::array<double, 2>> points;
  for (const auto& grid : proof.grids) {
    const double error = grid.errors[field].norms.*norm.value;
    if (std::isfinite(error) && error > 0) points.push_back({static_cast<double>(grid.cells[0]), error});
  }
  return points;
}

std::string label(double x, double y, const char* anchor, const std::string& text, const char* colour = "#57606a") {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" fill=\"{}\">{}</text>\n", x, y, anchor, colour,
                     html_text(text));
}

std::string line(double x1, double y1, double x2, double y2, const char* style) {
  return fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" {}/>\n", x1, y1, x2, y2, style);
}

/// Both axes, with a line for each power of ten and a mark for each grid.
std::string frame(const apps::Proof& proof, const Axis& x, const Axis& y) {
  constexpr const char* faint = "stroke=\"#d0d7de\"";
  std::string text;
  for (int power = static_cast<int>(std::ceil(y.low)); power <= std::floor(y.high); ++power) {
    const double at = y.at(std::pow(10, power));
    text += line(x.from, at, x.to, at, faint) + label(x.from - 6, at + 4, "end", fmt::format("1e{}", power));
  }
  for (const auto& grid : proof.grids) {
    const double at = x.at(grid.cells[0]);
    text += line(at, y.from, at, y.from + 4, "stroke=\"#57606a\"") +
            label(at, y.from + 18, "middle", fmt::format("{}", grid.cells[0]));
  }
  return text + label(0.5 * (x.from + x.to), y.from + 34, "middle", "cells along x") +
         line(x.from, y.from, x.to, y.from, "stroke=\"#57606a\"");
}

/// A dashed line that falls with the expected order from the first point.
std::string guide(const apps::Proof& proof, const std::array<double, 2>& start, const Axis& x, const Axis& y) {
  const double last = proof.grids.back().cells[0];
  const double end = start[1] * std::pow(start[0] / last, proof.least.value);
  const double lowest = std::pow(10, y.low);
  if (!(end > lowest)) return {};
  return line(x.at(start[0]), y.at(start[1]), x.at(last), y.at(end), "stroke=\"#57606a\" stroke-dasharray=\"4 4\"") +
         label(x.at(last) + 6, y.at(end) + 4, "start", fmt::format("order {:.3g}", proof.least.value));
}

std::string findings_table(const apps::Proof& proof) {
  std::string text = "<table>\n<tr><th></th><th>what</th><th>of</th><th>found</th></tr>\n";
  for (const auto& finding : proof.findings) {
    text += fmt::format("<tr class=\"{0}\"><td>{0}</td><td>{1}</td><td>{2}</td><td>{3}</td></tr>\n",
                        name_of(finding.verdict), html_text(finding.what), html_text(finding.of),
                        html_text(finding.detail));
  }
  return text + "</table>\n";
}

std::string errors_table(const apps::Proof& proof, const std::vector<apps::GridErrors>& rungs, std::size_t field) {
  std::string text = "<table>\n<tr><th>cells</th><th>steps</th><th>L1</th><th>L2</th><th>max</th></tr>\n";
  for (const auto& grid : rungs) {
    const auto& norms = grid.errors[field].norms;
    text += fmt::format("<tr><td>{}</td><td>{}</td><td>{:.3e}</td><td>{:.3e}</td><td>{:.3e}</td></tr>\n",
                        fmt::join(grid.cells.begin(), grid.cells.begin() + proof.dimensions, " × "), grid.steps,
                        norms.l1, norms.l2, norms.max);
  }
  text += "<tr><th>order</th><td></td>";
  for (const auto& norm : apps::all_norms) {
    const double order = apps::order_above_rounding(rungs, field, norm.value);
    text += std::isnan(order) ? "<td>-</td>" : fmt::format("<td>{:.2f}</td>", order);
  }
  return text + "</tr>\n</table>\n";
}

std::string section(const apps::Proof& proof) {
  std::string text = fmt::format("<h2>{}: {}</h2>\n<p>{} precision, to time {:g}. ", html_text(proof.app),
                                 html_text(proof.name), proof.precision, proof.end);
  text += proof.exact.empty() ? "No exact solution is known: a short run is looked at, its errors are not.</p>\n"
                              : fmt::format("Exact solution: {}.</p>\n", html_text(proof.exact.front().source));
  for (std::size_t field = 0; field < proof.exact.size() && !proof.grids.empty(); ++field) {
    text += fmt::format("<h3>{}</h3>\n<div class=\"row\">\n{}{}</div>\n", html_text(proof.exact[field].field),
                        error_plot(proof, field), errors_table(proof, proof.grids, field));
  }
  for (std::size_t field = 0; !proof.halvings.empty() && field < proof.halvings.front().errors.size(); ++field) {
    text +=
        fmt::format("<h3>{} in time: from the result of twice as many steps</h3>\n{}",
                    html_text(proof.halvings.front().errors[field].field), errors_table(proof, proof.halvings, field));
  }
  return text + findings_table(proof);
}

constexpr const char* head =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>tarn verify</title>\n<style>\n"
    "body { font: 15px/1.5 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #1f2328 }\n"
    "table { border-collapse: collapse; margin: 0.5em 0 } td, th { padding: 0.15em 0.7em; text-align: left; "
    "border-bottom: 1px solid #d0d7de; vertical-align: top }\n"
    ".good td:first-child { color: #1a7f37 } .bad td:first-child { color: #d1242f; font-weight: bold } "
    ".skipped td:first-child { color: #9a6700 }\n"
    ".row { display: flex; flex-wrap: wrap; gap: 1.5em; align-items: center } svg { font: 12px sans-serif }\n"
    "</style>\n</head>\n<body>\n";

}  // namespace

std::string error_plot(const apps::Proof& proof, std::size_t field) {
  double low = HUGE_VAL, high = 0;
  for (const auto& norm : apps::all_norms) {
    for (const auto& point : points_of(proof, field, norm))
      low = std::min(low, point[1]), high = std::max(high, point[1]);
  }
  if (high == 0) return "<p>no error above 0</p>\n";
  constexpr double width = 420, height = 260, left = 60, right = 90, top = 14, bottom = 44, room = 0.1;
  const double first = proof.grids.front().cells[0], last = proof.grids.back().cells[0];
  const Axis x{std::log10(first) - room, std::log10(last) + room, left, width - right};
  const Axis y{std::floor(std::log10(low)), std::ceil(std::log10(high) + room), height - bottom, top};
  std::string text = fmt::format(
      "<svg viewBox=\"0 0 {0:g} {1:g}\" width=\"{0:g}\" height=\"{1:g}\" role=\"img\">\n<title>errors of {2}</title>\n",
      width, height, html_text(proof.exact[field].field));
  text += frame(proof, x, y);
  for (std::size_t n = 0; n < apps::all_norms.size(); ++n) {
    const auto points = points_of(proof, field, apps::all_norms[n]);
    std::string corners;
    for (const auto& point : points) {
      corners += fmt::format("{:.1f},{:.1f} ", x.at(point[0]), y.at(point[1]));
      text += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"{}\"/>\n", x.at(point[0]), y.at(point[1]),
                          colours[n]);
    }
    text += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\"/>\n", corners, colours[n]);
    text += label(width - right + 26, top + 14 + 16 * static_cast<double>(n), "start", apps::all_norms[n].shown,
                  colours[n]);
    if (n == 0 && !points.empty()) text += guide(proof, points.front(), x, y);
  }
  return text + "</svg>\n";
}

std::string proof_page(const std::vector<apps::Proof>& proofs, const nlohmann::ordered_json& run) {
  const auto text_of = [&](const char* key) {
    return html_text(run.at(key).is_string() ? run.at(key).get<std::string>() : run.at(key).dump());
  };
  std::string text = head;
  text += fmt::format("<h1>tarn verify: {}</h1>\n<p>tarn {}, {}, {} s. Good {}, bad {}, skipped {}.</p>\n",
                      run.at("status") == "stopped" || (run.at("status") == "failed" && run.at("findings_bad") == 0)
                          ? text_of("reason")
                      : run.at("good").get<bool>() ? "all is good"
                                                   : "something is bad",
                      text_of("version"), text_of("device"), text_of("seconds"), text_of("findings_good"),
                      text_of("findings_bad"), text_of("findings_skipped"));
  for (const auto& proof : proofs)
    text += section(proof);
  return text + "</body>\n</html>\n";
}

}  // namespace tarn::cli
