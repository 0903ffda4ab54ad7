#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tarn/apps/driver/alike_steps.hpp"
#include "tarn/apps/driver/members/batch_simulation.hpp"
#include "tarn/apps/driver/report.hpp"
#include "tarn/apps/driver/run_control.hpp"
#include "tarn/apps/driver/writer.hpp"

namespace tarn::apps {

/// Advances a simulation from a moment to the end of its deck, writing on the way. Collective.
///
/// It ends early, with a checkpoint, when the deck's walltime is spent or a signal asks for it on any rank. It looks
/// for values that are no numbers every so many steps and before anything is written, so that what stands in the
/// directory is sound.
class TimeLoop {
 public:
  /// all of them must outlive it
  TimeLoop(const SimulationContext& context, Simulation& simulation, Writer& writer, RunControl& control);

  /// @param start    where the simulation's state is
  /// @param write_first  whether the state at `start` is new and to be written
  /// @param[in,out] summary  kept up to date, so that it tells how far the run came when this throws
  /// @returns how it ended
  /// @throws NumericsError naming field, cell and step if a value is NaN or infinite
  Outcome run(Moment start, bool write_first, RunSummary& summary);

 private:
  bool finished(const Moment& moment) const;
  bool finished() const { return finished(now_); }
  std::string why_finished() const;
  std::string why_before_end() const;
  NextStep next_after(const Moment& moment) const;
  bool something_follows(const Moment& moment) const;
  double steps_left() const;
  void take_steps();
  Moment plan(std::size_t most);
  void tell_step(const std::function<void()>& action) const;
  void look_for_bad_values();
  void look_at_members(BatchSimulation& batch);
  std::string when() const;
  void poll(RunSummary& summary);
  std::string reason_to_stop() const;
  void update(RunSummary& summary) const;
  void tell_so_far(RunSummary summary, nlohmann::ordered_json& json) const;
  Progress progress_now() const;

  SimulationContext context_;
  Simulation& simulation_;
  Writer& writer_;
  RunControl& control_;
  AlikeSteps* const alike_;                  ///< the simulation, where its steps are alike; else null
  const std::int64_t steps_between_checks_;  ///< for values that are no numbers

  double end_ = 0;
  bool fixed_step_ = false;
  std::optional<std::int64_t> max_steps_;
  std::optional<double> max_walltime_;

  Kokkos::Timer clock_;
  Moment now_;
  double dt_ = 0, largest_step_ = 0;  ///< of the last step: as it was taken, and as it might have been
  std::vector<PlannedStep> planned_;
  std::int64_t first_step_ = 0, calls_ = 0;
  std::int64_t last_poll_ = 0;
  std::int64_t next_poll_ = 0;
  std::int64_t last_sound_step_ = 0;
  std::string stop_reason_;
  bool run_again_ = true, checkpoint_wanted_ = false;
  double peak_ = 0;  ///< [bytes/s]
};

}  // namespace tarn::apps
