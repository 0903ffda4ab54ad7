// tarn-heat and so on: the program with one app, and with the commands that run its decks.
#include <string>

#include <fmt/format.h>

#include "tarn/apps/cli/print_error.hpp"
#include "tarn/apps/cli/report.hpp"
#include "tarn/apps/cli/run_commands.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/core/error.hpp"

int main(int argc, char** argv) {
  using namespace tarn::cli;
  std::string command = argc > 1 ? argv[1] : "";
  if (command == "help" && argc > 2) command = argv[2];
  for (const char* const other : {"bench", "compare", "data", "manual", "plot", "submit", "verify"}) {
    if (command != other) continue;
    heed_json(has_json({argv + 1, argv + argc}));
    print_error(tarn::UsageError(
        fmt::format("this program has one app and the commands that run its decks, not '{}'; `./dev build tarn` "
                    "builds the one with all",
                    command)));
    return tarn::apps::exit_code::usage;
  }
  return run_commands(argc, argv, {add_run, add_check, add_describe, add_list, add_info, add_ensemble, add_report});
}
