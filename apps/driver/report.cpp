#include "tarn/apps/driver/report.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/units.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::apps {

namespace {

std::vector<int> used_cells(const Domain& domain) {
  return {domain.cells.begin(), domain.cells.begin() + domain.dimensions};
}

std::string region_line(const RegionReport& region, const RunSummary& summary) {
  std::string line = fmt::format("  {:<20} {:>9.3f} {:>6.1f}% {:>9}", region.name, region.seconds,
                                 100 * region.seconds / std::max(summary.walltime, 1e-12), region.calls);
  if (region.bytes == 0 || region.seconds <= 0) return line + '\n';
  const double rate = static_cast<double>(region.bytes) / region.seconds;
  line += fmt::format(" {:>10} {:>8.2f}", size_text(static_cast<double>(region.bytes)), rate / 1e9);
  if (peak_of(summary.peak) > 0) line += fmt::format(" {:>7.0f}%", 100 * rate / peak_of(summary.peak));
  return line + '\n';
}

std::string start_line(const StartTimes& start) {
  std::string text = fmt::format("{} before it: {} for the initial state",
                                 duration_text(start.initial_state + start.checkpoint + start.bandwidth),
                                 duration_text(start.initial_state));
  if (start.checkpoint > 0) text += fmt::format(", {} for the checkpoint", duration_text(start.checkpoint));
  return text + fmt::format(", {} to measure the bandwidth\n", duration_text(start.bandwidth));
}

/// Why a region may seem to be faster than the memory: the peak is that of arrays far larger than any cache.
std::string above_peak_line(const RunSummary& summary) {
  constexpr double of_caches = 256e6;  // more than the last cache of a processor has [bytes]
  double most = 0;
  bool above = false;
  for (const RegionReport& region : summary.regions) {
    if (region.seconds <= 0 || region.calls == 0) continue;
    const auto bytes = static_cast<double>(region.bytes);
    if (peak_of(summary.peak) <= 0 || bytes / region.seconds <= peak_of(summary.peak)) continue;
    above = true;
    most = std::max(most, bytes / static_cast<double>(region.calls));
  }
  if (!above) return {};
  if (most > of_caches) return "  above 100% of peak: the memory was slower when the peak was measured, at the start\n";
  return fmt::format(
      "  above 100% of peak: a call moves at most {}, which caches hold; the peak is that of memory beyond them\n",
      size_text(most));
}

/// What the writing thread did, and how often the steps had to wait for it.
std::string files_line(const RunSummary& summary) {
  const io::BackgroundReport& files = summary.background;
  if (files.jobs == 0) return {};
  const auto bytes = static_cast<double>(summary.bytes_written);
  return fmt::format("  beside the steps: {}, {} in {:.3f} s; both buffers were busy {}, for {:.3f} s\n",
                     io::counted(files.jobs, "HDF5 file"), size_text(bytes), files.seconds,
                     io::counted(files.stalls, "time"), files.stall_seconds);
}

}  // namespace

double cell_updates_per_second(const Grid& grid, const RunSummary& summary) {
  if (summary.steps_taken == 0) return 0;
  return static_cast<double>(grid.domain().size()) * static_cast<double>(summary.steps_taken) /
         std::max(summary.walltime, 1e-9);
}

std::string header_text(const SimulationContext& context, const Model& model, const std::string& root,
                        const RunStart& start) {
  const auto& ranks = context.runtime.communicator();
  const Decomposition& cut = context.grid.decomposition();
  std::string text = fmt::format("deck    {}, app {}, {} precision\n", io::path_text(context.deck.file()),
                                 context.deck.app(), context.deck.text("run.precision"));
  text += fmt::format("grid    {} {}\n", fmt::join(used_cells(context.grid.domain()), " x "),
                      context.grid.domain().size() == 1 ? "cell" : "cells");
  text += fmt::format("ranks   {}", ranks.size());
  if (ranks.size() > 1) {
    text += fmt::format(" as {} x {} x {}, halo through {}", cut.ranks(0), cut.ranks(1), cut.ranks(2),
                        context.patch.transport().description());
  }
  text += fmt::format("\ndevice  {}\n", device_name());
  return text + forecast_text(context.deck, model, root, start);
}

