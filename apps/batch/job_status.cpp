#include "tarn/apps/batch/job_status.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/batch/ensemble_table.hpp"
#include "tarn/apps/batch/job_record.hpp"
#include "tarn/apps/batch/run_reading.hpp"
#include "tarn/apps/batch/scheduler.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/apps/driver/units.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/store/lease.hpp"

namespace tarn::batch {

namespace {

namespace fs = std::filesystem;

/// What the scheduler says of a directory's job.
struct JobView {
  JobRecord record;
  std::string text;  ///< "RUNNING", or how many of an ensemble's tasks are what
  bool alive = false;
  bool held = false;  ///< all that is left of it
};

JobView look_at_job(const fs::path& directory) {
  JobView view{read_record(directory), "", false, false};
  const auto states = make_scheduler(view.record.scheduler)->states(view.record.job, fs::canonical(directory).string());
  bool moves = false;
  std::map<std::string, int> counts;
  for (const auto& state : states) {
    ++counts[state.kind == JobState::Kind::unknown ? "not known to the scheduler any more" : state.text];
    const bool alive = state.kind == JobState::Kind::queued || state.kind == JobState::Kind::running;
    view.alive = view.alive || alive;
    view.held = view.held || state.held;
    moves = moves || (alive && !state.held);
  }
  view.held = view.held && !moves;
  for (const auto& [text, count] : counts)
    view.text += (view.text.empty() ? "" : "; ") + (states.size() > 1 ? fmt::format("{} ", count) : "") + text;
  return view;
}

std::string age_text(double since) {
  return apps::duration_text(std::max(0.0, io::now_seconds() - since));
}

/// "3 of 8 items done, 1 failed"
std::string items_text(const RunReading::Items& items) {
  const std::string failed = items.failed == 0 ? "" : fmt::format(", {} failed", items.failed);
  return fmt::format("{} of {} done", items.done, io::counted(items.all, "item")) + failed;
}

/// "running: step 120, time 0.3 of 1"
std::string progress_text(const RunReading& run) {
  std::string text = io::shortened(run.status, 24);
  if (run.status == "waiting") return text + ": nothing has run yet";
  text += ": " + (run.items ? items_text(*run.items) : fmt::format("step {}, time {:.6g}", run.steps, run.time));
  if (run.end) text += fmt::format(" of {:g}", *run.end);
  if (!run.reason.empty()) text += ": " + io::shortened(run.reason, 400);
  return text;
}

/// What a job and a run's directory say together, where one alone would mislead.
std::string verdict(const JobView& job, const RunReading& run) {
  if (run.status == "done") return "finished";
  if (run.status == "failed") return fmt::format("failed with exit code {}", run.exit_code);
  if (job.held) return "is held by the scheduler: submit it again to let it go on";
  if (run.status == "stopped" && job.alive) return "stopped in between; its job goes on";
  if (job.alive) return run.status == "running" ? "runs" : "waits for its turn";
  if (run.status == "running") return "runs, though not in a job that the scheduler knows";
  if (run.items) return "ended early: submit it again to do the items that are left";
  return run.newest_checkpoint.empty() ? "ended without a checkpoint: submit it again to begin anew"
                                       : "ended early: submit it again to go on from " + run.newest_checkpoint;
}

std::string text_of_run(const fs::path& directory, const JobView& job) {
  const RunReading run = read_run(directory);
  std::string text = progress_text(run) + "\n";
  if (run.heartbeat && run.status == "running") {
    text += fmt::format("heartbeat {} ago, then at: {}\n", age_text(*run.heartbeat), io::shortened(run.doing));
  }
  if (!run.newest_checkpoint.empty()) text += "newest checkpoint: " + run.newest_checkpoint + "\n";
  return text + "so it " + verdict(job, run) + "\n";
}

/// A line that changes whenever there is news.
std::string news_of(const fs::path& directory) {
  if (EnsembleDirectory::is_one(directory)) return count_text(table_of(EnsembleDirectory::open(directory)));
  return progress_text(read_run(directory));
}

/// The exit code if all is done that ever will be without a job.
std::optional<int> final_code(const fs::path& directory, bool alive) {
  if (EnsembleDirectory::is_one(directory)) {
    const int code = exit_code_of(table_of(EnsembleDirectory::open(directory)));
    if (code == apps::exit_code::done || !alive) return code;
    return {};
  }
  const RunReading run = read_run(directory);
  if (run.status == "done") return apps::exit_code::done;
  if (run.status == "failed" && !alive) return run.exit_code;
  if (!alive) return apps::exit_code::stopped;
  return {};
}

}  // namespace

std::string status_text(const fs::path& directory) {
  const JobView job = look_at_job(directory);
  const std::string text =
      fmt::format("job {} of {}, submitted {}: {}\n", job.record.job, io::shortened(job.record.scheduler),
                  io::shortened(job.record.submitted), io::shortened(job.text, 400));
  if (!EnsembleDirectory::is_one(directory)) return text + text_of_run(directory, job);
  const auto table = table_of(EnsembleDirectory::open(directory));
  return text + count_text(table) + "\n" + plain_text(table);
}

std::string status_json(const fs::path& directory) {
  const JobView job = look_at_job(directory);
  nlohmann::ordered_json json;
  json["job"] = job.record.job;
  json["scheduler"] = job.record.scheduler;
  json["state"] = job.text;
  json["alive"] = job.alive;
  json["held"] = job.held;
  if (EnsembleDirectory::is_one(directory)) {
    json["members"] = nlohmann::json::parse(json_text(table_of(EnsembleDirectory::open(directory))));
  } else {
    const RunReading run = read_run(directory);
    json["run"] = {
        {"status", run.status},        {"exit_code", run.exit_code}, {"reason", run.reason},
        {"steps", run.steps},          {"time", run.time},           {"newest_checkpoint", run.newest_checkpoint},
        {"verdict", verdict(job, run)}};
    if (run.items)
      json["run"]["items"] = {{"all", run.items->all}, {"done", run.items->done}, {"failed", run.items->failed}};
    if (run.heartbeat) json["run"]["heartbeat_age"] = io::now_seconds() - *run.heartbeat;
  }
  return apps::json_text(json);
}

int follow(const fs::path& directory, const std::function<void(const std::string&)>& print,
           const std::function<bool()>& stop) {
  using Clock = std::chrono::steady_clock;
  constexpr auto nap = std::chrono::milliseconds(500);
  constexpr auto between_questions = std::chrono::seconds(10);  // a scheduler serves many
  std::string last, last_job;
  JobView job;
  Clock::time_point asked{};
  while (!stop()) {
    if (asked == Clock::time_point{} || Clock::now() - asked > between_questions) {
      job = look_at_job(directory);
      asked = Clock::now();
    }
    const std::string news = news_of(directory);
    if (news != last || job.text != last_job) print(fmt::format("{}  [{}]\n", news, io::shortened(job.text, 200)));
    last = news;
    last_job = job.text;
    if (final_code(directory, job.alive)) {
      if (job.alive) return *final_code(directory, true);
      job = look_at_job(directory);  // a job that had ended may have been put into the queue again
      if (const auto code = final_code(directory, job.alive)) return *code;
    }
    std::this_thread::sleep_for(nap);
  }
  return apps::exit_code::stopped;
}

std::string cancel(const fs::path& directory) {
  const JobView job = look_at_job(directory);
  if (!job.alive) throw UsageError(fmt::format("job {} is {}: there is nothing to end", job.record.job, job.text));
  make_scheduler(job.record.scheduler)->cancel(job.record.job);
  return job.record.job;
}

}  // namespace tarn::batch
