#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/cli/commands.hpp"
#include "tarn/apps/cli/end_together.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/apps/plot/moments.hpp"
#include "tarn/core/error.hpp"
#include "tarn/core/runtime.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/error.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/files/text.hpp"
#include "tarn/io/snapshot/difference.hpp"
#include "tarn/io/snapshot/structure.hpp"
#include "tarn/io/store/ensemble_layout.hpp"
#include "tarn/io/store/run_view.hpp"

namespace tarn::cli {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string first_path, second_path, moment = "newest";
std::vector<std::string> asked_fields;
double tolerance = 0;
CLI::Option* tolerance_given = nullptr;
bool compare_as_json = false;

/// One field of both files.
struct Row {
  io::FieldEntry first, second;
  io::FieldDifference difference;
  bool good;
};

/// The snapshots of a run, its checkpoints where it has none, of the moment that was asked for or else the last.
/// @throws Missing, UsageError
fs::path file_of_run(const fs::path& run) {
  const io::RunView view(run);
  auto files = view.files("snapshot");
  if (files.empty()) files = view.files("checkpoint");
  if (files.empty())
    throw io::Missing(run, "is no run that has written a snapshot or a checkpoint" + io::advice_on_ensemble(run));
  std::stable_sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.step < b.step; });
  std::vector<plot::Moment> moments;
  for (const auto& entry : files) {
    if (moments.empty() || moments.back().step != entry.step) moments.push_back({entry.step, entry.time});
  }
  if (moment == "all") throw UsageError("--snapshot all: compare takes one snapshot of each run");
  const auto place = plot::chosen_moments(moments, moment, run).front();
  std::vector<std::string> found;
  for (const auto& entry : files) {
    if (entry.step == moments[place].step) found.push_back(entry.file);
  }
  if (found.size() > 1)
    throw UsageError(fmt::format("{} has several of that moment: name one of the files {}", io::path_text(run),
                                 fmt::join(found, ", ")));
  return run / found.front();
}

/// @throws UsageError for --snapshot with a file, Missing, Io
fs::path file_of(const std::string& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return file_of_run(path);
  if (moment != "newest")
    throw UsageError("--snapshot chooses among those of a run, but " + io::path_text(path) + " is not one");
  return path;
}

/// Which snapshots are nearest to a time may be of two times.
/// @throws UsageError
void require_one_time(const io::SnapshotReader& first, const io::SnapshotReader& second) {
  constexpr double rounding = 1e-9;
  const double a = first.info().time, b = second.info().time;
  if (!plot::asks_for_time(moment) || std::abs(a - b) <= rounding * std::max(std::abs(a), std::abs(b))) return;
  throw UsageError(
      fmt::format("--snapshot {}: the nearest are of the times {:g} and {:g}, which is not one moment; name the files",
                  moment, a, b));
}

