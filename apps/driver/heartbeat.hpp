#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace tarn::apps {

/// Tells those outside that a run lives, from a thread of its own: every few seconds it publishes what the run last
/// told it, and it warns when the run has told nothing for long, naming what it was doing then.
class Heartbeat {
 public:
  /// How patient it is.
  struct Times {
    double beat = 10;    ///< between two publications [s]
    double quiet = 120;  ///< without news before it warns [s]; TARN_QUIET_SECONDS is another one
  };
  static Times times();  ///< those of the program, of the environment where it has them

  /// Takes the run's last summary, what it does now, and for how long [s].
  using Publish = std::function<void(const std::string& summary, const std::string& doing, double seconds)>;
  /// Takes a warning, without the end of the line.
  using Warn = std::function<void(const std::string& text)>;

  /// @param publish  takes the last summary, what is being done and for how long; called from the thread. What it
  /// throws
  ///                 is told once
  /// @param warn     called from the thread
  Heartbeat(Times times, Publish publish, Warn warn);
  ~Heartbeat();
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

  /// Whether a new summary is wanted.
  bool wants_summary();
  /// What is published from now on.
  void set_summary(std::string summary);
  /// The run came so far and does this now: "steps", "the checkpoint of step 100".
  void doing(std::string what);

 private:
  using Clock = std::chrono::steady_clock;
  void run();
  void look(std::unique_lock<std::mutex>& guard);

  Times times_;
  Publish publish_;
  Warn warn_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false, wanted_ = true, failed_ = false;
  std::string summary_, doing_ = "the start";
  Clock::time_point since_ = Clock::now(), last_beat_{};
  double next_warning_, longest_;  ///< [s]; the longest that was waited for in vain but came
  std::thread thread_;
};

}  // namespace tarn::apps
