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
  bool started = false;  ///< and runs still, as far as the scheduler knows
  bool held = false;     ///< all that is left of it
};

JobView look_at_job(const fs::path& directory) {
  JobView view{read_record(directory), "", false, false, false};
  const auto states = make_scheduler(view.record.scheduler)->states(view.record.job, fs::canonical(directory).string());
  bool moves = false;
  std::map<std::string, int> counts;
  for (const auto& state : states) {
    ++counts[state.kind == JobState::Kind::unknown ? "not known to the scheduler any more" : state.text];
    const bool alive = state.kind == JobState::Kind::queued || state.kind == JobState::Kind::running;
    view.alive = view.alive || alive;
    view.started = view.started || state.kind == JobState::Kind::running;
    view.held = view.held || state.held;
    moves = moves || (alive && !state.held);
  }
  view.held = view.held && !moves;
  for (const auto& [text, count] : counts)
    view.text += (view.text.empty() ? "" : "; ") + (states.size() > 1 ? fmt::format("{} ", count) : "") + text;
  return view;
}

/// What was known before stays where the scheduler does not answer: it may be started anew, or be busy.
/// @throws DataError if the directory is gone
void look_again(const fs::path& directory, JobView& job) {
  read_record(directory);
  try {
    job = look_at_job(directory);
  } catch (const DataError& error) {
    job.text = io::shortened(error.what(), 200);
  }
}

/// Seconds since then; the clock of the machine that wrote it may be ahead.
double age_of(double then) {
  return std::max(0.0, io::now_seconds() - then);
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

/// Whether a run that beats every ten seconds has not done so for long.
bool is_silent(const RunReading& run) {
  constexpr double long_time = 120;  // s
  return run.heartbeat && age_of(*run.heartbeat) > long_time;
}

/// What a job and a run's directory say together, where one alone would mislead.
std::string verdict(const JobView& job, const RunReading& run) {
  if (run.status == "done") return "finished";
  if (run.status == "failed") return fmt::format("failed with exit code {}", run.exit_code);
  if (job.held) return "is held by the scheduler: submit it again to let it go on";
  if (run.status == "stopped" && job.alive) return "stopped in between; its job goes on";
  if (job.alive && run.status == "running") return is_silent(run) ? "gives no sign of life, and may hang" : "runs";
  if (job.alive) return job.started ? "starts" : "waits for its turn";
  if (run.status == "running") return "runs, though not in a job that the scheduler knows";
  if (run.items) return "ended early: submit it again to do the items that are left";
  return run.newest_checkpoint.empty() ? "ended without a checkpoint: submit it again to begin anew"
                                       : "ended early: submit it again to go on from " + run.newest_checkpoint;
}

std::string text_of_run(const fs::path& directory, const JobView& job) {
  const RunReading run = read_run(directory);
  std::string text = progress_text(run) + "\n";
  if (run.heartbeat && run.status == "running") {
    text += fmt::format("heartbeat {} ago, then at: {}\n", apps::duration_text(age_of(*run.heartbeat)),
                        io::shortened(run.doing));
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
    if (run.heartbeat) json["run"]["heartbeat_age"] = age_of(*run.heartbeat);
  }
  return apps::json_text(json);
}

std::optional<int> follow(const fs::path& directory, const std::function<void(const std::string&)>& print,
                          const std::function<bool()>& stop) {
  using Clock = std::chrono::steady_clock;
  constexpr auto nap = std::chrono::milliseconds(500);
  constexpr auto between_questions = std::chrono::seconds(10);  // a scheduler serves many
  std::string last;
  JobView job = look_at_job(directory);
  auto asked = Clock::now();
  while (!stop()) {
    if (Clock::now() - asked > between_questions) {
      look_again(directory, job);
      asked = Clock::now();
      if (stop()) break;  // the terminal's signal may have come to the scheduler's program too
    }
    const std::string news = fmt::format("{}  [{}]\n", news_of(directory), io::shortened(job.text, 200));
    if (news != last) print(news);
    last = news;
    if (final_code(directory, job.alive)) {
      if (job.alive) return final_code(directory, true);
      look_again(directory, job);  // a job that had ended may have been put into the queue again
      if (const auto code = final_code(directory, job.alive)) return code;
    }
    std::this_thread::sleep_for(nap);
  }
  return {};
}

std::string cancel(const fs::path& directory) {
  const JobView job = look_at_job(directory);
  if (!job.alive) throw UsageError(fmt::format("job {} is {}: there is nothing to end", job.record.job, job.text));
  make_scheduler(job.record.scheduler)->cancel(job.record.job);
  return job.record.job;
}

}  // namespace tarn::batch
