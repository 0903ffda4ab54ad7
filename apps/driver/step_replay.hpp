#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "tarn/apps/driver/alike_steps.hpp"
#include "tarn/core/grid/patch.hpp"
#include "tarn/core/profile/regions.hpp"
#include "tarn/core/recorded_work.hpp"

namespace tarn::apps {

/// Takes steps that are alike (see AlikeSteps). Where launches cost more than what they do, on small grids of one GPU,
/// it records the kernels of several steps once and enqueues them together from then on; the lengths of the steps are
/// in device memory, so that they may differ.
///
/// Replayed steps are counted in the region "steps in batches", a batch a call, with the bytes of all of their kernels.
class StepReplay {
 public:
  /// How a simulation takes a step.
  struct Work {
    /// Enqueues the kernels of a pass over memory, of one step or of `in_a_pass`.
    /// @param on_device  see ops::Integrator::step() and two_steps()
    std::function<void(const PlannedStep* steps, std::size_t count, const double* on_device)> pass;
    /// Tells apart which of its arrays holds the state: an address.
    std::function<const void*()> state;
    std::size_t in_a_pass = 1;  ///< steps, 1 or 2
  };

  /// @param regions  must outlive this object
  StepReplay(const Patch& patch, Regions& regions);

  /// Whether steps are replayed, once they could be.
  bool replays() const { return replays_; }

  /// Takes the steps in turn.
  /// @param work  the same at every call; after an even number of passes its arrays have their old places
  void take(const std::vector<PlannedStep>& steps, const Work& work);

  /// The state was written from outside, or its ghosts: the next steps are taken one by one.
  void forget() { taken_alone_ = 0; }

 private:
  struct Recording {
    std::size_t steps;
    const void* state;   ///< that they begin from
    std::int64_t bytes;  ///< that they read and write
    RecordedWork work;
  };

  /// What all regions have counted.
  struct Count {
    std::int64_t calls = 0, bytes = 0;
  };

  void take_alone(const PlannedStep* steps, std::size_t count, const Work& work);
  std::size_t batch_of(std::size_t left, std::size_t in_a_pass) const;
  void replay(const PlannedStep* steps, std::size_t count, const Work& work);
  Recording record(const PlannedStep* steps, std::size_t count, const Work& work);
  void send_lengths(const PlannedStep* steps, std::size_t count);
  Count counted() const;

  Space space_;
  Regions* regions_;
  bool replays_;
  std::int64_t calls_of_pass_ = 0;
  int taken_alone_ = 0;                             ///< passes since what a step does first and others do not
  std::array<double, AlikeSteps::most> lengths_{};  ///< that stand in device memory
  Field<double, 2> on_device_;                      ///< of a step: its length, and a sixth of it
  std::vector<Recording> recordings_;               ///< dies before the arrays that it works on
};

}  // namespace tarn::apps
