#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/batch/ensemble_directory.hpp"
#include "tarn/apps/cli/check_json.hpp"
#include "tarn/apps/cli/commands.hpp"
#include "tarn/apps/cli/members_forecast.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/cli/print_error.hpp"
#include "tarn/apps/driver/case.hpp"
#include "tarn/apps/driver/explain.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/apps/driver/units.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/io/deck/deck_text.hpp"
#include "tarn/io/deck/ensemble.hpp"
#include "tarn/io/deck/problems.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::cli {

namespace {

std::string checked_file, checked_root = "runs";
std::vector<std::string> checked_overrides, varied;
bool check_as_json = false, any_space = false, explain = false;

/// Why a run cannot come to its end on the disk as it is now; empty: it may.
std::string what_does_not_fit(const apps::DiskNeed& need, const apps::DiskSpace& there) {
  if (!there.free || need.certain + need.passing <= *there.free) return {};
  return fmt::format(
      "the run cannot come to its end: its files take at least {}, and {} are free at {}; make room, name another "
      "place by --root, or write less ([[output]]: every, fields, slice, precision); --any-space checks without this",
      apps::size_text(need.certain + need.passing), apps::size_text(*there.free), there.place);
}

int check(const std::string& text) {
  const auto made = apps::parse_case(text, checked_file, checked_overrides);
  const std::string forecast = forecast_here(*made, checked_root);
  const apps::DiskNeed need = made->disk_need(checked_root);
  const apps::DiskSpace there = apps::disk_space(checked_root);
  const std::string lacking = any_space ? "" : what_does_not_fit(need, there);
  if (check_as_json) {
    auto json = sound_json({checked_file, checked_root}, *made, need, lacking.empty());
    json["forecast"] = lines_of(forecast);
    if (explain) json["explanation"] = lines_of(apps::explanation_of(made->deck()));
    print("{}", apps::json_text(json));
  } else {
    print("{}: the deck is sound{}\n{}", io::path_text(checked_file),
          lacking.empty() ? "" : ", and the disk is too full", forecast);
    if (explain) print("{}", apps::explanation_of(made->deck()));
  }
  if (lacking.empty()) return apps::exit_code::done;
  tell("tarn: {}\n", lacking);
  return apps::exit_code::usage;
}

/// Nothing if the deck is one of a single run.
std::optional<io::Ensemble> read_ensemble(const std::string& text) {
  io::Problems problems;
  auto ensemble = io::read_ensemble(text, checked_file, checked_overrides, varied, problems);
  problems.throw_if_any();
  return ensemble;
}

/// Looks at the members of an ensemble; their files together are on one disk.
int check_members(const io::Ensemble& ensemble, const std::string& text) {
  const auto members = batch::member_cases(ensemble, text, checked_file, checked_overrides);
  const MembersForecast forecast = forecast_members(members, batch::plan_batches(ensemble, members), checked_root);
  const apps::DiskSpace there = apps::disk_space(checked_root);
  const std::string lacking = any_space ? "" : what_does_not_fit(forecast.need, there);
  if (check_as_json) {
    auto json = sound_json({checked_file, checked_root}, members, forecast, lacking.empty());
    if (explain) json["explanation"] = lines_of(apps::explanation_of(members.front()->deck()));
    print("{}", apps::json_text(json));
  } else {
    print("{}: the ensemble is sound{}: {}\n{}", io::path_text(checked_file),
          lacking.empty() ? "" : ", and the disk is too full", io::counted(members.size(), "member"),
          text_of(forecast, members));
    if (explain) print("of the first member:\n{}", apps::explanation_of(members.front()->deck()));
  }
  if (lacking.empty()) return apps::exit_code::done;
  tell("tarn: {}\n", lacking);
  return apps::exit_code::usage;
}

int run_check(int&, char**&) {
  mute_all_but_one();
  const auto look = [] {
    const std::string text = io::read_deck_text(checked_file);
    const auto ensemble = read_ensemble(text);
    return ensemble ? check_members(*ensemble, text) : check(text);
  };
  if (!check_as_json) return look();
  try {
    return look();
  } catch (const io::DeckError& error) {
    print("{}", apps::json_text(refused_json(checked_file, error)));
    throw;
  }
}

}  // namespace

Command add_check(CLI::App& program) {
  auto* command = program.add_subcommand("check", "check a deck, and forecast steps, memory and files");
  command->add_option("deck", checked_file, "the input deck, a TOML file")->required();
  command->add_option("--set", checked_overrides, "override a key of the deck: table.key=value")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--ensemble", varied, "a key that varies, as of `tarn run`")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  command
      ->add_option("--root", checked_root,
                   "where run directories would be made, beneath which the deck's inputs are, if any")
      ->capture_default_str();
  command->add_flag("--any-space", any_space, "do not mind whether the disk has room for the run's files");
  command->add_flag("--explain", explain, "tell what is computed, kernel by kernel, of equations in the deck");
  command->add_flag("--json", check_as_json, "print JSON");
  return {command, run_check};
}

}  // namespace tarn::cli
