#pragma once

#include <cstdio>
#include <string>

namespace tarn::apps {

/// What the progress line tells.
struct Progress {
  double step = 0, time = 0, dt = 0, end = 0;
  double updates_per_second = 0;  ///< cells, all ranks
  double share_of_peak = 0;       ///< of the measured bandwidth; 0: not known yet
  double seconds_left = 0;
};

/// Shows how a run goes on: one line that is written over on a terminal, a plain line now and then otherwise.
class ProgressLine {
 public:
  /// @param out  nullptr shows nothing
  explicit ProgressLine(std::FILE* out);

  /// Whether enough walltime [s] has passed since the last line.
  bool due(double walltime) const;
  void show(const Progress& progress, double walltime);
  /// Leaves the cursor below the line.
  void finish();

 private:
  std::FILE* out_;
  bool terminal_;
  double last_ = 0;
  bool open_ = false;
};

}  // namespace tarn::apps
