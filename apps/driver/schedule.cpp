#include "tarn/apps/driver/schedule.hpp"

#include <cmath>
#include <optional>

namespace tarn::apps {

bool Trigger::due(const Moment& now) const {
  if (schedule_.steps) return now.step % *schedule_.steps == 0;
  if (schedule_.walltime) return now.walltime - last_walltime_ >= *schedule_.walltime;
  const double multiple = std::nearbyint(now.time / *schedule_.time) * *schedule_.time;
  return std::abs(now.time - multiple) <= time_tolerance(now.time);
}

std::optional<double> Trigger::next_time(double time) const {
  if (!schedule_.time) return {};
  const double count = std::floor(time / *schedule_.time) + 1, next = count * *schedule_.time;
  return next - time > time_tolerance(next) ? next : (count + 1) * *schedule_.time;
}

double next_target(std::optional<double> due, double end) {
  return due && *due < end - time_tolerance(end) ? *due : end;
}

}  // namespace tarn::apps
