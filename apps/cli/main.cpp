// The tarn program. One file per subcommand; this one parses, and turns exceptions into messages and exit codes.
#include <cstdio>
#include <cstdlib>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tarn/apps/cli/commands.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/core/version.hpp"
#include "tarn/io/deck/problems.hpp"

namespace {

/// Rank 0 speaks for all. Before MPI runs, or where it never does, the launcher's environment tells.
bool speaks_for_all() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK", "SLURM_PROCID"}) {
    if (const char* rank = std::getenv(name)) return std::atoi(rank) == 0;
  }
  return true;
}

void print_error(const std::exception& error) {
  if (!speaks_for_all()) return;
  if (const auto* deck = dynamic_cast<const tarn::io::DeckError*>(&error)) {
    for (const auto& line : deck->lines()) fmt::print(stderr, "{}\n", line);
    fmt::print(stderr, "tarn: {} problem{} in the deck\n", deck->lines().size(), deck->lines().size() == 1 ? "" : "s");
    return;
  }
  fmt::print(stderr, "tarn: {}\n", error.what());
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App program{"tarn runs simulation apps from input decks", "tarn"};
  program.set_version_flag("--version", tarn::version());
  program.require_subcommand(1);
  using namespace tarn::cli;
  const Command commands[] = {add_run(program),  add_check(program), add_describe(program),
                              add_list(program), add_info(program),  add_bench(program)};
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool help = error.get_exit_code() == 0;
    if (speaks_for_all()) program.exit(error);
    return help ? tarn::apps::exit_code::done : tarn::apps::exit_code::usage;
  }
  try {
    for (const Command& command : commands) {
      if (command.parsed->parsed()) return command.run(argc, argv);
    }
  } catch (const std::exception& error) {
    print_error(error);
    return tarn::apps::exit_code_of(error);
  }
  return tarn::apps::exit_code::usage;
}
