#pragma once

#include <optional>
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
Command add_manual(CLI::App& program);
Command add_submit(CLI::App& program);
Command add_ensemble(CLI::App& program);
Command add_compare(CLI::App& program);
Command add_plot(CLI::App& program);
Command add_verify(CLI::App& program);

/// Tells ranks that the deck's text comes on the standard input.
inline constexpr const char* deck_on_input = "--deck-on-input";

/// Runs the same command line on so many ranks, under the MPI launcher that the build was configured with; see
/// run_launcher() for signals.
/// @param deck  the text of a deck that ranks could not read, such as one from a pipe
/// @param asked  takes the signal that asked for the ranks' end, 0 if none did
/// @returns the launcher's exit code, which is that of the first rank that did not end with 0
/// @throws UsageError within a launcher, or if no process can be made
int launch_ranks(int ranks, int argc, char** argv, const std::optional<std::string>& deck = {}, int* asked = nullptr);

/// Why launch_ranks() cannot start ranks here; empty: it can.
std::string no_launcher();

}  // namespace tarn::cli
