#include "tarn/apps/euler/exact_riemann.hpp"

#include <algorithm>
#include <cmath>

#include "tarn/apps/euler/quadrature.hpp"
#include "tarn/core/error.hpp"

namespace tarn::apps::euler {
namespace {

double sound_speed(const GasState& w, double gamma) {
  return w.density > 0 ? std::sqrt(gamma * w.pressure / w.density) : 0;
}

/// What the velocity changes by across the wave on a side, and its derivative: Toro, equations 4.6, 4.7 and 4.37.
struct WaveCurve {
  double change, slope;
};

WaveCurve across(const GasState& side, double gamma, double pressure) {
  if (pressure > side.pressure) {  // shock
    const double a = 2 / ((gamma + 1) * side.density), b = (gamma - 1) / (gamma + 1) * side.pressure;
    const double root = std::sqrt(a / (b + pressure));
    return {(pressure - side.pressure) * root, root * (1 - (pressure - side.pressure) / (2 * (b + pressure)))};
  }
  const double c = sound_speed(side, gamma), ratio = pressure / side.pressure;
  return {2 * c / (gamma - 1) * (std::pow(ratio, (gamma - 1) / (2 * gamma)) - 1),
          std::pow(ratio, -(gamma + 1) / (2 * gamma)) / (side.density * c)};
}

void require_state(const GasState& w) {
  const bool gas = w.density > 0 && w.pressure > 0, vacuum = w.density == 0 && w.pressure == 0;
  require((gas || vacuum) && std::isfinite(w.density + w.pressure + w.velocity),
          "exact Riemann solution: density and pressure must both be above zero, or both zero");
}

}  // namespace

ExactRiemann::ExactRiemann(const GasState& left, const GasState& right, double gamma)
    : left_(left), right_(right), gamma_(gamma) {
  require(gamma > 1, "exact Riemann solution: gamma must be above 1");
  require_state(left);
  require_state(right);
  require(left.density > 0 || right.density > 0, "exact Riemann solution: vacuum on both sides");
  const double cl = sound_speed(left, gamma), cr = sound_speed(right, gamma);
  // Toro, equations 4.40 and 4.83: the pressure is positive.
  vacuum_ = left.density == 0 || right.density == 0 || 2 * (cl + cr) / (gamma - 1) <= right.velocity - left.velocity;
  if (vacuum_) {
    find_vacuum();
  } else {
    find_star();
  }
  std::sort(waves_.begin(), waves_.end());
}

/// Bisection around Newton's method: f (Toro, equation 4.5) is increasing and concave.
void ExactRiemann::find_star() {
  const auto residual = [&](double p) {
    const auto l = across(left_, gamma_, p), r = across(right_, gamma_, p);
    return WaveCurve{l.change + r.change + (right_.velocity - left_.velocity), l.slope + r.slope};
  };
  double low = 0, high = std::max(left_.pressure, right_.pressure);
  while (residual(high).change < 0)
    high *= 2;
  double p = std::min(left_.pressure, right_.pressure);
  for (int n = 0; n < 200; ++n) {
    const auto f = residual(p);
    if (f.change == 0) break;
    (f.change < 0 ? low : high) = p;
    double next = p - f.change / f.slope;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    const double step = std::abs(next - p);
    p = next;
    if (step <= 1e-15 * p) break;
  }
  pressure_ = p;
  const double l = across(left_, gamma_, p).change, r = across(right_, gamma_, p).change;
  velocity_ = 0.5 * (left_.velocity + right_.velocity) + 0.5 * (r - l);

  waves_.push_back(velocity_);
  for (const double sign : {-1.0, 1.0}) {
    const GasState& side = sign < 0 ? left_ : right_;
    const double c = sound_speed(side, gamma_), ratio = pressure_ / side.pressure;
    if (pressure_ > side.pressure) {  // equations 4.52 and 4.59
      const double m = std::sqrt((gamma_ + 1) / (2 * gamma_) * ratio + (gamma_ - 1) / (2 * gamma_));
      waves_.push_back(side.velocity + sign * c * m);
    } else {  // head and tail of a fan: equations 4.54, 4.55, 4.61 and 4.62
      waves_.push_back(side.velocity + sign * c);
      waves_.push_back(velocity_ + sign * c * std::pow(ratio, (gamma_ - 1) / (2 * gamma_)));
    }
  }
}

/// Toro, section 4.6: fans that end in vacuum.
void ExactRiemann::find_vacuum() {
  const double cl = sound_speed(left_, gamma_), cr = sound_speed(right_, gamma_);
  left_tail_ = left_.velocity + 2 * cl / (gamma_ - 1);
  right_tail_ = right_.velocity - 2 * cr / (gamma_ - 1);
  if (left_.density == 0) left_tail_ = right_tail_;
  if (right_.density == 0) right_tail_ = left_tail_;
  velocity_ = 0.5 * (left_tail_ + right_tail_);
  if (left_.density > 0) waves_.push_back(left_.velocity - cl);
  if (right_.density > 0) waves_.push_back(right_.velocity + cr);
  waves_.push_back(left_tail_);
  if (left_.density > 0 && right_.density > 0) waves_.push_back(right_tail_);
}

GasState ExactRiemann::at(double speed) const {
  if (vacuum_) {
    if (speed > left_tail_ && speed < right_tail_) return {0, speed, 0};
    const bool on_left = left_.density > 0 && speed <= left_tail_;
    if (!on_left && (right_.density == 0 || speed < right_tail_)) return {0, speed, 0};
    return on_left ? at_side(left_, -1, speed) : at_side(right_, 1, speed);
  }
  return speed <= velocity_ ? at_side(left_, -1, speed) : at_side(right_, 1, speed);
}

/// @param sign  -1 left of the contact, 1 right of it
GasState ExactRiemann::at_side(const GasState& side, double sign, double speed) const {
  const double c = sound_speed(side, gamma_), beyond = sign * (speed - side.velocity);  // relative to the gas, outwards
  if (!vacuum_ && pressure_ > side.pressure) {
    const double ratio = pressure_ / side.pressure, g = (gamma_ - 1) / (gamma_ + 1);
    const double m = std::sqrt((gamma_ + 1) / (2 * gamma_) * ratio + (gamma_ - 1) / (2 * gamma_));
    if (beyond > c * m) return side;
    return {side.density * (ratio + g) / (g * ratio + 1), velocity_, pressure_};  // equations 4.50 and 4.57
  }
  if (beyond > c) return side;
  if (vacuum_) return in_fan(side, sign, speed);
  const double ratio = pressure_ / side.pressure;
  const double tail = velocity_ + sign * c * std::pow(ratio, (gamma_ - 1) / (2 * gamma_));
  if (sign * (speed - tail) < 0) return {side.density * std::pow(ratio, 1 / gamma_), velocity_, pressure_};
  return in_fan(side, sign, speed);
}

/// Equations 4.56 and 4.63.
GasState ExactRiemann::in_fan(const GasState& side, double sign, double speed) const {
  const double c = sound_speed(side, gamma_), g = (gamma_ - 1) / (gamma_ + 1);
  const double here =
      std::max(0.0, 2 / (gamma_ + 1) + g / c * sign * (speed - side.velocity));  // its sound speed over c
  return {side.density * std::pow(here, 2 / (gamma_ - 1)),
          2 / (gamma_ + 1) * (-sign * c + (gamma_ - 1) / 2 * side.velocity + speed),
          side.pressure * std::pow(here, 2 * gamma_ / (gamma_ - 1))};
}

std::array<double, 3> ExactRiemann::cell_average(double lower, double upper, double time) const {
  std::vector<double> ends = {lower};
  if (time == 0) {
    if (lower < 0 && upper > 0) ends.push_back(0);
  } else {
    for (const double wave : waves_) {
      if (wave * time > lower && wave * time < upper) ends.push_back(wave * time);
    }
  }
  ends.push_back(upper);
  const auto state = [&](double x) { return time > 0 ? at(x / time) : (x < 0 ? left_ : right_); };
  std::array<double, 3> sum{};
  for (std::size_t n = 0; n + 1 < ends.size(); ++n) {
    const auto add = [&](int what, const auto& of) {
      sum[what] += integral([&](double x) { return of(state(x)); }, ends[n], ends[n + 1], 4);
    };
    add(0, [](const GasState& w) { return w.density; });
    add(1, [](const GasState& w) { return w.density * w.velocity; });
    add(2, [&](const GasState& w) { return w.pressure / (gamma_ - 1) + 0.5 * w.density * w.velocity * w.velocity; });
  }
  for (double& s : sum)
    s /= upper - lower;
  return sum;
}

}  // namespace tarn::apps::euler
