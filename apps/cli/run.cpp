#include "tarn/apps/driver/run.hpp"

#include <cerrno>
#include <cstring>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/batch/batch_files.hpp"
#include "tarn/apps/cli/check_json.hpp"
#include "tarn/apps/cli/commands.hpp"
#include "tarn/apps/cli/end_together.hpp"
#include "tarn/apps/cli/follower.hpp"
#include "tarn/apps/cli/own_runtime.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/cli/print_error.hpp"
#include "tarn/apps/cli/run_ensemble.hpp"
#include "tarn/apps/driver/case.hpp"
#include "tarn/apps/driver/continuation.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/members/run_batch.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/deck_text.hpp"

namespace tarn::cli {

namespace {

struct RunOptions {
  apps::RunRequest request;
  std::string run_directory;
  std::string restart;
  CLI::Option* restart_given = nullptr;
  int ranks = 0;
  bool dry_run = false;
  bool quiet = false, json = false;
  bool batch = false;  ///< the run directory is that of a batch
  EnsembleOptions ensemble;
};

RunOptions run_options;

/// A run's result is in its directory: what was printed on the way may get lost.
void tell_lost_report() {
  const int lost = take_output_error();
  if (lost == 0 || lost == EBADF) return;  // nothing, or it was started without a standard output
  tell("tarn: the run's report could not be written to the standard output: {}\n", std::strerror(lost));
}

/// What is wrong with the deck is told once, before any rank starts. A deck from a pipe is handed on.
int start_ranks(int argc, char** argv, bool from_pipe) {
  const auto& request = run_options.request;
  apps::parse_case(*request.deck_text, request.deck, request.overrides)->check_ranks(run_options.ranks);
  return launch_ranks(run_options.ranks, argc, argv, from_pipe ? request.deck_text : std::nullopt);
}

/// The run itself, in this process.
int run_here(int& argc, char**& argv) {
  const auto& request = run_options.request;
  // Before MPI starts, which takes its time: a signal that comes meanwhile is heard.
  Follower follower(run_options.json ? Shown::json : run_options.quiet ? Shown::directory : Shown::all);
  const Runtime runtime(argc, argv, told_to_the_user());
  const int code = end_together(runtime, [&] { return apps::run_deck(runtime, request, follower); });
  if (code == apps::exit_code::stopped && !follower.directory().empty())
    follower.report(
        "to go on: " + apps::command_to_go_on(request, follower.directory(), runtime.communicator().size()) + "\n");
  if (code == apps::exit_code::stopped && runtime.communicator().is_root())
    answer_with(Error(follower.last_warning()), code);  // where it never began: another process is at the run
  if (!run_options.json) tell_lost_report();
  return code;
}

/// A batch of an ensemble: this process is one that the ensemble started.
int run_batch(int& argc, char**& argv) {
  const auto made = batch::read_batch(run_options.run_directory);
  Follower follower(Shown::all);
  const Runtime runtime(argc, argv, told_to_the_user());
  return end_together(runtime, [&] { return apps::run_batch(runtime, run_options.request, *made, follower); });
}

/// One of the ranks of a launcher: the ranks read the deck together, or what rank 0's standard input has.
int run_as_rank(int& argc, char**& argv) {
  if (!run_options.ensemble.varied.empty()) {
    throw UsageError("an ensemble starts its members itself: start tarn alone, with -n for ranks");
  }
  if (run_options.ranks > 0) return launch_ranks(run_options.ranks, argc, argv, {});  // which refuses
  return run_here(argc, argv);
}

/// Prints what a run would take.
int dry_run() {
  mute_all_but_one();
  try {
    print("{}", forecast_of(run_options.request, run_options.ensemble));
  } catch (const io::DeckError& error) {
    if (run_options.json) print("{}", apps::json_text(refused_json(run_options.request.deck, error)));
    throw;
  }
  return apps::exit_code::done;
}

int run_run(int& argc, char**& argv) {
  auto& request = run_options.request;
  if (!run_options.run_directory.empty()) request.run_directory = run_options.run_directory;
  if (run_options.restart_given->count() > 0)
    request.restart = run_options.restart.empty() ? "latest" : run_options.restart;
  run_options.ensemble.ranks = run_options.ranks;
  run_options.ensemble.quiet = run_options.quiet;
  run_options.ensemble.json = run_options.json;
  if (run_options.batch) return run_batch(argc, argv);
  if (!run_options.dry_run && (rank_of_launcher() || request.deck_on_input)) return run_as_rank(argc, argv);
  const bool from_pipe = io::is_read_once(request.deck);
  request.deck_text = io::read_deck_text(request.deck);
  if (run_options.dry_run) {
    return dry_run();
  }
  if (const auto code = run_ensemble(request, run_options.ensemble)) return *code;
  return run_options.ranks > 0 ? start_ranks(argc, argv, from_pipe) : run_here(argc, argv);
}

void add_ensemble_options(CLI::App& command) {
  command
      .add_option("--ensemble", run_options.ensemble.varied,
                  "a key that varies: table.key=[v1, v2] or table.key={from=0, to=1, count=5}; a run for each member")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--at-once", run_options.ensemble.at_once, "members of an ensemble that run at the same time")
      ->check(CLI::Range(1, 1 << 20));
}

}  // namespace

Command add_run(CLI::App& program) {
  auto* command = program.add_subcommand("run", "run a deck");
  auto& request = run_options.request;
  command->add_option("deck", request.deck, "the input deck, a TOML file")->required();
  command->add_option("--set", request.overrides, "override a key of the deck: table.key=value")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  // An empty path is a shell variable that is not set.
  const CLI::Validator is_path(
      [](const std::string& path) { return std::string(path.empty() ? "the path is empty" : ""); }, "");
  command->add_option("--root", request.root, "where run directories are made")->check(is_path)->capture_default_str();
  command->add_option("--run-dir", run_options.run_directory, "the run directory itself")->check(is_path);
  run_options.restart_given =
      command
          ->add_option("--restart", run_options.restart,
                       "continue the newest run of that name from its newest checkpoint, or with auto start one where "
                       "there is none, or begin a new run from a checkpoint file")
          ->expected(0, 1)
          ->type_name("[latest|auto|FILE]");
  command
      ->add_option_function<std::string>(
          "--lock",
          [&request](const std::string& word) {
            request.lock = word == "lease" ? io::LockMode::lease : io::LockMode::kernel;
          },
          "how a second run is kept out of the directory: by the operating system's lock, or, on a file system "
          "without locks, by a heartbeat in .lock")
      ->check(CLI::IsMember({"kernel", "lease"}))
      ->default_str("kernel");
  command->add_option("-n", run_options.ranks, "start this many ranks with the MPI launcher")
      ->check(CLI::Range(1, 1 << 20));
  add_ensemble_options(*command);
  command->add_flag(deck_on_input, request.deck_on_input)->group("");  // of ranks that tarn started itself
  command->add_flag("--batch", run_options.batch)->group("");          // of processes that tarn starts itself
  command->add_flag("--dry-run", run_options.dry_run, "check the deck and forecast, run nothing");
  command->add_flag("--quiet", run_options.quiet, "print the run directory alone");
  command->add_flag(
      "--json", run_options.json,
      "print the content of run.json at the end, or with --dry-run the forecast, as JSON and nothing else");
  return {command, run_run};
}

}  // namespace tarn::cli
