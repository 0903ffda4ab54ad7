#include "tarn/apps/driver/run_control.hpp"

#include <chrono>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/driver/json_text.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/stamps.hpp"
#include "tarn/io/store/lease.hpp"
#include "tarn/io/store/manifest.hpp"

namespace tarn::apps {

namespace {

namespace fs = std::filesystem;

constexpr const char* stop_file = "stop";
constexpr const char* checkpoint_file = "checkpoint";
/// Looking for a file is a question to a file system that others use too [s].
constexpr double seconds_between_looks_for_files = 1;

double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Takes a file that asks for something away. @returns whether it was there
bool take(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(file, error))) return false;
  return io::remove_file(file);
}

/// Rank 0's: launchers do not hand every variable on to other nodes.
std::optional<double> agreed_job_end(const Communicator& ranks) {
  const double end = ranks.broadcast(job_end_from_environment().value_or(0));
  return end > 0 ? std::optional(end) : std::nullopt;
}

}  // namespace

RunControl::RunControl(const Communicator& ranks, const io::RunDirectory& run, Observer& observer,
                       double checkpoint_guess)
    : ranks_(ranks), observer_(observer), run_(run), clock_(agreed_job_end(ranks), checkpoint_guess) {
  ranks.agree([&] {
    if (!ranks.is_root()) return;
    summary_ = nlohmann::ordered_json::parse(io::read_file(run_.path() / "run.json"), nullptr, false);
    io::append_writing(run_.path(), {"run.json"});
    heartbeat_.emplace(
        Heartbeat::times(),
        [run = run_](const std::string& summary, const std::string& doing, double seconds) {
          run.write_file("run.json", with_heartbeat(summary, doing, seconds));
        },
        [&observer](const std::string& text) { observer.warn(text); });
  });
}

RunControl::Wish RunControl::look(const Tell& tell) {
  std::int64_t wish = 0;
  if (ranks_.is_root()) {
    const Wish found = look_alone(tell);
    wish = 2 * static_cast<std::int64_t>(found.stop) + (found.checkpoint ? 1 : 0);
  }
  wish = ranks_.broadcast(wish);
  return {static_cast<Wish::Stop>(wish / 2), wish % 2 == 1};
}

RunControl::Wish RunControl::look_alone(const Tell& tell) {
  if (heartbeat_ && summary_.is_object() && heartbeat_->wants_summary()) {
    auto summary = summary_;
    tell(summary);
    heartbeat_->set_summary(json_text(summary));
  }
  const double now = steady_seconds();
  if (last_look_) clock_.look_took(now - *last_look_);
  last_look_ = now;
  Wish wish;
  if (ranks_.is_root()) wish = files_on_root();
  if (wish.stop == Wish::Stop::no && clock_.is_over(io::now_seconds())) wish.stop = Wish::Stop::by_job_end;
  return wish;
}

/// A file that cannot be taken away is told of, and asks for nothing: it would ask again for ever.
RunControl::Wish RunControl::files_on_root() {
  const double now = steady_seconds();
  if (last_files_ && now - *last_files_ < seconds_between_looks_for_files) return {};
  last_files_ = now;
  Wish wish;
  try {
    if (take(run_.path() / stop_file)) wish.stop = Wish::Stop::by_file;
    wish.checkpoint = take(run_.path() / checkpoint_file);
  } catch (const std::exception& error) {
    observer_.warn(error.what());
  }
  return wish;
}

void RunControl::doing(const std::string& what) {
  if (heartbeat_) heartbeat_->doing(what);
}

void RunControl::time_checkpoint(const std::function<void()>& action) {
  const double start = steady_seconds();
  action();
  clock_.checkpoint_took(steady_seconds() - start);
  last_look_.reset();  // what it took is no step's
}

std::string reason_of(RunControl::Wish::Stop stop) {
  return stop == RunControl::Wish::Stop::by_file ? "asked to stop by the file stop" : "the job's time is nearly over";
}

std::string with_heartbeat(const std::string& summary, const std::string& doing, double seconds) {
  auto json = nlohmann::ordered_json::parse(summary);
  json["heartbeat"] = {{"at", io::now_seconds()}, {"utc", io::utc_text()}, {"doing", doing}, {"for_seconds", seconds}};
  return json_text(json);
}

}  // namespace tarn::apps
