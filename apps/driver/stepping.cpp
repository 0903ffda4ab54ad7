#include "tarn/apps/driver/stepping.hpp"

#include <cmath>

namespace tarn::apps {

NextStep next_step(double time, double target, double largest, bool fixed) {
  // A rest of less than a billionth of a step is rounding, not one more step.
  constexpr double tolerance = 1e-9;
  const double way = target - time;
  const double count = std::ceil(way / largest - tolerance);
  if (count <= 1) return {way, target};
  const double dt = fixed ? largest : way / count;
  return {dt, time + dt};
}

}  // namespace tarn::apps
