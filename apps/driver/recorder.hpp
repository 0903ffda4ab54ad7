#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tarn/apps/driver/observer.hpp"

namespace tarn::apps {

/// Passes on all that a run tells, and keeps its warnings for run.json and the report.
class Recorder : public Observer {
 public:
  explicit Recorder(Observer& listener) : listener_(listener) {}  ///< @param listener  must outlive it

  void began(const std::string& directory) noexcept override { listener_.began(directory); }
  void report(const std::string& text) noexcept override { listener_.report(text); }
  void warn(const std::string& text) noexcept override;
  void ended(const std::string& run_json) noexcept override { listener_.ended(run_json); }
  bool wants_progress(double walltime) noexcept override { return listener_.wants_progress(walltime); }
  void progress(const Progress& now, double walltime) noexcept override { listener_.progress(now, walltime); }
  void progress_ended() noexcept override { listener_.progress_ended(); }
  int stop_request() noexcept override { return listener_.stop_request(); }
  std::string name_of(int stop_request) override { return listener_.name_of(stop_request); }

  /// Keeps what was told otherwise.
  void keep(const std::string& warning) noexcept;
  /// Adds the warnings so far, those of this rank; from any thread.
  void tell(nlohmann::ordered_json& json) const;

 private:
  Observer& listener_;
  mutable std::mutex mutex_;
  std::vector<std::string> warnings_;
  std::size_t more_ = 0;  ///< that there was no room for
};

}  // namespace tarn::apps
