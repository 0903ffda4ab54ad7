#pragma once

#include <functional>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "tarn/apps/driver/heartbeat.hpp"
#include "tarn/apps/driver/job_limits.hpp"
#include "tarn/apps/driver/observer.hpp"
#include "tarn/core/parallel/communicator.hpp"
#include "tarn/io/store/run_directory.hpp"

namespace tarn::apps {

/// What a run hears from outside between its steps or items, beside its observer, and what it tells there. In its
/// directory, the file `stop` asks it to write a checkpoint and stop, `checkpoint` to write one and go on; each is
/// removed when it is obeyed. The end of a batch job is kept, with a margin that follows what was measured. A heartbeat
/// in run.json shows that the run lives, how far it is, and what it does.
class RunControl {
 public:
  /// What is asked for. The same on all ranks.
  struct Wish {
    /// Why a run shall stop; of several the last counts.
    enum class Stop { no, by_job_end, by_file };
    Stop stop = Stop::no;     ///< what asks for it
    bool checkpoint = false;  ///< whether one is asked for
  };

  /// Adds to run.json what it shall tell; called on rank 0, now and then.
  using Tell = std::function<void(nlohmann::ordered_json&)>;

  /// Collective. On rank 0 run.json is not vouched for while this lives.
  /// @param checkpoint_guess  what a checkpoint may take until one has been measured [s]
  /// @param ranks, observer   must outlive this
  RunControl(const Communicator& ranks, const io::RunDirectory& run, Observer& observer, double checkpoint_guess);

  /// Looks for what is asked for. Collective; called a few times a second, or once a step where steps are longer.
  Wish look(const Tell& tell);
  /// The same where ranks work each for itself: rank 0 sees files, and every rank the end of the job, with the margin
  /// that its own looks ask for. Not collective.
  Wish look_alone(const Tell& tell);

  /// Tells what the run does from now on.
  void doing(const std::string& what);

  /// Runs `action`, which writes a checkpoint, and learns how long that takes. Collective.
  void time_checkpoint(const std::function<void()>& action);

 private:
  Wish files_on_root();

  const Communicator& ranks_;
  Observer& observer_;
  io::RunDirectory run_;
  JobClock clock_;
  nlohmann::ordered_json summary_;                ///< run.json as it stood at the start, on rank 0
  std::optional<double> last_look_, last_files_;  ///< [s] of a steady clock
  std::optional<Heartbeat> heartbeat_;            ///< on rank 0
};

/// For run.json: why a run was stopped.
std::string reason_of(RunControl::Wish::Stop stop);

/// Adds to run.json that the run lives.
/// @param summary  the content of run.json
std::string with_heartbeat(const std::string& summary, const std::string& doing, double seconds);

}  // namespace tarn::apps