const io::FieldEntry* find_field(const io::SnapshotReader& file, const std::string& name) {
  const auto& fields = file.fields();
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& entry) { return entry.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

std::string names_of(const io::SnapshotReader& file) {
  std::vector<std::string> names;
  for (const auto& entry : file.fields())
    names.push_back(entry.name);
  return io::comma_list(names);
}

/// The fields to compare: those that were asked for, or else all, which then must be the same in both.
/// @throws UsageError
std::vector<std::string> fields_of(const io::SnapshotReader& first, const io::SnapshotReader& second) {
  std::vector<std::string> names = asked_fields;
  if (names.empty()) {
    for (const auto* file : {&first, &second}) {
      for (const auto& entry : file->fields()) {
        if (std::find(names.begin(), names.end(), entry.name) == names.end()) names.push_back(entry.name);
      }
    }
  }
  for (const auto& name : names) {
    if (!find_field(first, name) || !find_field(second, name)) {
      throw UsageError(fmt::format("the field {} is not in both; the first has {}, and the second {}{}", name,
                                   names_of(first), names_of(second),
                                   asked_fields.empty() ? "; --field compares one of them" : ""));
    }
  }
  return names;
}

Row compare_field(const io::SnapshotReader& first, const io::SnapshotReader& second, const std::string& name,
                  const io::GridMatch& match) {
  Row row{*find_field(first, name), *find_field(second, name), {}, false};
  if (row.first.element != row.second.element && tolerance_given->count() == 0) {
    throw UsageError(
        fmt::format("{} is {} in the first and {} in the second, so their bits cannot be equal; with "
                    "--tolerance their values are compared",
                    name, name_of(row.first.element), name_of(row.second.element)));
  }
  row.difference = io::difference_of(first, second, name, match);
  row.good = tolerance_given->count() > 0 ? row.difference.within(tolerance) : row.difference.equal();
  return row;
}

using Cell = io::CellIndex;

Json place_json(const io::GridBlock& grid, const Cell& cell) {
  Json json{{"cell", Json::array()}, {"place", Json::array()}};
  for (int axis = 0; axis < grid.dimensions; ++axis) {
    json["cell"].push_back(cell[axis]);
    json["place"].push_back(io::cell_center(grid, axis, cell[axis]));
  }
  return json;
}

std::string place_text(const io::GridBlock& grid, const Cell& cell) {
  std::vector<std::string> cells, places;
  for (int axis = 0; axis < grid.dimensions; ++axis) {
    cells.push_back(fmt::format("{}", cell[axis]));
    places.push_back(fmt::format("{:.6g}", io::cell_center(grid, axis, cell[axis])));
  }
  return fmt::format("cell ({}), {} = ({})", io::comma_list(cells),
                     io::comma_list({"x", "y", "z"}).substr(0, 3 * grid.dimensions - 2), io::comma_list(places));
}

Json row_json(const Row& row, const io::GridBlock& grid) {
  const auto& d = row.difference;
  Json json{{"field", row.first.name},
            {"unit", row.first.unit},
            {"types", {name_of(row.first.element), name_of(row.second.element)}},
            {"good", row.good},
            {"equal", d.equal()},
            {"cells", d.cells},
            {"differing", d.differing},
            {"not_finite", {d.not_finite[0], d.not_finite[1]}},
            {"largest", d.largest},
            {"relative", d.relative},
            {"l1", d.l1},
            {"l2", d.l2},
            {"magnitude", d.magnitude}};
  json["largest_at"] = d.largest > 0 ? place_json(grid, d.largest_at) : Json();
  json["relative_at"] = d.relative > 0 ? place_json(grid, d.relative_at) : Json();
  return json;
}

void print_row(const Row& row, const io::GridBlock& grid) {
  const auto& d = row.difference;
  if (d.equal()) {
    print("{}: equal to the bit, {}\n", row.first.name, io::counted(d.cells, "cell"));
  } else {
    print("{}: {} of {} {}{}\n", row.first.name, d.differing, io::counted(d.cells, "cell"),
          d.differing == 1 ? "differs" : "differ",
          tolerance_given->count() == 0 ? ""
          : row.good                    ? ", within the tolerance"
                                        : ", beyond the tolerance");
    print("  largest difference  {:.6g} at {}\n", d.largest, place_text(grid, d.largest_at));
    print("  largest relative    {:.6g} at {}\n", d.relative, place_text(grid, d.relative_at));
    print("  L1 {:.6g}, L2 {:.6g}; the largest value is {:.6g}\n", d.l1, d.l2, d.magnitude);
  }
  if (d.not_finite[0] + d.not_finite[1] > 0) {
    print("  NaN or infinite: {} of the first, {} of the second; they count in no figure\n",
          io::counted(d.not_finite[0], "cell"), d.not_finite[1]);
  }
}

Json file_json(const fs::path& path, const io::SnapshotReader& file) {
  return {{"file", path.string()}, {"step", file.info().step}, {"time", file.info().time}};
}

void print_file(const char* which, const fs::path& path, const io::SnapshotReader& file) {
  print("{:<7} {}, step {}, time {:g}\n", which, io::path_text(path), file.info().step, file.info().time);
}

int compare(const Communicator& ranks) {
  std::array<fs::path, 2> paths;
  ranks.agree([&] { paths = {file_of(first_path), file_of(second_path)}; });
  const auto first = io::SnapshotReader::open(ranks, paths[0]), second = io::SnapshotReader::open(ranks, paths[1]);
  require_one_time(first, second);
  const io::GridMatch match = io::match_grids(first.grid(), second.grid());
  const io::GridBlock& grid = match.second_is_finer ? first.grid() : second.grid();
  std::vector<Row> rows;
  for (const auto& name : fields_of(first, second))
    rows.push_back(compare_field(first, second, name, match));
  const bool good = std::all_of(rows.begin(), rows.end(), [](const Row& row) { return row.good; });
  const int code = good ? apps::exit_code::done : apps::exit_code::other;
  if (!ranks.is_root()) return code;
  if (compare_as_json) {
    Json json{{"first", file_json(paths[0], first)}, {"second", file_json(paths[1], second)}, {"good", good}};
    json["tolerance"] = tolerance_given->count() > 0 ? Json(tolerance) : Json();
    json["averaged"] = Json::array();
    for (int axis = 0; axis < grid.dimensions; ++axis)
      json["averaged"].push_back(match.factor[axis]);
    json["fields"] = Json::array();
    for (const auto& row : rows)
      json["fields"].push_back(row_json(row, grid));
    print("{}", apps::json_text(json));
    return code;
  }
  print_file("first", paths[0], first);
  print_file("second", paths[1], second);
  if (!match.same()) {
    const auto factors =
        fmt::format("{}", fmt::join(match.factor.begin(), match.factor.begin() + grid.dimensions, " x "));
    print("values of the {} are averages over {} cells\n", match.second_is_finer ? "second" : "first", factors);
  }
  for (const auto& row : rows)
    print_row(row, grid);
  return code;
}

/// @returns what is wrong with a tolerance; CLI11's own check lets NaN pass
std::string no_less_than_zero(const std::string& text) {
  const auto number = io::number_in<double>(text);
  if (number && std::isfinite(*number) && *number >= 0) return {};
  return fmt::format("'{}' is no finite number from 0 on, such as 1e-12", text);
}

int run_compare(int& argc, char**& argv) {
  const Runtime runtime(argc, argv);
  return end_together(runtime, [&] { return compare(runtime.communicator()); });
}

}  // namespace

Command add_compare(CLI::App& program) {
  auto* command = program.add_subcommand("compare", "compare two runs or snapshots, field by field");
  command->add_option("first", first_path, "a run directory, or a snapshot or checkpoint file")->required();
  command->add_option("second", second_path, "what it is compared with")->required();
  command->add_option("--field", asked_fields, "a field that is compared; may be given again; default: all")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  command
      ->add_option("--snapshot", moment,
                   "of runs: newest, a step such as 120 (-1: the last), or the nearest to a time (0.5, t=3)")
      ->capture_default_str();
  tolerance_given =
      command
          ->add_option("--tolerance", tolerance,
                       "how far values may be off, as a share of the field's largest; default: bits must be equal")
          ->check(no_less_than_zero, "NUMBER");
  command->add_flag("--json", compare_as_json, "print JSON");
  return {command, run_compare};
}

}  // namespace tarn::cli
