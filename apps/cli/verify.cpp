#include "tarn/apps/cli/verify.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/cli/commands.hpp"
#include "tarn/apps/cli/end_together.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/cli/print_error.hpp"
#include "tarn/apps/cli/stop_signals.hpp"
#include "tarn/apps/cli/verify_report.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/apps/driver/simulation_case.hpp"
#include "tarn/apps/driver/units.hpp"
#include "tarn/apps/driver/verification.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/io/deck/deck_text.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/error.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/files/writable.hpp"
#include "tarn/io/store/managed_root.hpp"

namespace tarn::cli {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::vector<std::string> asked, verify_overrides;
std::string verify_output, verify_root = "runs", ranks_to;
bool verify_as_json = false, on_input = false;

/// One line on a terminal that tells what is being done, and goes away.
class Doing {
 public:
  Doing() : shown_(!verify_as_json && isatty(STDOUT_FILENO) != 0) {}
  ~Doing() { clear(); }
  Doing(const Doing&) = delete;
  Doing& operator=(const Doing&) = delete;

  void tell(const std::string& line) const {
    if (!shown_) return;
    print("\r\033[K{}", io::shortened(line, 100));
    flush_output();
  }
  void clear() const {
    if (shown_) print("\r\033[K");
  }

 private:
  bool shown_;
};

bool is_app(const std::string& word) {
  const auto& apps = apps::all_apps();
  return std::any_of(apps.begin(), apps.end(), [&](const auto& app) { return app.name == word; });
}

void add_app(const std::string& app, std::vector<apps::Problem>& problems) {
  int n = 0;
  for (const auto& deck : apps::verification_of(app).decks)
    problems.push_back({deck, fmt::format("{} (deck {} of `tarn verify {}`)", app, ++n, app), verify_overrides});
}

/// What the command line names: apps, decks, or nothing for all apps.
/// @throws UsageError, io::DeckError, DataError
std::vector<apps::Problem> problems_asked() {
  std::vector<apps::Problem> problems;
  if (asked.empty()) {
    for (const auto& app : apps::all_apps())
      add_app(app.name, problems);
    if (problems.empty()) throw UsageError("no app has decks of its own to be verified by: name a deck");
  }
  for (const auto& word : asked) {
    if (is_app(word)) {
      const std::size_t before = problems.size();
      add_app(word, problems);
      if (problems.size() == before)
        throw UsageError(fmt::format("the app {} has no decks of its own to be verified by: name a deck", word));
    } else {
      std::error_code ignored;
      if (!fs::exists(word, ignored) && word.find_first_of("./") == std::string::npos) apps::find_app(word);
      problems.push_back({io::read_deck_text(word), word, verify_overrides});
    }
  }
  for (const auto& problem : problems)
    apps::check_grids(problem);  // tells what is wrong with it before anything runs
  return problems;
}

/// What the proof of a problem needs beside it.
struct Around {
  std::size_t number;                       ///< of the problem
  const std::vector<RanksResult>& results;  ///< of other numbers of ranks
  std::string scratch;                      ///< a folder
  apps::Teller tell;                        ///< is told what is done
  apps::Observer& observer;                 ///< is asked whether to stop
};

/// A problem's ladder, bits and restart. What ends a run, other than a deck that cannot be right, is a finding.
apps::Proof proof_of(const Runtime& runtime, const apps::Problem& problem, const Around& around) {
  const auto made = apps::parse_case(problem.text, problem.source, problem.overrides);
  apps::Proof proof;
  proof.app = made->deck().app();
  proof.name = apps::run_name_of(made->deck());
  proof.precision = made->deck().text("run.precision");
  proof.end = made->deck().number("time.end");
  const std::string name = proof.app + " " + proof.name;
  try {
    const auto told = [&](const std::string& line) { around.tell(fmt::format("{}: {}", name, line)); };
    proof = apps::prove(runtime, problem, told, around.observer);
    told("ranks and restart");
    const auto alone = bits_of(runtime, problem, around.observer);
    for (const auto& result : around.results)
      proof.findings.push_back(ranks_finding(result, around.number, alone));
    proof.findings.push_back(apps::check_restart(runtime, problem, around.scratch, around.observer));
  } catch (const NumericsError& error) {
    proof.findings.push_back({"run", "", apps::Verdict::bad, error.what()});
  }
  return proof;
}

void tell_end(const VerifyState& state, const Json& json) {
  print("{}: {} in {} s; {} good, {} bad, {} skipped\nreport: {}\n", is_good(state) ? "good" : "bad",
        io::counted(state.problems, "deck"), json["seconds"].dump(),
        io::counted(json["findings_good"].get<int>(), "finding is", "findings are"), json["findings_bad"].dump(),
        json["findings_skipped"].dump(), io::path_text(state.directory + "/report.html"));
}

/// Takes signals from now on: what has been found until one came is kept.
class Listener : public apps::Observer {
 public:
  int stop_request() noexcept override { return StopSignals::request(); }
  std::string name_of(int stop_request) override { return StopSignals::request_name(stop_request); }

