#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tarn::apps {

class Simulation;

/// A step that is to be taken.
struct PlannedStep {
  double time;  ///< that it begins at [time]
  double dt;    ///< its length [time]
};

/// What a simulation is, beside a Simulation, whose steps may all be the same work: then the driver plans several ahead
/// and hands them over at once, which spares a GPU from waiting for the host between short kernels.
class AlikeSteps {
 public:
  /// The most steps that are handed over at once.
  static constexpr std::size_t most = 32;
  /// The first steps of a run, which are timed and so handed over one by one.
  static constexpr std::int64_t alone_at_first = 8;

  virtual ~AlikeSteps() = default;

  /// Whether a step depends on its length and on the state alone, not on the time, and Simulation::largest_step() never
  /// changes. The same on every rank, and for the whole run.
  virtual bool steps_are_alike() const = 0;

  /// Whether steps are recorded and replayed, so that a look for bad values between them costs more than some steps and
  /// there are fewer looks. Where steps are only made in pairs this is false: a look costs half a step there, and looks
  /// are an even number of steps apart.
  virtual bool together_is_faster() const = 0;

  /// How many of the steps that are handed over together one pass over memory makes; it may be found out when the first
  /// ones are.
  virtual int steps_in_a_pass() const { return 1; }

  /// Has every pass make one step, since there is no memory for two. Before the first step; the same on every rank.
  virtual void do_without_pairs() {}

  /// As Simulation::step() for each of the steps in turn, to the bit; at most `most`. Only where steps are alike.
  /// @param steps_left  to the end of the run, about, with these; infinity where that is not known
  virtual void take_steps(const std::vector<PlannedStep>& steps, double steps_left) = 0;
};

/// The simulation, where its steps are alike; else null.
AlikeSteps* alike_steps_of(Simulation& simulation);

}  // namespace tarn::apps
