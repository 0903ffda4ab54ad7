#include "tarn/apps/cli/manual.hpp"

#include <CLI/CLI.hpp>

#include "tarn/apps/cli/commands.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/cli/print_error.hpp"
#include "tarn/apps/driver/run.hpp"

namespace tarn::cli {

namespace {

const CLI::App* whole = nullptr;
std::string form = "man";

int run_manual(int&, char**&) {
  mute_all_but_one();
  const CommandWords program = words_of(*whole);
  print("{}", form == "man" ? man_page(program) : form == "bash" ? bash_completion(program) : zsh_completion(program));
  return apps::exit_code::done;
}

}  // namespace

Command add_manual(CLI::App& program) {
  whole = &program;
  auto* command =
      program.add_subcommand("manual", "the page for man, or what bash or zsh complete this command line with");
  command->add_option("form", form, "man, bash or zsh")
      ->check(CLI::IsMember({"man", "bash", "zsh"}))
      ->capture_default_str();
  return {command, run_manual};
}

}  // namespace tarn::cli
