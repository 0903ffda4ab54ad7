#pragma once

#include <cstdio>

#include "tarn/apps/driver/observer.hpp"

namespace tarn::cli {

/// Shows how a run goes on: one line that is written over on a terminal, a plain line now and then otherwise.
class ProgressLine {
 public:
  /// @param out  nullptr shows nothing
  explicit ProgressLine(std::FILE* out);

  /// Whether enough walltime [s] has passed since the last line.
  bool due(double walltime) const;
  void show(const apps::Progress& progress, double walltime);
  /// Leaves the cursor below the line.
  void finish();

 private:
  std::FILE* out_;
  bool terminal_;
  double last_ = 0;
  bool open_ = false;
};

}  // namespace tarn::cli
