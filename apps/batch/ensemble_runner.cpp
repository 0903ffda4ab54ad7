#include "tarn/apps/batch/ensemble_runner.hpp"

#include <chrono>
#include <csignal>
#include <map>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "tarn/apps/batch/batch_results.hpp"
#include "tarn/apps/batch/process.hpp"
#include "tarn/apps/batch/run_reading.hpp"

namespace tarn::batch {

namespace {

std::unique_ptr<Child> start(const EnsembleDirectory& ensemble, std::size_t member, const RunnerOptions& options) {
  const std::string directory = ensemble.member(member).string();
  std::vector<std::string> words{own_program(), "run",        directory + "/deck.toml", "--run-dir", directory,
                                 "--root",      options.root, "--restart=auto"};
  if (options.ranks > 0) words.insert(words.end(), {"-n", std::to_string(options.ranks)});
  const auto log = ensemble.path() / fmt::format("job-{}.log", EnsembleDirectory::member_name(member));
  return std::make_unique<Child>(words, log.string());
}

constexpr auto between_looks = std::chrono::milliseconds(20);

std::unique_ptr<Child> start(const EnsembleDirectory& ensemble, const BatchDirectory& batch,
                             const RunnerOptions& options) {
  const std::string directory = batch.path.string();
  const auto log = ensemble.path() / fmt::format("job-{}.log", batch.path.filename().string());
  return std::make_unique<Child>(
      std::vector<std::string>{own_program(), "run", directory + "/deck.toml", "--run-dir", directory, "--root",
                               options.root, "--restart=auto", "--batch"},
      log.string());
}

}  // namespace

bool run_batches(const EnsembleDirectory& ensemble, const std::vector<BatchDirectory>& batches,
                 const RunnerOptions& options, const std::function<void(std::size_t batch, int code)>& ended) {
  for (std::size_t n = 0; n < batches.size(); ++n) {
    if (read_run(batches[n].path).status != "done") {
      if (options.stop_request() > 0) return true;
      const auto child = start(ensemble, batches[n], options);
      bool told = false;
      std::optional<int> code;
      for (code = child->exit_code(); !code; code = child->exit_code()) {
        if (!told && options.stop_request() > 0) {
          told = true;
          child->send(SIGTERM);
        }
        std::this_thread::sleep_for(between_looks);
      }
      ended(n, *code);
    }
    give_results(ensemble, batches[n]);
  }
  return options.stop_request() > 0;
}

bool run_members(const EnsembleDirectory& ensemble, const RunnerOptions& options) {
  std::map<std::size_t, std::unique_ptr<Child>> running;
  std::size_t next = 0;
  bool stopping = false;
  for (;;) {
    if (!stopping && options.stop_request() > 0) {
      stopping = true;
      for (const auto& [member, child] : running)
        child->send(SIGTERM);
    }
    while (!stopping && next < ensemble.size() && running.size() < static_cast<std::size_t>(options.at_once)) {
      const bool wanted = options.left_out.count(next) == 0;
      if (wanted && read_run(ensemble.member(next)).status != "done") running[next] = start(ensemble, next, options);
      ++next;
    }
    for (auto entry = running.begin(); entry != running.end();) {
      const auto code = entry->second->exit_code();
      if (code) options.ended(entry->first, *code);
      entry = code ? running.erase(entry) : std::next(entry);
    }
    if (running.empty() && (stopping || next >= ensemble.size())) return stopping;
    std::this_thread::sleep_for(between_looks);
  }
}

}  // namespace tarn::batch
