#include "tarn/apps/cli/verify.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/cli/commands.hpp"
#include "tarn/apps/cli/end_together.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/cli/print_error.hpp"
#include "tarn/apps/cli/stop_signals.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/apps/driver/simulation_case.hpp"
#include "tarn/apps/driver/units.hpp"
#include "tarn/apps/driver/verification.hpp"
#include "tarn/core/error.hpp"
#include "tarn/core/version.hpp"
#include "tarn/io/deck/deck_text.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/store/vouched_file.hpp"

namespace tarn::cli {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::vector<std::string> asked, overrides;
std::string output, root = "runs", ranks_to;
bool as_json = false, on_input = false;

/// One line on a terminal that tells what is being done, and goes away.
class Doing {
 public:
  Doing() : shown_(!as_json && isatty(STDOUT_FILENO) != 0) {}
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
    problems.push_back({deck, fmt::format("{} (deck {} of `tarn verify {}`)", app, ++n, app), overrides});
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
      problems.push_back({io::read_deck_text(word), word, overrides});
    }
  }
  for (const auto& problem : problems)
    apps::grid_deck(problem);  // tells what is wrong with it before anything runs
  return problems;
}

/// A folder of its own in the report's directory, removed with this object; on rank 0.
class Scratch {
 public:
  Scratch(const Communicator& ranks, const io::RunDirectory& directory)
      : ranks_(ranks), path_(directory.path() / "tmp" / "scratch") {
    ranks.agree([&] {
      if (ranks.is_root()) fs::create_directories(path_);
    });
  }
  ~Scratch() {
    std::error_code left;
    if (ranks_.is_root()) fs::remove_all(path_, left);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string path() const { return path_.string(); }

 private:
  const Communicator& ranks_;
  fs::path path_;
};

/// A problem's ladder, bits and restart. What ends a run, other than a deck that cannot be right, is a finding.
apps::Proof proof_of(const Runtime& runtime, const apps::Problem& problem, std::size_t number,
                     const std::vector<RanksResult>& results, const std::string& scratch, const apps::Teller& tell) {
  const auto made = apps::parse_case(problem.text, problem.source, problem.overrides);
  apps::Proof proof;
  proof.app = made->deck().app();
  proof.name = apps::run_name_of(made->deck());
  proof.precision = made->deck().text("run.precision");
  proof.end = made->deck().number("time.end");
  const std::string name = proof.app + " " + proof.name;
  try {
    proof = apps::prove(runtime, problem, [&](const std::string& line) { tell(fmt::format("{}: {}", name, line)); });
    tell(name + ": ranks and restart");
    const auto alone = bits_of(runtime, problem);
    for (const auto& result : results)
      proof.findings.push_back(ranks_finding(result, number, alone));
    proof.findings.push_back(apps::check_restart(runtime, apps::short_deck(runtime, problem), scratch));
  } catch (const NumericsError& error) {
    proof.findings.push_back({"run", "", apps::Verdict::bad, error.what()});
  }
  return proof;
}

Json report_json(const std::vector<apps::Proof>& proofs, const std::string& directory, double seconds, int ranks) {
  int counts[3] = {0, 0, 0};
  bool good = true;
  for (const auto& proof : proofs) {
    good = good && proof.good();
    for (const auto& finding : proof.findings)
      ++counts[static_cast<int>(finding.verdict)];
  }
  Json json{{"status", good ? "done" : "failed"},
            {"exit_code", good ? apps::exit_code::done : apps::exit_code::numerics},
            {"reason", good ? "" : "an order, a bound or bits are not as they should be"},
            {"directory", directory},
            {"good", good},
            {"version", version()},
            {"device", device_name()},
            {"ranks", ranks},
            {"seconds", std::round(10 * seconds) / 10},
            {"findings_good", counts[0]},
            {"findings_bad", counts[1]},
            {"findings_skipped", counts[2]},
            {"problems", Json::array()}};
  for (const auto& proof : proofs)
    json["problems"].push_back(proof_json(proof));
  return json;
}

void tell_end(const Json& json, std::size_t problems) {
  print("{}: {} decks in {} s; {} findings are good, {} bad, {} skipped\nreport: {}/report.html\n",
        json["good"].get<bool>() ? "good" : "bad", problems, json["seconds"].dump(), json["findings_good"].dump(),
        json["findings_bad"].dump(), json["findings_skipped"].dump(), json["directory"].get<std::string>());
}

int verify(const Runtime& runtime, const std::vector<apps::Problem>& problems, const std::vector<RanksResult>& results,
           std::chrono::steady_clock::time_point began) {
  const Communicator& ranks = runtime.communicator();
  const auto directory =
      output.empty() ? io::RunDirectory::create(ranks, root, "verify") : io::RunDirectory::create_at(ranks, output);
  std::vector<apps::Proof> proofs;
  {
    const Scratch scratch(ranks, directory);
    const Doing doing;
    for (std::size_t n = 0; n < problems.size(); ++n) {
      proofs.push_back(proof_of(runtime, problems[n], n, results, scratch.path(), [&](const std::string& line) {
        if (ranks.is_root()) doing.tell(fmt::format("{} of {}, {}", n + 1, problems.size(), line));
      }));
      if (as_json || !ranks.is_root()) continue;
      doing.clear();
      print("{}", proof_text(proofs.back()));
      flush_output();
    }
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
  const Json json = report_json(proofs, directory.path().string(), seconds.count(), ranks.size());
  ranks.agree([&] {
    if (!ranks.is_root()) return;
    io::write_vouched(directory, "report.html", proof_page(proofs, json), "proof");
    io::write_vouched(directory, "run.json", apps::json_text(json), "summary");
  });
  if (ranks.is_root()) {
    if (as_json) {
      print("{}", apps::json_text(json));
    } else {
      tell_end(json, problems.size());
    }
  }
  return json["exit_code"].get<int>();
}

/// Looked at before anything runs.
/// @throws DataError if the directory of the report has something in it
void check_output() {
  std::error_code ignored;
  if (!fs::is_directory(output, ignored) || fs::is_empty(output, ignored)) return;
  throw DataError(fmt::format("--output {}: is not empty; the report needs a new directory or an empty one", output));
}

/// Ends this process as the signal would have without the ranks, which have taken it.
void end_by(int signal) {
  tell("tarn: stopped by {}; nothing is reported\n", signal_name(signal));
  std::signal(signal, SIG_DFL);
  std::raise(signal);
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
    if (results.back().signal != 0) end_by(results.back().signal);
  }
  return results;
}

int run(int& argc, char**& argv) {
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
  const Runtime runtime(argc, argv);
  return end_together(runtime, [&] { return verify(runtime, problems, results, began); });
}

}  // namespace

Command add_verify(CLI::App& program) {
  auto* command = program.add_subcommand(
      "verify", "prove apps and decks here: orders of convergence, conservation, ranks, restart");
  command->add_option("problem", asked, "apps and decks; default: all apps");
  command->add_option("--set", overrides, "override a key of every deck: table.key=value")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("-o,--output", output, "the directory of the report, which must be empty or not there");
  command->add_option("--root", root, "where the report's directory is made otherwise")->capture_default_str();
  command->add_flag("--json", as_json, "print the report as JSON, and nothing else");
  command->add_option("--ranks-to", ranks_to)->group("");  // of ranks that tarn started itself
  command->add_flag(deck_on_input, on_input)->group("");
  return {command, run};
}

}  // namespace tarn::cli
