#pragma once

namespace tarn::apps {

/// One step: how long, and where it ends.
struct NextStep {
  double dt;
  double end;
};

/// The next step on the way from `time` to `target`, which is hit exactly.
///
/// It depends on its arguments alone, so a restarted run takes the steps of the uninterrupted one. With a fixed step
/// only the one before the target is shortened; otherwise the way is cut evenly, so that no step is much shorter
/// than the others.
/// @param time, target  time < target
/// @param largest       the longest step allowed, > 0
/// @param fixed         whether the deck fixed the step
NextStep next_step(double time, double target, double largest, bool fixed);

}  // namespace tarn::apps