 private:
  StopSignals signals_;
};

void prove_all(const Runtime& runtime, const std::vector<apps::Problem>& problems,
               const std::vector<RanksResult>& results, VerifyReport& report, Listener& listener) {
  const bool speaks = runtime.communicator().is_root();
  const Scratch scratch(runtime.communicator(), report.directory());
  const Doing doing;
  for (std::size_t n = 0; n < problems.size(); ++n) {
    const auto told = [&](const std::string& line) {
      if (speaks) doing.tell(fmt::format("{} of {}, {}", n + 1, problems.size(), line));
    };
    report.add(proof_of(runtime, problems[n], {n, results, scratch.path(), told, listener}));
    if (verify_as_json || !speaks) continue;
    doing.clear();
    print("{}", proof_text(report.state().proofs.back()));
    flush_output();
  }
}

/// @param[out] signal  what ended it early; 0: nothing did
int verify(const Runtime& runtime, const std::vector<apps::Problem>& problems, const std::vector<RanksResult>& results,
           std::chrono::steady_clock::time_point began, int& signal) {
  Listener listener;
  VerifyReport report(runtime.communicator(), verify_output, verify_root, problems.size(), began);
  try {
    prove_all(runtime, problems, results, report, listener);
    const bool good = is_good(report.state());
    report.end(good ? "done" : "failed", good ? apps::exit_code::done : apps::exit_code::numerics,
               good ? "" : "an order, a bound or bits are not as they should be");
  } catch (const apps::AskedToStop& stop) {
    signal = StopSignals::received();
    report.end("stopped", apps::exit_code::other, stop.what());
  } catch (const std::exception& error) {
    report.end_failed(error);
    throw;
  }
  const Json json = report_json(report.state());
  if (!runtime.communicator().is_root()) return report.state().exit_code;
  if (verify_as_json) {
    print("{}", apps::json_text(json));
  } else if (report.state().status != "stopped") {
    tell_end(report.state(), json);
  }
  if (report.state().status == "stopped")
    tell("tarn: {}; what was found before is in {}\n", report.state().reason,
         io::path_text(report.state().directory + "/report.html"));
  return report.state().exit_code;
}

/// Looked at before anything runs.
/// @throws DataError if the report's directory has something in it, or could not be made
void check_output() {
  const std::string& place = verify_output.empty() ? verify_root : verify_output;
  std::error_code ignored;
  if (const auto flaw = io::root_flaw(place); !flaw.empty()) throw io::NotManaged(place, flaw);
  if (!verify_output.empty() && fs::is_directory(verify_output, ignored) && !fs::is_empty(verify_output, ignored)) {
    throw DataError(fmt::format("--output {}: is not empty; the report needs a new directory or an empty one",
                                io::path_text(verify_output)));
  }
  io::require_writable(place);
}

/// Ends this process as the signal would have without the ranks, which have taken it.
[[noreturn]] void end_by(int signal) {
  std::signal(signal, SIG_DFL);
  std::raise(signal);
  std::abort();
}

/// @returns what 2 and what 3 ranks made of the problems
std::vector<RanksResult> results_of_ranks(const std::vector<apps::Problem>& problems) {
  std::vector<RanksResult> results;
  for (const int ranks : {2, 3}) {
    {
      const Doing doing;
      if (speaks_for_all()) doing.tell(fmt::format("{} ranks run all decks", ranks));
      results.push_back(run_on_ranks(ranks, problems));
    }
    if (const int signal = results.back().signal; signal != 0) {
      tell("tarn: stopped by {}; nothing is reported\n", signal_name(signal));
      end_by(signal);
    }
  }
  return results;
}

int run_verify(int& argc, char**& argv) {
  if (on_input) {
    const Runtime runtime(argc, argv);
    return end_together(runtime, [&] {
      answer_ranks(runtime, ranks_to);
      return apps::exit_code::done;
    });
  }
  const auto began = std::chrono::steady_clock::now();
  check_output();
  const auto problems = problems_asked();
  const auto results = results_of_ranks(problems);
  int signal = 0, code = 0;
  {
    const Runtime runtime(argc, argv);
    code = end_together(runtime, [&] { return verify(runtime, problems, results, began, signal); });
  }
  if (signal != 0) end_by(signal);
  return code;
}

}  // namespace

Command add_verify(CLI::App& program) {
  auto* command = program.add_subcommand(
      "verify", "prove apps and decks here: orders of convergence, conservation, ranks, restart");
  command->add_option("problem", asked, "apps and decks; default: all apps");
  command->add_option("--set", verify_overrides, "override a key of every deck: table.key=value")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("-o,--output", verify_output, "the directory of the report, which must be empty or not there");
  command->add_option("--root", verify_root, "where the report's directory is made otherwise")->capture_default_str();
  command->add_flag("--json", verify_as_json, "print the report as JSON, and nothing else");
  command->add_option("--ranks-to", ranks_to)->group("");  // of ranks that tarn started itself
  command->add_flag(deck_on_input, on_input)->group("");
  return {command, run_verify};
}

}  // namespace tarn::cli
