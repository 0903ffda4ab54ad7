#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace tarn::cli {

/// What a parsed command line asks for: called after parsing, returns the exit code.
struct Command {
  CLI::App* parsed = nullptr;
  int (*run)(int& argc, char**& argv) = nullptr;
};

// Each adds one subcommand; see the file of that name.
Command add_run(CLI::App& program);
Command add_check(CLI::App& program);
Command add_describe(CLI::App& program);
Command add_list(CLI::App& program);
Command add_info(CLI::App& program);
Command add_bench(CLI::App& program);
Command add_data(CLI::App& program);

/// Runs the same command line on so many ranks, under the MPI launcher that the build was configured with. SIGTERM,
/// SIGINT and SIGUSR1 to this process ask the ranks for a checkpoint.
/// @returns the launcher's exit code, which is that of the first rank that did not end with 0
/// @throws UsageError within a launcher, or if no process can be made
int launch_ranks(int ranks, int argc, char** argv);

}  // namespace tarn::cli
