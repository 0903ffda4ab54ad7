// One file per subcommand; this one parses, and turns exceptions into messages and exit codes.
#include "tarn/apps/cli/run_commands.hpp"

#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tarn/apps/cli/help.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/cli/print_error.hpp"
#include "tarn/apps/cli/stop_signals.hpp"
#include "tarn/apps/cli/word_hints.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/core/error.hpp"
#include "tarn/core/version.hpp"

namespace {

using tarn::cli::speaks_for_all;

/// Such as "0.2.0, commit 1a7ae40, modified": the commit as long as git prints it, for its whole is in `tarn info`.
std::string version_text() {
  constexpr std::size_t shown = 12;
  const std::string commit = tarn::git_commit(), state = tarn::git_state();
  if (commit.empty()) return tarn::version();
  return fmt::format("{}, commit {}{}", tarn::version(), commit.substr(0, shown), state == "clean" ? "" : ", " + state);
}

/// What --help and --version print.
std::string answer(const CLI::App& program, const CLI::ParseError& error) {
  if (dynamic_cast<const CLI::CallForHelp*>(&error) != nullptr)
    return tarn::cli::help_text(tarn::cli::words_of_parsed(program));
  return version_text() + "\n";
}

struct Named {
  const CLI::App* command;
  std::string name;  ///< such as "tarn data ls"
};

/// The innermost command that was named, or the program itself.
Named innermost(const CLI::App& program) {
  Named found{&program, program.get_name()};
  while (!found.command->get_subcommands().empty()) {
    found.command = found.command->get_subcommands().front();
    found.name += ' ' + found.command->get_name();
  }
  return found;
}

bool asks_for_json(const CLI::App& parsed) {
  const CLI::Option* const json = innermost(parsed).command->get_option_no_throw("--json");
  return json != nullptr && json->count() > 0 && json->as<bool>();  // there may be --json=false
}

/// @param words  of the command line, without the program's name
/// @returns the exit code
int explain(const CLI::App& program, const std::vector<std::string>& words, const CLI::ParseError& error) {
  const std::string unknown = tarn::cli::unknown_words(program, words);
  if (error.get_exit_code() == 0) {                               // --help and --version
    if (program.get_subcommands().empty() && !unknown.empty()) {  // help about what?
      if (speaks_for_all()) tarn::cli::print_error(tarn::UsageError(unknown));
      return tarn::apps::exit_code::usage;
    }
    if (speaks_for_all()) tarn::cli::print("{}", answer(program, error));
    return tarn::apps::exit_code::done;
  }
  const Named named = innermost(program);
  if (speaks_for_all()) {
    tarn::cli::print_error(tarn::UsageError(unknown.empty() ? tarn::cli::complaint(*named.command, error) : unknown));
    tarn::cli::tell("`{} --help` explains.\n", named.name);
  }
  return tarn::apps::exit_code::usage;
}

/// `tarn` alone asks for help, and `tarn help WORDS` for that of WORDS.
std::vector<std::string> with_help(int argc, char** argv) {
  std::vector<std::string> words(argv, argv + argc);
  if (words.size() < 2) return {words.empty() ? "tarn" : words[0], "--help"};
  if (words[1] != "help") return words;
  words.erase(words.begin() + 1);
  words.emplace_back("--help");
  return words;
}

/// An answer that could not be written is an error of its own.
/// @param code  the exit code without that
int with_output(int code) {
  const int lost = tarn::cli::take_output_error();
  if (lost == 0) return code;
  tarn::cli::tell("tarn: cannot write to the standard output: {}\n", std::strerror(lost));
  return code == tarn::apps::exit_code::done ? tarn::apps::exit_code::data : code;
}

}  // namespace

int tarn::cli::run_commands(int argc, char** argv, const std::vector<AddCommand>& added) {
  open_standard_streams();
  // A closed pipe is an error of the output, told at the end, and no reason to stop a run.
  std::signal(SIGPIPE, SIG_IGN);
  // So is a limit on the size of files, which then fails the write.
  std::signal(SIGXFSZ, SIG_IGN);
  begin_with_signals();
  CLI::App program{"tarn runs simulation apps from input decks", "tarn"};
  program.set_help_flag("-h,--help", "print this help and nothing else");
  program.set_version_flag("--version", version_text(), "print the version and nothing else");
  program.require_subcommand(1);
  std::vector<Command> commands;
  for (const AddCommand add : added)
    commands.push_back(add(program));
  auto words = with_help(argc, argv);
  words.erase(words.begin());  // the program's own name
  try {
    program.parse(std::vector<std::string>(words.rbegin(), words.rend()));  // it takes them from the back
  } catch (const CLI::ParseError& error) {
    heed_json(has_json(words));
    return with_output(explain(program, words, error));
  }
  heed_json(asks_for_json(program));
  try {
    for (const Command& command : commands) {
      if (!command.parsed->parsed()) continue;
      return with_output(command.run(argc, argv));
    }
  } catch (const std::exception& error) {
    if (speaks_for_all()) print_error(error);
    return with_output(tarn::apps::exit_code_of(error));
  }
  return tarn::apps::exit_code::usage;
}
