// The tarn program. One file per subcommand; this one parses, and turns exceptions into messages and exit codes.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tarn/apps/cli/commands.hpp"
#include "tarn/apps/cli/print_error.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/core/version.hpp"

namespace {

using tarn::cli::speaks_for_all;

/// What was written and means nothing. CLI11 would name a missing word first, which misleads: a mistyped option is not
/// a missing deck.
std::string unknown_words(const CLI::App& program) {
  const auto words = program.remaining(true);
  if (words.empty()) return {};
  const std::string& word = words.front();
  if (word.rfind('-', 0) == 0) return "unknown option " + word;
  if (!program.get_subcommands().empty()) return "unknown argument " + word;
  std::string known;
  for (const auto* command : program.get_subcommands({}))
    known += (known.empty() ? "" : ", ") + command->get_name();
  return fmt::format("there is no command '{}'; the commands are: {}", word, known);
}

/// @returns the exit code
int explain(const CLI::App& program, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) {
    if (speaks_for_all()) program.exit(error);  // --help and --version
    return tarn::apps::exit_code::done;
  }
  const std::string unknown = unknown_words(program);
  std::string name = program.get_name();
  for (const auto* command : program.get_subcommands())
    name += ' ' + command->get_name();
  if (speaks_for_all()) {
    fmt::print(stderr, "tarn: {}\n`{} --help` explains.\n", unknown.empty() ? error.what() : unknown, name);
  }
  return tarn::apps::exit_code::usage;
}

}  // namespace

int main(int argc, char** argv) {
  // A closed pipe is an error of the output, told at the end, and no reason to stop a run.
  std::signal(SIGPIPE, SIG_IGN);
  // So is a limit on the size of files, which then fails the write.
  std::signal(SIGXFSZ, SIG_IGN);
  CLI::App program{"tarn runs simulation apps from input decks", "tarn"};
  program.set_version_flag("--version", tarn::version());
  program.require_subcommand(1);
  using namespace tarn::cli;
  const Command commands[] = {add_run(program),  add_check(program), add_describe(program), add_list(program),
                              add_info(program), add_bench(program), add_data(program)};
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return explain(program, error);
  }
  // Commands without MPI do the same on every rank of a launcher.
  if (!speaks_for_all() && std::freopen("/dev/null", "w", stdout) == nullptr) return tarn::apps::exit_code::other;
  try {
    for (const Command& command : commands) {
      if (!command.parsed->parsed()) continue;
      const int code = command.run(argc, argv);
      if (std::fflush(stdout) != 0) {
        throw tarn::DataError(fmt::format("cannot write to the standard output: {}", std::strerror(errno)));
      }
      return code;
    }
  } catch (const std::exception& error) {
    print_error(error);
    return tarn::apps::exit_code_of(error);
  }
  return tarn::apps::exit_code::usage;
}
