#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/driver/heartbeat.hpp"
#include "tarn/apps/driver/job_limits.hpp"
#include "tarn/apps/driver/schedule.hpp"
#include "tarn/io/store/run_directory.hpp"

namespace tarn::apps {

/// What a run hears from outside between its steps, beside its observer, and what it tells there. In its directory, the
/// file `stop` asks it to write a checkpoint and stop, `checkpoint` to write one and go on; each is removed when it is
/// obeyed. The end of a batch job is kept, with a margin that follows what was measured. A heartbeat in run.json shows
/// that the run lives, how far it is, and what it does.
class RunControl {
 public:
  /// What is asked for. The same on all ranks.
  struct Wish {
    enum class Stop { no, by_file, by_job_end };
    Stop stop = Stop::no;     ///< what asks for it
    bool checkpoint = false;  ///< whether one is asked for
  };

  /// Collective. On rank 0 run.json is not vouched for while this lives.
  /// @param fields  of the state, which a checkpoint holds
  RunControl(const SimulationContext& context, const io::RunDirectory& run, std::size_t fields);

  /// Looks for what is asked for. Collective; called a few times a second, or once a step where steps are longer.
  /// @param tell  adds to run.json what it shall tell; called on rank 0, now and then
  Wish look(const std::function<void(nlohmann::ordered_json&)>& tell);

  /// Tells what the run does from now on.
  void doing(const std::string& what);

  /// Runs `action`, which writes a checkpoint, and learns how long that takes. Collective.
  void time_checkpoint(const std::function<void()>& action);

 private:
  Wish files_on_root();

  SimulationContext context_;
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
