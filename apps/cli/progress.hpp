#pragma once

#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/driver/observer.hpp"

namespace tarn::cli {

/// How far some work is, as a line tells it. What is not known is left out.
struct WorkDone {
  double done = 0, total = 0;           ///< of any unit; where the total is 0 there is no bar and no share
  std::vector<std::string> facts = {};  ///< those that matter most first: a narrow terminal has no room for the last
  std::optional<double> seconds_left = {};  ///< nothing: what the rest takes at the pace so far
};

/// Shows how work goes on that may take more than a few seconds: on a terminal one line that is written over, with a
/// bar; elsewhere a plain line now and then.
///
///     ProgressLine line(stderr, ProgressLine::AtEnd::erase);
///     for (...) {
///       ...
///       if (line.due()) line.show({.done = bytes, .total = all, .facts = {"3 of 7 files"}});
///     }
///     line.finish();  // before anything else is printed
class ProgressLine {
 public:
  enum class AtEnd { keep, erase };  ///< what becomes of the line on a terminal

  /// @param out  nullptr shows nothing
  explicit ProgressLine(std::FILE* out, AtEnd at_end = AtEnd::keep);

  /// Whether enough time has passed since the last line.
  bool due() const { return due(seconds()); }
  /// The same for work that has a clock of its own.
  /// @param walltime  since it began [s]
  bool due(double walltime) const;

  void show(const WorkDone& work) { show(work, seconds()); }
  void show(const WorkDone& work, double walltime);
  void show(const apps::Progress& progress, double walltime);
  /// Leaves the cursor below the line, or where the line began.
  void finish();

 private:
  double seconds() const;  ///< since this was made

  std::FILE* out_;
  AtEnd at_end_;
  bool terminal_;
  std::chrono::steady_clock::time_point made_ = std::chrono::steady_clock::now();
  double last_ = 0;
  bool open_ = false;
};

/// The line without its end.
/// @param walltime  since the work began [s]
/// @param columns   of the terminal; 0: no terminal, so no bar and all facts
/// @param unicode   whether the bar may be drawn with characters beyond ASCII
std::string progress_text(const WorkDone& work, double walltime, std::size_t columns, bool unicode);

/// What is told of a run.
WorkDone work_done(const apps::Progress& progress);

}  // namespace tarn::cli
