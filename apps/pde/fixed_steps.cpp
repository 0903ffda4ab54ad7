#include "tarn/apps/pde/fixed_steps.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tarn/core/error.hpp"

namespace tarn::apps::pde {

bool FixedSteps::goes_without_look() {
  if (steps_before_look_ == 0) return false;
  --steps_before_look_;
  return true;
}

void FixedSteps::check(const StepLimit& limit, double time, bool faces_move) {
  if (!options_.trusts_step && step() > limit.step) {
    io::Problems problems;  // at the start it is the deck's: `check` sees some cells only
    if (steps_between_looks_ == 0 && time == 0)
      problems.add(deck_.position("time.dt"), "time.dt", step_is_too_long(step(), limit));
    problems.throw_if_any();
    throw NumericsError(fmt::format("time.dt = {:g} is now above the largest stable step, {:.4g}, which {} sets",
                                    step(), limit.step, limit.set_by));
  }
  steps_between_looks_ = steps_to_next_look(limit.step, faces_move);
  steps_before_look_ = steps_between_looks_ - 1;
  limit_looked_at_ = limit.step;
}

/// Many where the deck's step is far below the limit. Close to it few, for what depends on the time may jump; without
/// the time as many as the limit, if it falls as it did since the last look, takes for a quarter of its way down to the
/// step.
int FixedSteps::steps_to_next_look(double limit, bool faces_move) const {
  constexpr int few = 4, many = 16;
  constexpr double far_below = 0.8, part = 0.25;
  if (options_.trusts_step || step() <= far_below * limit) return many;
  if (steps_between_looks_ == 0 || system_.changes_in_time() || faces_move) return few;
  const double fall_in_a_step = (limit_looked_at_ - limit) / steps_between_looks_;
  if (!(fall_in_a_step > 0)) return many;
  return static_cast<int>(std::clamp<double>(part * (limit - step()) / fall_in_a_step, few, many));
}

}  // namespace tarn::apps::pde
