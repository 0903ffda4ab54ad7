#pragma once

#include <string>

namespace tarn::apps {

/// How far a run is.
struct Progress {
  double step = 0, time = 0, dt = 0, end = 0;  ///< now; `end` is the deck's last time
  double updates_per_second = 0;               ///< cells, all ranks
  double share_of_peak = 0;                    ///< of the measured bandwidth; 0: not known yet
  double seconds_left = 0;                     ///< at the pace so far [s]
};

/// Who follows a run: the driver itself prints nothing and takes no signal. The command line is one observer, a program
/// that embeds tarn another. Every member does nothing unless it is overridden.
class Observer {
 public:
  virtual ~Observer() = default;

  /// The directory of the run. On rank 0, before anything else is told.
  virtual void began(const std::string& /*directory*/) noexcept {}
  /// What the run says of itself, whole lines: before the first step, and at its end. On rank 0.
  virtual void report(const std::string& /*text*/) noexcept {}
  /// What the user should know, without the end of the line. On the rank that has it to say; from any thread.
  virtual void warn(const std::string& /*text*/) noexcept {}
  /// The content of run.json at the end, also where the run fails. On rank 0.
  virtual void ended(const std::string& /*run_json*/) noexcept {}

  /// Whether progress() shall be called, for a walltime since the first step [s]. On rank 0, a few times a second.
  virtual bool wants_progress(double /*walltime*/) noexcept { return false; }
  /// where wants_progress() said so; on rank 0
  virtual void progress(const Progress& /*progress*/, double /*walltime*/) noexcept {}
  /// No progress() follows.
  virtual void progress_ended() noexcept {}

  /// A number above 0 asks the run to write a checkpoint and stop; the largest of all ranks counts. Asked on every rank
  /// a few times a second; from any thread.
  virtual int stop_request() noexcept { return 0; }
  /// What such a number is called in run.json and the report. The same on all ranks.
  virtual std::string name_of(int /*stop_request*/) { return "asked to stop"; }
};

/// An observer that hears nothing and asks for nothing.
inline Observer& nobody() {
  static Observer none;
  return none;
}

}  // namespace tarn::apps
