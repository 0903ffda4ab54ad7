#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tarn::batch {

/// What a run's directory tells to those outside; whoever else wrote into it may have written anything, so texts are
/// not fit for a terminal.
struct RunReading {
  /// "waiting" (nothing ran yet), "running", "interrupted" (its process died), "stopped", "failed", "done",
  /// "unknown" (it is not what tarn wrote).
  std::string status = "waiting";
  int exit_code = 0;  ///< 1 to 255 if it failed
  std::string reason;
  bool run_again = false;
  struct Items {
    std::int64_t all = 0, done = 0, failed = 0;
  };
  std::optional<Items> items;  ///< of a pipeline, which has no steps
  std::int64_t steps = 0;
  double time = 0;
  std::optional<double> end;           ///< time.end
  std::optional<double> wall_seconds;  ///< of this start
  std::optional<double> heartbeat;     ///< seconds since 1970
  std::string doing;                   ///< at that time
  std::string newest_checkpoint;       ///< its name; empty if there is none
};

/// @throws io::Io if it cannot be read
RunReading read_run(const std::filesystem::path& run);

/// The last whole row of a run's history.csv beside the names of its columns.
struct HistoryRow {
  std::vector<std::string> columns, values;
};
HistoryRow last_history_row(const std::filesystem::path& run);

}  // namespace tarn::batch
