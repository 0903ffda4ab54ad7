#include <CLI/CLI.hpp>

#include "tarn/apps/batch/ensemble_table.hpp"
#include "tarn/apps/cli/commands.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/cli/print_error.hpp"
#include "tarn/apps/driver/run.hpp"

namespace tarn::cli {

namespace {

std::string directory;
bool as_csv = false, ensemble_as_json = false;

int run_ensemble(int&, char**&) {
  mute_all_but_one();
  const auto table = batch::table_of(batch::EnsembleDirectory::open(directory));
  print("{}", as_csv ? batch::csv_text(table) : ensemble_as_json ? batch::json_text(table) : batch::plain_text(table));
  return apps::exit_code::done;
}

}  // namespace

Command add_ensemble(CLI::App& program) {
  auto* command = program.add_subcommand("ensemble", "the table of an ensemble: values, status, last row of history");
  command->add_option("run", directory, "the ensemble's directory")->required();
  auto* csv = command->add_flag("--csv", as_csv, "as CSV");
  command->add_flag("--json", ensemble_as_json, "as JSON")->excludes(csv);
  return {command, run_ensemble};
}

}  // namespace tarn::cli
