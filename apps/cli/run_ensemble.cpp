#include "tarn/apps/cli/run_ensemble.hpp"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <numeric>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/batch/batch_files.hpp"
#include "tarn/apps/batch/ensemble_runner.hpp"
#include "tarn/apps/batch/ensemble_table.hpp"
#include "tarn/apps/batch/job_request.hpp"
#include "tarn/apps/batch/process.hpp"
#include "tarn/apps/cli/check_json.hpp"
#include "tarn/apps/cli/members_forecast.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/cli/stop_signals.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/start_or_continue.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::cli {

namespace {

namespace fs = std::filesystem;

/// An ensemble's directory, and whether it has just been made.
struct Place {
  batch::EnsembleDirectory directory;
  bool is_new;
};

/// Begins an ensemble, or finds the one that is to go on.
Place find_directory(const apps::RunRequest& request, const io::Ensemble& ensemble, const batch::MemberCases& cases) {
  const std::string name = apps::run_name_of(cases.front()->deck());
  const bool automatic = apps::is_auto(request);
  if (apps::begins_from_file(request)) {
    throw UsageError("--restart FILE begins one run; an ensemble goes on with --restart alone");
  }
  if (request.restart) {
    const auto known = request.run_directory ? std::optional(fs::path(*request.run_directory))
                                             : batch::EnsembleDirectory::find_latest(request.root, name);
    if (known && (!automatic || batch::EnsembleDirectory::is_one(*known))) {
      auto directory = batch::EnsembleDirectory::open(*known);
      directory.require_same(cases);
      batch::record_lists(directory);
      return {directory, false};
    }
    if (!automatic)
      throw DataError(fmt::format("there is no ensemble named '{}' below {}", name, io::path_text(request.root)));
  }
  return {batch::EnsembleDirectory::create({request.root, request.run_directory}, name, ensemble, cases), true};
}

/// Memory that a batch may take: most of what is free on the device, which another process of this program tells, for
/// this one starts none; no limit where it is not known.
double memory_for_batches() {
  constexpr double share = 0.8;
  const auto told = batch::run_program({batch::own_program(), "info", "--json"});
  const auto json = nlohmann::json::parse(told.output, nullptr, false);
  double least = std::numeric_limits<double>::infinity();
  if (!json.is_object() || !json.contains("device memory") || !json["device memory"].is_array()) return least;
  for (const auto& device : json["device memory"]) {
    const double free = device.value("free bytes", 0.0);
    if (free > 0) least = std::min(least, share * free);
  }
  return least;
}

/// Which members run as one; the command line may ask for runs of their own.
batch::BatchPlan plan_of(const io::Ensemble& ensemble, const batch::MemberCases& cases,
                         const EnsembleOptions& options) {
  if (options.at_once == 0 && options.ranks == 0) return batch::plan_batches(ensemble, cases);
  batch::BatchPlan plan;
  std::vector<std::size_t> all(cases.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  plan.alone.push_back({all, options.at_once > 0 ? "--at-once asks for runs of their own" : "a batch has one rank"});
  return plan;
}

/// Those of an ensemble that goes on.
/// @param plan  of this command
/// @throws DataError where this program has none for members that began in batches: it would begin them anew
std::vector<batch::BatchDirectory> known_batches(const batch::EnsembleDirectory& directory,
                                                 const batch::BatchPlan& plan) {
  auto known = batch::open_batches(directory);
  if (known.empty() || !plan.batches.empty()) return known;
  throw DataError(fmt::format(
      "members {} of {} began as one batch, which this program cannot go on with: {}; the program that began "
      "the ensemble can",
      batch::members_text(known.front().members), directory.path().string(), plan.alone.front().why));
}

/// The batches of an ensemble: those that it began with.
std::vector<batch::BatchDirectory> batches_of(const Place& place, const io::Ensemble& ensemble,
                                              const batch::MemberCases& cases, const EnsembleOptions& options) {
  auto plan = plan_of(ensemble, cases, options);
  const bool asked_alone = options.at_once > 0 || options.ranks > 0;
  if (!place.is_new && !asked_alone) return known_batches(place.directory, plan);
  if (plan.batches.empty()) return {};
  batch::cut_batches(plan, cases, memory_for_batches());
  return batch::make_batches(place.directory, plan, cases);
}

std::string differing(std::size_t members) {
  return io::counted(members, "member that differs", "members that differ");
}

int members_at_once(const EnsembleOptions& options) {
  if (options.at_once > 0) return options.at_once;
  const auto cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  return std::max(1, cores / std::max(1, options.ranks));
}

std::optional<io::Ensemble> read_ensemble(const apps::RunRequest& request, const EnsembleOptions& options) {
  io::Problems problems;
  auto ensemble = io::read_ensemble(*request.deck_text, request.deck, request.overrides, options.varied, problems);
  problems.throw_if_any();
  if (!ensemble && options.at_once > 0) throw UsageError(batch::at_once_of_one_run);
  return ensemble;
}

void show(const batch::EnsembleTable& table, const EnsembleOptions& options) {
  if (options.json) print("{}", batch::json_text(table));
  if (!options.json && !options.quiet) print("\n{}", batch::plain_text(table));
}

}  // namespace

std::optional<int> run_ensemble(const apps::RunRequest& request, const EnsembleOptions& options) {
  const auto ensemble = read_ensemble(request, options);
  if (!ensemble) return {};
  const auto cases = batch::member_cases(*ensemble, *request.deck_text, request.deck, request.overrides);
  for (const auto& made : cases)
    made->check_ranks(std::max(1, options.ranks));
  const StopSignals signals;
  const Place place = find_directory(request, *ensemble, cases);
  const auto& directory = place.directory;
  const bool told = !options.quiet && !options.json;
  if (!options.json) print("ensemble directory: {}\n", io::path_text(directory.path()));
  if (told) print("{} in {}\n", differing(directory.size()), io::comma_list(directory.keys()));
  const auto batches = batches_of(place, *ensemble, cases, options);
  batch::RunnerOptions how{members_at_once(options),
                           options.ranks,
                           fs::absolute(request.root).string(),
                           [] { return StopSignals::received(); },
                           {}};
  for (const auto& batch : batches) {
    how.left_out.insert(batch.members.begin(), batch.members.end());
    batch::record_decks(directory, batch, cases);
    if (told) {
      print("members {} as one batch: {}\n", batch::members_text(batch.members), batch.path.filename().string());
    }
  }
  flush_output();
  bool crashed = false;
  const auto batch_ended = [&](std::size_t batch, int code) {
    crashed = crashed || code > 128;
    if (told) print("{}: exit code {}\n", batches[batch].path.filename().string(), code);
    flush_output();
  };
  how.ended = [&](std::size_t member, int code) {
    crashed = crashed || code > 128;
    if (told) print("member {}: exit code {}\n", member, code);
    flush_output();
  };
  const bool stopped = batch::run_batches(directory, batches, how, batch_ended) || batch::run_members(directory, how);
  const auto table = batch::table_of(directory);
  show(table, options);
  if (stopped) {
    if (told)
      print("stopped by {}; the same command with --run-dir {} --restart goes on\n",
            signal_name(StopSignals::received()), io::shell_word(directory.path().string()));
    return apps::exit_code::stopped;
  }
  const int code = batch::exit_code_of(table);
  return code == apps::exit_code::stopped && crashed ? apps::exit_code::other : code;
}

std::string forecast_of(const apps::RunRequest& request, const EnsembleOptions& options) {
  const auto ensemble = read_ensemble(request, options);
  const Checked checked{request.deck, request.root};
  const auto fits = [&](const apps::DiskNeed& need) {
    const apps::DiskSpace there = apps::disk_space(request.root);
    return !there.free || need.certain + need.passing <= *there.free;
  };
  if (!ensemble) {
    const auto made = apps::parse_case(*request.deck_text, request.deck, request.overrides);
    if (options.ranks > 0) made->check_ranks(options.ranks);
    const std::string forecast = forecast_here(*made, request.root, apps::start_of(made->deck(), request));
    if (!options.json) return forecast;
    const apps::DiskNeed need = made->disk_need(request.root);
    auto json = sound_json(checked, *made, need, fits(need));
    json["forecast"] = lines_of(forecast);
    return apps::json_text(json);
  }
  const auto cases = batch::member_cases(*ensemble, *request.deck_text, request.deck, request.overrides);
  for (const auto& made : cases)
    made->check_ranks(std::max(1, options.ranks));
  const MembersForecast forecast = forecast_members(cases, plan_of(*ensemble, cases, options), request.root);
  if (options.json) return apps::json_text(sound_json(checked, cases, forecast, fits(forecast.need)));
  return fmt::format("{} in {}\n", differing(cases.size()), io::comma_list(ensemble->keys)) + text_of(forecast, cases);
}

}  // namespace tarn::cli
