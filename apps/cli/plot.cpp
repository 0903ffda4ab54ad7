#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/cli/commands.hpp"
#include "tarn/apps/cli/error_json.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/cli/print_error.hpp"
#include "tarn/apps/cli/progress.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/apps/plot/request.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/image/color_map.hpp"

namespace tarn::cli {

namespace {

plot::PlotRequest plot_request;
std::vector<std::string> cuts, averages, maxima;
std::string range, picture_size, theme = "light";
bool arrows = false, streamlines = false, plot_as_json = false;

/// The order of the axes does not matter: means and maxima of what is cut out are taken after the cuts.
void read_axes() {
  const auto add = [](plot::Reduction how, const std::vector<std::string>& texts) {
    for (const auto& text : texts) {
      const auto axes = plot::axes_from(how, text);
      plot_request.axes.insert(plot_request.axes.end(), axes.begin(), axes.end());
    }
  };
  add(plot::Reduction::cut, cuts);
  add(plot::Reduction::average, averages);
  add(plot::Reduction::maximum, maxima);
}

/// @param error  that came before all were made, or nullptr
void print_result(const plot::PlotResult& result, const std::exception* error = nullptr) {
  for (const auto& warning : result.warnings)
    tell("tarn: {}\n", warning);
  if (plot_as_json) {
    nlohmann::ordered_json json{{"files", result.files}, {"asked", result.asked}, {"warnings", result.warnings}};
    if (error != nullptr) json.update(error_json(*error));
    print("{}", apps::json_text(json));
    return;
  }
  for (const auto& file : result.files)
    print("{}\n", io::path_text(file));
}

/// Draws, and leaves no line of progress behind, whatever happens. Of several pictures those are told that were made
/// before an error.
plot::PlotResult drawn(const plot::Watch& watch, ProgressLine& line) {
  plot::PlotResult result;
  try {
    plot::plot(plot_request, result, watch);
    line.finish();
    return result;
  } catch (const std::exception& error) {
    line.finish();
    if (!result.files.empty()) {
      print_result(result, &error);
      tell("tarn: {} of {} made before this went wrong:\n", result.files.size(),
           io::counted(result.asked, "picture was", "pictures were"));
    }
    throw;
  }
}

int run_plot(int&, char**&) {
  if (!speaks_for_all()) return apps::exit_code::done;  // one process writes the files
  read_axes();
  if (!range.empty()) plot_request.range = plot::range_from(range);
  if (!picture_size.empty()) plot::set_size(plot_request.drawing, picture_size);
  if (theme == "dark") plot_request.drawing.theme = io::Theme::dark;
  if (arrows) plot_request.vectors = plot::VectorStyle::arrows;
  if (streamlines) plot_request.vectors = plot::VectorStyle::streamlines;
  ProgressLine line(stderr, ProgressLine::AtEnd::erase);
  const auto watch = [&](std::size_t done, std::size_t total) {
    if (line.due())
      line.show(
          {.done = double(done), .total = double(total), .facts = {fmt::format("picture {} of {}", done, total)}});
  };
  print_result(drawn(watch, line));
  return apps::exit_code::done;
}

void add_fields(CLI::App& command) {
  command.add_option("--field", plot_request.fields, "a field, a vector (its magnitude) or a dataset; default: all")
      ->delimiter(',');
  command
      .add_option("--snapshot", plot_request.snapshot,
                  "newest, all, a step such as 120 (-1: the last), or the nearest to a time (0.5, t=3)")
      ->capture_default_str();
  command.add_option("--series", plot_request.series, "the name of an [[output]], where a run has several");
  command.add_option("--member", plot_request.member, "of the file of a batch's series: which member, from 0");
  command.add_option("--cut", cuts, "cut at a place on an axis, such as x=0.5");
  command.add_option("--average", averages, "the mean along an axis, such as y");
  command.add_option("--maximum", maxima, "the largest value along an axis, such as z");
  auto* history =
      command.add_option("--history", plot_request.history, "columns of history.csv over time, such as mass,energy");
  history->delimiter(',');
  auto* some = command.add_flag("--arrows", arrows, "arrows of a vector over the colours");
  auto* lines = command.add_flag("--streamlines", streamlines, "lines along a vector over the colours");
  lines->excludes(some);
  command.add_option("--vector", plot_request.vector_name,
                     "velocity of the fields velocity_x and velocity_y, say; default: the first that there is");
}

void add_looks(CLI::App& command) {
  command.add_flag("--log", plot_request.logarithmic, "a logarithmic scale of the values");
  command.add_option("--range", range, "LO,HI of the values, either may be empty; each: of every picture its own");
  command.add_option("--color-map", plot_request.color_map, "default: thermal, or balance for values around zero")
      ->check(CLI::IsMember(io::color_map_names()));
  command.add_option("--theme", theme, "the ground")->check(CLI::IsMember({"light", "dark"}))->capture_default_str();
  command.add_option("--size", picture_size, "WIDTHxHEIGHT in pixels");
}

void add_files(CLI::App& command) {
  command.add_flag("--movie", plot_request.movie, "all snapshots as one animated PNG, or as MP4 by ffmpeg");
  command.add_option("--frames-per-second", plot_request.frames_per_second, "of a movie")
      ->check(CLI::Range(0.1, 100.0))
      ->capture_default_str();
  command.add_option(
      "-o,--output", plot_request.output,
      "the file (.png, .svg, .pdf, of a movie .png, .mp4), or for several the first part of their names");
  command.add_flag("--force", plot_request.replace, "replace files that are there");
  command.add_flag("--json", plot_as_json, "print JSON");
}

}  // namespace

Command add_plot(CLI::App& program) {
  auto* command = program.add_subcommand("plot", "pictures of runs, also running ones, snapshots and HDF5 files");
  command->add_option("path", plot_request.sources, "run directories and files")->required();
  add_fields(*command);
  add_looks(*command);
  add_files(*command);
  for (auto* option : command->get_options())
    if (!option->get_positional()) option->allow_extra_args(false);  // what follows a value is a path
  return {command, run_plot};
}

}  // namespace tarn::cli
