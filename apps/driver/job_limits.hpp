#pragma once

#include <optional>

namespace tarn::apps {

/// When the batch job that this process runs in ends, in seconds since 1970: TARN_JOB_END, which tarn's job scripts
/// set, or what Slurm tells; nothing outside of jobs, and for jobs without an end.
std::optional<double> job_end_from_environment();

/// Memory that a Slurm job was given on each of its nodes (SLURM_MEM_PER_NODE) [bytes]; nothing where none was named.
std::optional<double> job_memory_from_environment();

/// Looks at TARN_QUIET_SECONDS and TARN_REPORT_SECONDS. An empty one counts as one that is not set. (TARN_JOB_END is
/// not looked at: schedulers say in many ways that a job has no end.)
/// @throws UsageError if one is no number above 0
void check_numbers_in_environment();

/// Says when a run must stop so that its last checkpoint is written before its job ends. It learns how long a look
/// takes to come again, steps and output included, and how long checkpoints take, and plans with the longest of each.
class JobClock {
 public:
  /// @param end         when the job ends [s since 1970], if it does
  /// @param checkpoint  what a checkpoint may take until one has been measured [s]
  JobClock(std::optional<double> end, double checkpoint) : end_(end), checkpoint_(checkpoint) {}

  /// @param seconds  that a checkpoint took
  void checkpoint_took(double seconds);
  /// @param seconds  between two looks
  void look_took(double seconds);

  /// Whether there is no time for another stretch of steps, a checkpoint and the program's end.
  bool is_over(double now) const { return end_ && now + margin() >= *end_; }
  /// What is kept free before the end [s].
  double margin() const;

 private:
  std::optional<double> end_;
  double checkpoint_;
  bool measured_ = false;
  double look_ = 0;
};

}  // namespace tarn::apps
