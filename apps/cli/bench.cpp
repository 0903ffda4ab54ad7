#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/cli/commands.hpp"
#include "tarn/apps/cli/end_together.hpp"
#include "tarn/apps/cli/measure_decks.hpp"
#include "tarn/apps/cli/own_runtime.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/core/profile/bandwidth.hpp"

namespace tarn::cli {

namespace {

BenchOptions bench_options;
bool bench_as_json = false;
int ranks_wanted = 0;

void print_json(const std::vector<BenchRow>& rows, const Runtime& runtime) {
  nlohmann::ordered_json json;
  json["device"] = device_name();
  json["ranks"] = runtime.communicator().size();
  json["peak"] = peak_name();
  for (const auto& row : rows) {
    json["rows"].push_back({{"what", row.what},
                            {"bytes_per_second", row.bytes_per_second},
                            {"share_of_peak", row.share},
                            {"cell_updates_per_second", row.cells_per_second},
                            {"steps_in_a_pass", row.steps_in_a_pass}});
  }
  print("{}", apps::json_text(json));
}

void print_table(const std::vector<BenchRow>& rows, const Runtime& runtime) {
  const int ranks = runtime.communicator().size();
  print("{}, {} rank{}\n", device_name(), ranks, ranks == 1 ? "" : "s");
  print("{:<56} {:>9} {:>14} {:>12}\n", "", "GB/s", fmt::format("share of {}", peak_name()), "cells/s");
  for (const auto& row : rows) {
    print("{:<56} {:>9.2f} {:>14.2f} {:>12}\n", row.what, row.bytes_per_second / 1e9, row.share,
          row.cells_per_second > 0 ? fmt::format("{:.3g}", row.cells_per_second) : "");
  }
  const auto has_two = [](const BenchRow& row) { return row.steps_in_a_pass == 2; };
  if (std::any_of(rows.begin(), rows.end(), has_two))
    print("With two steps in a pass, GB/s and share are of what single steps move, which is twice as much.\n");
}

int run_bench(int& argc, char**& argv) {
  if (ranks_wanted > 0) return launch_ranks(ranks_wanted, argc, argv);
  const Runtime runtime(argc, argv, told_to_the_user());
  return end_together(runtime, [&] {
    const auto rows = run_bench(runtime, bench_options);
    if (!runtime.communicator().is_root()) return apps::exit_code::done;
    if (bench_as_json) {
      print_json(rows, runtime);
    } else {
      print_table(rows, runtime);
    }
    return apps::exit_code::done;
  });
}

}  // namespace

Command add_bench(CLI::App& program) {
  auto* command = program.add_subcommand("bench", "this machine's memory bandwidth, and tarn's share of it");
  command->add_option("deck", bench_options.decks, "decks whose steps are measured; default: those that apps bring");
  command->add_option("--set", bench_options.overrides, "override a key of the decks: table.key=value")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--cells", bench_options.cells, "cells of the grids and arrays without a deck, about")
      ->check(CLI::Range(std::int64_t{4096}, std::int64_t{1} << 36))
      ->capture_default_str();
  command->add_option("--repeats", bench_options.repeats, "measurements, of which the median counts")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("-n", ranks_wanted, "start this many ranks with the MPI launcher")->check(CLI::Range(1, 1 << 20));
  command->add_flag("--json", bench_as_json, "print JSON");
  return {command, run_bench};
}

}  // namespace tarn::cli
