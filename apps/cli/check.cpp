#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tarn/apps/cli/commands.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/cli/print_error.hpp"
#include "tarn/apps/driver/case.hpp"

namespace tarn::cli {

namespace {

std::string file, root = "runs";
std::vector<std::string> overrides;

int run(int&, char**&) {
  mute_all_but_one();
  const auto made = apps::read_case(file, overrides);
  print("{}: the deck is sound\n{}", file, made->forecast(root));
  return apps::exit_code::done;
}

}  // namespace

Command add_check(CLI::App& program) {
  auto* command = program.add_subcommand("check", "check a deck, and forecast steps, memory and files");
  command->add_option("deck", file, "the input deck, a TOML file")->required();
  command->add_option("--set", overrides, "override a key of the deck: table.key=value")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--root", root, "the directory that the deck's inputs are beneath, where it has any")
      ->capture_default_str();
  return {command, run};
}

}  // namespace tarn::cli
