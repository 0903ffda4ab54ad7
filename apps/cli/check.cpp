#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tarn/apps/cli/commands.hpp"
#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/driver/report.hpp"
#include "tarn/apps/driver/run.hpp"

namespace tarn::cli {

namespace {

std::string file;
std::vector<std::string> overrides;

int run(int&, char**&) {
  const io::Deck deck = apps::read_deck(file, overrides);
  fmt::print("{}: the deck is sound\n{}", file, apps::forecast_text(deck, apps::find_app(deck.app())));
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
  return {command, run};
}

}  // namespace tarn::cli
