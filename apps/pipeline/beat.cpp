#include "tarn/apps/pipeline/beat.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <set>

#include <nlohmann/json.hpp>

#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/run_control.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/store/manifest.hpp"

namespace tarn::apps::pipeline {

namespace {

using Clock = std::chrono::steady_clock;

/// What the logs of all ranks tell by now, added to run.json.
/// @param summary  run.json as it stood at the start
std::string told_by_now(const RunContext& context, const Job& job, const std::string& summary, double seconds) {
  auto json = nlohmann::ordered_json::parse(summary);
  const auto records = read_records(context.directory.path());
  std::set<std::string> pending;
  for (const std::size_t number : job.pending)
    pending.insert(job.items[number].name);
  std::size_t done = 0, failed = 0, now = 0;
  for (const Item& item : job.items) {
    const auto found = records.find(item.name);
    const bool is_of_now = found != records.end() && found->second.attempt == job.attempt;
    if (found == records.end() || (pending.contains(item.name) && !is_of_now)) continue;
    ++(found->second.done ? done : failed);
    now += is_of_now ? 1 : 0;
  }
  json["items"] = {{"all", job.items.size()}, {"done", done}, {"failed", failed}};
  json["wall_seconds"] = seconds;
  if (now > 0) {
    const auto left = static_cast<double>(job.pending.size() - std::min(now, job.pending.size()));
    json["progress"]["seconds_left"] = seconds * left / static_cast<double>(now);
  }
  return json_text(json);
}

}  // namespace

std::unique_ptr<Heartbeat> beat_of(const RunContext& context, const Job& job) {
  const std::string summary = io::read_file(context.directory.path() / "run.json");
  io::append_writing(context.directory.path(), {"run.json"});
  auto times = Heartbeat::times();
  times.quiet = std::numeric_limits<double>::infinity();  // an item may take any time
  auto heartbeat = std::make_unique<Heartbeat>(
      times,
      [&context, &job, begin = Clock::now()](const std::string& start, const std::string& doing, double) {
        const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
        const std::string told = told_by_now(context, job, start, seconds);
        context.directory.write_file("run.json", with_heartbeat(told, doing, 0));  // how long is not known
      },
      [&observer = context.observer](const std::string& text) { observer.warn(text); });
  heartbeat->doing("items");
  heartbeat->set_summary(summary);
  return heartbeat;
}

}  // namespace tarn::apps::pipeline
