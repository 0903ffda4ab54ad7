#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/batch/job_request.hpp"

namespace tarn::batch {

/// How a job stands, as far as its scheduler knows.
struct JobState {
  enum class Kind {
    unknown,  ///< the scheduler has forgotten it, or never knew it
    queued,
    running,
    ended,
  };
  Kind kind = Kind::unknown;
  bool held = false;   ///< queued, and never starts until somebody releases it
  std::string text;    ///< the scheduler's own word, and its reason
  std::string member;  ///< of an ensemble: its number; empty for a single run
};

/// What tarn needs of a scheduler: one of these is one file. A job script is a bash script of these parts, in this
/// order: header(), lines of the site, shell_functions(), and what is the same for all schedulers (job_script.cpp). It
/// runs in the directory that submit() was given. The scheduler must:
/// - keep a job that a node's death or a preemption ended in the queue, or leave it as ended, but never as failed;
/// - send SIGUSR1 or SIGTERM to the script before the time limit, or let job_end() tell it;
/// - take the exit code of the script for the job's.
class Scheduler {
 public:
  virtual ~Scheduler() = default;

  virtual std::string name() const = 0;
  /// What of it is missing on this machine; empty if jobs can be submitted.
  virtual std::string missing() const = 0;

  /// Asks the scheduler whether it could ever run such a job.
  /// @param bytes_per_node  of memory that the run will take, about
  /// @returns a line for each reason why not
  /// @throws DataError if it does not answer
  virtual std::vector<std::string> impossible(const JobRequest& request, double bytes_per_node) const = 0;

  /// The first lines of the script, after "#!/bin/bash".
  virtual std::vector<std::string> header(const JobRequest& request) const = 0;

  /// The launcher that starts ranks where the site names no other.
  virtual std::string launcher() const = 0;
  /// The words before "tarn run ..." that start the ranks with a launcher; empty if it does not know that launcher.
  virtual std::vector<std::string> launch(const std::string& launcher, const JobRequest& request) const = 0;

  /// bash functions: `job_end` prints the seconds since 1970 at which the job ends, or nothing; `signal_steps PID` asks
  /// all ranks, which the process PID started, for a checkpoint by SIGUSR1; `requeue` puts this job into the queue
  /// again and does not return then, and returns if the job is being ended already by somebody else. The variable
  /// `member` is the number of the member in an ensemble.
  virtual std::string shell_functions(const JobRequest& request, const std::string& launcher) const = 0;

  /// @param directory  where the script runs
  /// @returns the job's id
  /// @throws UsageError with what the scheduler says
  virtual std::string submit(const std::string& script, const std::string& directory) const = 0;
  /// One state, or one for each member of an ensemble; of members that are alike the scheduler may tell together.
  /// @param directory  where the job's script runs; a job of that number that runs elsewhere is another one, and this
  ///     one unknown: a scheduler that lost its memory gives numbers again
  /// @throws DataError if it does not answer
  virtual std::vector<JobState> states(const std::string& job, const std::string& directory) const = 0;
  /// @throws UsageError with what the scheduler says
  virtual void cancel(const std::string& job) const = 0;
  /// Lets a job start that is held.
  /// @throws UsageError with what the scheduler says
  virtual void release(const std::string& job) const = 0;
};

/// The scheduler of that name; of an empty name the one that this machine has, else Slurm.
/// @throws UsageError for a name that tarn does not know
std::unique_ptr<Scheduler> make_scheduler(const std::string& name);

/// @throws UsageError if a scheduler does not know that launcher
void require_launcher(const Scheduler& scheduler, const std::string& launcher);

/// Of slurm.cpp.
std::unique_ptr<Scheduler> make_slurm();

}  // namespace tarn::batch
