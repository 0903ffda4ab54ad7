#pragma once

#include "tarn/apps/cli/progress.hpp"
#include "tarn/apps/cli/stop_signals.hpp"
#include "tarn/apps/driver/observer.hpp"

namespace tarn::cli {

/// What of a run is printed.
enum class Shown {
  all,
  directory,  ///< where it is alone, and warnings
  json,       ///< the content of run.json at the end, and warnings
};

/// The command line as an observer: prints what a run tells, and stops it for a signal.
class Follower : public apps::Observer {
 public:
  explicit Follower(Shown shown);

  void began(const std::string& directory) noexcept override;
  void report(const std::string& text) noexcept override;
  void warn(const std::string& text) noexcept override;
  void ended(const std::string& run_json) noexcept override;
  bool wants_progress(double walltime) noexcept override { return line_.due(walltime); }
  void progress(const apps::Progress& progress, double walltime) noexcept override;
  void progress_ended() noexcept override { line_.finish(); }
  int stop_request() noexcept override { return StopSignals::request(); }
  std::string name_of(int stop_request) override { return StopSignals::request_name(stop_request); }

  /// The directory of the run; empty before it began, and on other ranks than 0.
  const std::string& directory() const { return directory_; }
  /// Empty: none was told.
  const std::string& last_warning() const { return last_warning_; }

 private:
  Shown shown_;
  StopSignals signals_;
  ProgressLine line_;
  std::string directory_, last_warning_;
};

}  // namespace tarn::cli
