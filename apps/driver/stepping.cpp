#include "tarn/apps/driver/stepping.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tarn::apps {

namespace {

/// Where a count has come to.
double time_of(const StepCount& counted, double step) {
  return counted.from + static_cast<double>(counted.steps) * step;
}

}  // namespace

double time_tolerance(double time, double step) {
  return std::max(4 * std::numeric_limits<double>::epsilon() * std::abs(time), 1e-9 * step);
}

double steps_between(double time, double target, double largest) {
  return std::max(1.0, std::ceil((target - time) / largest - time_tolerance(target, largest) / largest));
}

NextStep next_step(double time, const StepCount& counted, double target, double largest, bool fixed) {
  const double way = target - time;
  if (!fixed) {
    const double count = steps_between(time, target, largest);
    if (count <= 1) return {way, target, {target, 0}};
    const double dt = way / count;
    return {dt, time + dt, {time + dt, 0}};
  }
  StepCount next = time_of(counted, largest) == time ? counted : StepCount{time, 0};
  ++next.steps;
  if (static_cast<double>(next.steps) < steps_between(next.from, target, largest)) {
    return {largest, time_of(next, largest), next};
  }
  // The step that is left is the fixed one but for the rounding of the times.
  return {std::abs(way - largest) <= time_tolerance(target) ? largest : way, target, {target, 0}};
}

}  // namespace tarn::apps
