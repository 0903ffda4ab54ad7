#include "tarn/apps/driver/heartbeat.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

namespace tarn::apps {

namespace {

double seconds_between(std::chrono::steady_clock::time_point from, std::chrono::steady_clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

Heartbeat::Times Heartbeat::times() {
  Times times;
  if (const char* text = std::getenv("TARN_QUIET_SECONDS")) {
    const double seconds = std::strtod(text, nullptr);
    if (seconds > 0) times.quiet = seconds;
  }
  times.beat = std::min(times.beat, times.quiet);
  return times;
}

Heartbeat::Heartbeat(Times times, Publish publish, Warn warn)
    : times_(times), publish_(std::move(publish)), warn_(std::move(warn)), next_warning_(times.quiet), longest_(0) {
  thread_ = std::thread([this] { run(); });
}

Heartbeat::~Heartbeat() {
  {
    const std::lock_guard guard(mutex_);
    stop_ = true;
  }
  stopped_.notify_one();
  thread_.join();
}

bool Heartbeat::wants_summary() {
  const std::lock_guard guard(mutex_);
  return wanted_;
}

void Heartbeat::set_summary(std::string summary) {
  const std::lock_guard guard(mutex_);
  summary_ = std::move(summary);
  wanted_ = false;
}

void Heartbeat::doing(std::string what) {
  const std::lock_guard guard(mutex_);
  constexpr double slower = 4;  // what takes long anyway is waited for longer
  const auto now = Clock::now();
  longest_ = std::max(longest_, seconds_between(since_, now));
  doing_ = std::move(what);
  since_ = now;
  next_warning_ = std::max(times_.quiet, slower * longest_);
}

void Heartbeat::run() {
  constexpr double most_between_looks = 0.5;
  const std::chrono::duration<double> nap(std::min(most_between_looks, times_.quiet / 4));
  std::unique_lock guard(mutex_);
  while (!stopped_.wait_for(guard, nap, [this] { return stop_; }))
    look(guard);
}

/// Called and returns with the lock held; it is given up while others are called, who may take long.
void Heartbeat::look(std::unique_lock<std::mutex>& guard) {
  const auto now = Clock::now();
  const double silent = seconds_between(since_, now);
  const std::string doing = doing_;
  if (silent >= next_warning_) {
    next_warning_ *= 2;
    guard.unlock();
    warn_(fmt::format("nothing has come of {} for {:.0f} s: the disk or another rank does not answer; the run waits",
                      doing, silent));
    guard.lock();
  }
  if (summary_.empty() || seconds_between(last_beat_, now) < times_.beat) return;
  last_beat_ = now;
  wanted_ = true;
  const std::string summary = summary_;
  guard.unlock();
  std::string failure;
  try {
    publish_(summary, doing, silent);
  } catch (const std::exception& error) {
    failure = error.what();
  }
  if (!failure.empty() && !failed_) warn_("the heartbeat in run.json could not be written: " + failure);
  guard.lock();
  failed_ = failed_ || !failure.empty();
}

}  // namespace tarn::apps
