#include "tarn/apps/batch/ensemble_runner.hpp"

#include <chrono>
#include <csignal>
#include <map>
#include <memory>
#include <thread>

#include <fmt/format.h>

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

}  // namespace

bool run_members(const EnsembleDirectory& ensemble, const RunnerOptions& options) {
  constexpr auto nap = std::chrono::milliseconds(20);
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
      if (read_run(ensemble.member(next)).status != "done") running[next] = start(ensemble, next, options);
      ++next;
    }
    for (auto entry = running.begin(); entry != running.end();) {
      const auto code = entry->second->exit_code();
      if (code) options.ended(entry->first, *code);
      entry = code ? running.erase(entry) : std::next(entry);
    }
    if (running.empty() && (stopping || next >= ensemble.size())) return stopping;
    std::this_thread::sleep_for(nap);
  }
}

}  // namespace tarn::batch
