#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tarn/apps/batch/ensemble_directory.hpp"
#include "tarn/apps/cli/commands.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/cli/print_error.hpp"
#include "tarn/apps/driver/case.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/io/deck/deck_text.hpp"
#include "tarn/io/deck/ensemble.hpp"

namespace tarn::cli {

namespace {

std::string file, root = "runs";
std::vector<std::string> overrides, varied;

/// Empty if the deck is one of a single run.
batch::MemberCases members_of_ensemble() {
  if (io::is_read_once(file)) return {};
  const std::string text = io::read_deck_text(file);
  io::Problems problems;
  const auto ensemble = io::read_ensemble(text, file, overrides, varied, problems);
  problems.throw_if_any();
  return ensemble ? batch::member_cases(*ensemble, text, file, overrides) : batch::MemberCases{};
}

int run(int&, char**&) {
  mute_all_but_one();
  if (const auto members = members_of_ensemble(); !members.empty()) {
    print("{}: the ensemble is sound: {} members; of the first:\n{}", file, members.size(),
          members.front()->forecast(root));
    return apps::exit_code::done;
  }
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
  command->add_option("--ensemble", varied, "a key that varies, as of `tarn run`")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--root", root, "the directory that the deck's inputs are beneath, where it has any")
      ->capture_default_str();
  return {command, run};
}

}  // namespace tarn::cli