std::string regions_text(const RunSummary& summary) {
  std::string text = fmt::format("  {:<20} {:>9} {:>7} {:>9} {:>10} {:>8} {:>8}\n", "region", "seconds", "share",
                                 "calls", "bytes", "GB/s", "of peak");
  double named = 0;
  for (const auto& region : summary.regions) {
    text += region_line(region, summary);
    named += region.seconds;
  }
  const double other = std::max(0.0, summary.walltime - named);
  text += fmt::format("  {:<20} {:>9.3f} {:>6.1f}%\n", "other", other, 100 * other / std::max(summary.walltime, 1e-12));
  constexpr double rounding = 1.005;
  if (named > rounding * summary.walltime)
    text += "  together above 100%: only some steps are timed, and these were slower than the mean of all\n";
  return text + files_line(summary) + above_peak_line(summary);
}

std::string end_text(const SimulationContext& context, const Outcome& outcome, const RunSummary& summary,
                     const std::string& directory) {
  std::string text = fmt::format("\n{} at time {:g} after {}", name_of(outcome.status), summary.time,
                                 io::counted(summary.steps, "step"));
  if (!outcome.reason.empty()) text += ": " + outcome.reason;
  text += fmt::format("\n{} in the time loop, {} cell updates/s\n", duration_text(summary.walltime),
                      rate_text(cell_updates_per_second(context.grid, summary)));
  text += start_line(summary.start);
  text += "\n" + regions_text(summary);
  text += fmt::format("  measured at start: copy {:.2f} GB/s, triad {:.2f} GB/s{}\n", summary.peak.copy / 1e9,
                      summary.peak.triad / 1e9,
                      context.runtime.communicator().size() > 1 ? " a rank; all figures are rank 0's" : "");
  for (const FieldError& error : summary.errors) {
    text += fmt::format(
        "\nfrom the exact solution: {} is {:.3g} off in the mean (L1), {:.3g} in the root mean square (L2), "
        "{:.3g} at most\n",
        error.field, error.norms.l1, error.norms.l2, error.norms.max);
  }
  for (const auto& remark : summary.remarks)
    text += fmt::format("\nnote: {}\n", remark);
  if (summary.pictures > 0) text += fmt::format("\npictures: {}\n", io::path_text(directory + "/img"));
  return text;
}

void tell(const SimulationContext& context, const RunSummary& summary, nlohmann::ordered_json& json) {
  json["precision"] = context.deck.text("run.precision");
  json["cells"] = used_cells(context.grid.domain());
  json["steps"] = summary.steps;
  json["time"] = summary.time;
  json["time_end"] = context.deck.number("time.end");
  json["wall_seconds"] = summary.walltime;
  json["start_seconds"] = {{"initial_state", summary.start.initial_state},
                           {"checkpoint", summary.start.checkpoint},
                           {"bandwidth", summary.start.bandwidth}};
  json["cell_updates_per_second"] = cell_updates_per_second(context.grid, summary);
  json["halo"] = context.patch.transport().description();
  json["snapshots"] = summary.snapshots;
  json["pictures"] = summary.pictures;
  json["remarks"] = summary.remarks;
  json["background"] = {{"files", summary.background.jobs},
                        {"bytes", summary.bytes_written},
                        {"seconds", summary.background.seconds},
                        {"stalls", summary.background.stalls},
                        {"stall_seconds", summary.background.stall_seconds}};
  json["bandwidth"] = {{"copy", summary.peak.copy}, {"triad", summary.peak.triad}, {"peak", peak_of(summary.peak)}};
  for (const FieldError& error : summary.errors)
    json["errors"][error.field] = {{"l1", error.norms.l1}, {"l2", error.norms.l2}, {"max", error.norms.max}};
  auto regions = nlohmann::ordered_json::array();
  for (const auto& region : summary.regions) {
    regions.push_back(
        {{"name", region.name}, {"seconds", region.seconds}, {"calls", region.calls}, {"bytes", region.bytes}});
  }
  if (!regions.empty()) json["regions"] = regions;
}

}  // namespace tarn::apps
