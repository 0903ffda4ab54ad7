#include "tarn/apps/driver/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace tarn::apps {

namespace {

/// Multiples are hit to rounding; this share of the interval tells one from the next.
constexpr double tolerance = 1e-9;

}  // namespace

bool Trigger::due(const Moment& now) const {
  if (schedule_.steps) return now.step % *schedule_.steps == 0;
  if (schedule_.walltime) return now.walltime - last_walltime_ >= *schedule_.walltime;
  const double count = now.time / *schedule_.time;
  return std::abs(count - std::nearbyint(count)) <= tolerance * std::max(1.0, std::abs(count));
}

std::optional<double> Trigger::next_time(double time) const {
  if (!schedule_.time) return {};
  const double count = time / *schedule_.time;
  const double next = std::floor(count + tolerance * std::max(1.0, std::abs(count))) + 1;
  return next * *schedule_.time;
}

}  // namespace tarn::apps
