#pragma once

#include <cstdint>

namespace tarn::apps {

/// How far apart two times may be and still be one: the deck's numbers, a multiple and a sum are each rounded, in all
/// by less than four units in the last place; and a target that less than a billionth of a step is missing to is hit.
/// @param time  the later of the two
/// @param step  the step that leads from one to the other; 0 if none does
double time_tolerance(double time, double step = 0);

/// How a run came to the time it is at: by so many fixed steps from a time that was hit exactly, its start or a target.
/// The sum of a time and a multiple of the step is rounded once, however many steps there are.
struct StepCount {
  double from = 0;
  std::int64_t steps = 0;
};

/// One step: how long, where it ends, and what is counted from there.
struct NextStep {
  double dt;
  double end;
  StepCount counted;
};

/// The fewest steps from one time to a later one: at least 1, and a whole number.
/// @param largest  the longest step allowed, > 0
double steps_between(double time, double target, double largest);

/// The next step on the way from `time` to `target`, which is hit exactly.
///
/// It depends on its arguments alone, so a restarted run takes the steps of the uninterrupted one. With a fixed step
/// only the one before the target is shortened; otherwise the way is cut evenly, so that no step is much shorter
/// than the others.
/// @param time, target  time < target
/// @param counted  how the run came to `time`. Where steps of `largest` did not lead there, counting begins at `time`
/// @param largest  the longest step allowed now, > 0; it may be another one at every step
/// @param fixed    whether the deck fixed the step
NextStep next_step(double time, const StepCount& counted, double target, double largest, bool fixed);

}  // namespace tarn::apps
