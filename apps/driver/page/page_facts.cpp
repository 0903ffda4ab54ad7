#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/page/html.hpp"
#include "tarn/apps/driver/page/page_sections.hpp"
#include "tarn/apps/driver/units.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::apps {

namespace {

std::string code(const std::string& text) {
  return text.empty() ? "" : "<code>" + html_text(text) + "</code>";
}

std::string cells_text(const PageSource& source) {
  const auto* cells = source.find({"cells"});
  if (!cells || !cells->is_array()) return {};
  std::vector<std::string> lengths;
  for (const auto& length : *cells) {
    if (length.is_number()) lengths.push_back(fmt::format("{:.0f}", length.get<double>()));
  }
  return fmt::format("{}", fmt::join(lengths, " × "));
}

std::string commit_text(const PageSource& source) {
  const std::string commit = source.text({"commit", "id"}), state = source.text({"commit", "state"});
  if (commit.empty()) return {};
  constexpr std::size_t shown = 12;
  return code(commit.substr(0, shown)) + (state == "modified" ? ", with changes" : "");
}

std::string count_text(const PageSource& source, std::initializer_list<const char*> keys) {
  const auto number = source.number(keys);
  return number ? fmt::format("{:.0f}", *number) : "";
}

std::string bytes_text(const PageSource& source, const char* key) {
  const auto number = source.number({key});
  return number ? size_text(*number) : "";
}

std::string seconds_text(const PageSource& source, std::initializer_list<const char*> keys) {
  const auto number = source.number(keys);
  return number ? duration_text(*number) : "";
}

/// A share as a number over a bar.
std::string meter(double share, const char* kind) {
  return fmt::format("<td class=\"meter {}\" style=\"--share:{:.1f}%\">{:.0f}%</td>", kind,
                     100 * std::clamp(share, 0.0, 1.0), 100 * share);
}

std::string region_row(const std::string& name, double seconds, double wall, std::optional<double> calls, double bytes,
                       double peak) {
  std::string row =
      fmt::format("<tr><th scope=\"row\">{}</th><td>{:.3f}</td>{}<td class=\"extra\">{}</td>", html_text(name), seconds,
                  meter(seconds / std::max(wall, 1e-12), "time"), calls ? fmt::format("{:.0f}", *calls) : "");
  const double rate = seconds > 0 ? bytes / seconds : 0;
  row += rate > 0 ? fmt::format("<td>{:.2f}</td>", rate / 1e9) : "<td></td>";
  row += rate > 0 && peak > 0 ? meter(rate / peak, rate > peak ? "peak above" : "peak") : "<td></td>";
  return row + "</tr>\n";
}

double peak_rate(const PageSource& source) {
  const auto peak = source.number({"bandwidth", "peak"});
  return peak ? *peak : source.number({"bandwidth", "triad"}).value_or(0);
}

std::string regions_table(const PageSource& source) {
  const auto* regions = source.find({"regions"});
  if (!regions || !regions->is_array()) return {};
  const double wall = source.number({"wall_seconds"}).value_or(0), peak = peak_rate(source);
  const auto number = [](const nlohmann::ordered_json& region, const char* key) {
    const auto found = region.find(key);
    return found != region.end() && found->is_number() ? found->get<double>() : 0.0;
  };
  std::string rows;
  double named = 0;
  for (const auto& region : *regions) {
    if (!region.is_object() || !region.contains("name") || !region["name"].is_string()) continue;
    const double seconds = number(region, "seconds");
    rows += region_row(region["name"].get<std::string>(), seconds, wall, number(region, "calls"),
                       number(region, "bytes"), peak);
    named += seconds;
  }
  if (rows.empty()) return {};
  rows += region_row("other", std::max(0.0, wall - named), wall, {}, 0, 0);
  return "<div class=\"wide\"><table class=\"numbers\"><thead><tr><th scope=\"col\">region</th>"
         "<th scope=\"col\">seconds</th><th scope=\"col\">share</th><th scope=\"col\" class=\"extra\">calls</th>"
         "<th scope=\"col\">GB/s</th><th scope=\"col\">of peak</th></tr></thead><tbody>\n" +
         rows + "</tbody></table></div>\n";
}

/// Of a run whose work is files.
std::string items_table(const PageSource& source) {
  if (!source.find({"items"})) return {};
  std::string rows = html_fact("read", bytes_text(source, "bytes_read"));
  rows += html_fact("time to read", seconds_text(source, {"read_seconds"}));
  rows += html_fact("to the device", bytes_text(source, "bytes_to_device"));
  rows += html_fact("to the host", bytes_text(source, "bytes_to_host"));
  rows += html_fact("device time", seconds_text(source, {"device_seconds"}));
  const std::string most = bytes_text(source, "pool_peak"), memory = bytes_text(source, "memory");
  if (!most.empty()) rows += html_fact("memory of a rank", most + " of " + memory);
  return "<table class=\"facts\">\n" + rows + "</table>\n";
}

}  // namespace

std::string section_of_facts(const PageSource& source) {
  std::string rows = html_fact("directory", code(io::path_text(source.run)));
  rows += html_fact("deck", code(source.text({"deck"})));
  rows += html_fact("app", html_text(source.text({"app"})));
  rows += html_fact("cells", cells_text(source));
  rows += html_fact("precision", html_text(source.text({"precision"})));
  rows += html_fact("host", html_text(source.text({"host"})));
  const std::string ranks = count_text(source, {"ranks"});
  const bool many = source.number({"ranks"}).value_or(1) > 1;
  const std::string halo = source.text({"halo"});
  rows += html_fact("ranks", ranks + (many && !halo.empty() ? ", halo through " + html_text(halo) : ""));
  rows += html_fact("device", html_text(source.text({"device"})));
  rows += html_fact("tarn", html_text(source.text({"versions", "tarn"})));
  rows += html_fact("commit", commit_text(source));
  for (const char* library : {"kokkos", "hdf5", "mpi"})
    rows += html_fact(library, html_text(source.text({"versions", library})));
  rows += html_fact("began", html_text(source.text({"began"})));
  rows += html_fact("time loop", source.find({"steps"}) ? seconds_text(source, {"wall_seconds"}) : "");
  rows += html_fact("snapshots", count_text(source, {"snapshots"}));
  rows += html_fact("newest checkpoint", code(source.checkpoint));
  return html_section("facts", "What runs where", "<table class=\"facts\">\n" + rows + "</table>\n");
}

std::string section_of_performance(const PageSource& source) {
  std::string html = regions_table(source) + items_table(source);
  if (html.empty()) return {};
  const auto copy = source.number({"bandwidth", "copy"}), triad = source.number({"bandwidth", "triad"});
  if (copy && triad) {
    html += fmt::format(
        "<p class=\"small\">Measured at the start: copy {:.2f} GB/s, triad {:.2f} GB/s{}. Above 100% of "
        "peak, caches hold what a call moves.</p>\n",
        *copy / 1e9, *triad / 1e9,
        source.number({"ranks"}).value_or(1) > 1 ? " a rank; all figures are of rank 0" : "");
  }
  return html_section("performance", "Performance", html);
}

}  // namespace tarn::apps
