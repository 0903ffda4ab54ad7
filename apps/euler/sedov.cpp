#include "tarn/apps/euler/sedov.hpp"

#include <cmath>
#include <numbers>

#include "tarn/apps/euler/quadrature.hpp"
#include "tarn/core/error.hpp"

namespace tarn::apps::euler {

Sedov::Sedov(int dimensions, double energy, double density, double gamma)
    : dimensions_(dimensions), energy_(energy), density_(density), gamma_(gamma) {
  require(dimensions >= 1 && dimensions <= 3 && energy > 0 && density > 0 && gamma > 1 && gamma != 2,
          "Sedov: 1 to 3 dimensions, energy and density above 0, gamma above 1 and not 2");
  const double j = dimensions;
  lowest_ = 2 / ((j + 2) * gamma);                    // at the centre
  const double shock = 4 / ((j + 2) * (gamma + 1));   // behind the shock
  const double singular = 2 / (j * (gamma - 1) + 2);  // where the core becomes hollow
  require(shock < singular, "Sedov: this gamma gives a solution with a hollow core in so many dimensions");
  range_ = shock - lowest_;

  // Energy behind the shock for unit density, unit shock radius and unit shock speed. Near the centre all is a power of
  // V - lowest: a power of the integration variable makes it smooth.
  constexpr double power = 24;
  const double kinetic = 2 / ((gamma - 1) * (gamma + 1)), internal = kinetic;  // of rho2 v2^2 / 2 and p2 / (gamma - 1)
  const double sum = integral(
      [&](double s) {
        const double above = range_ * std::pow(s, power);
        const Similar f = similar(above);
        const double what = kinetic * f.density * f.velocity * f.velocity + internal * f.pressure;
        return what * std::pow(f.radius, j) * f.slope * range_ * power * std::pow(s, power - 1);
      },
      0, 1, 400);
  const double surface = dimensions == 1 ? 2 : 2 * (dimensions - 1) * std::numbers::pi;
  alpha_ = surface * sum * 4 / ((j + 2) * (j + 2));
}

/// Their lambda, f, g, h of V, in the standard case with omega = 0; a to e, a0 to a5 and x1 to x4 are their names.
/// @param above  V less its value at the centre
Sedov::Similar Sedov::similar(double above) const {
  const double j = dimensions_, g = gamma_, v = lowest_ + above;
  const double a = (j + 2) * (g + 1) / 4, b = (g + 1) / (g - 1), c = (j + 2) * g / 2;
  const double d = (j + 2) * (g + 1) / ((j + 2) * (g + 1) - 2 * (2 + j * (g - 1))), e = (2 + j * (g - 1)) / 2;
  const double a0 = 2 / (j + 2), a2 = -(g - 1) / (2 * (g - 1) + j);
  const double a1 = (j + 2) * g / (2 + j * (g - 1)) * (2 * j * (2 - g) / (g * (j + 2) * (j + 2)) - a2);
  const double a3 = j / (2 * (g - 1) + j), a4 = a1 * (j + 2) / (2 - g), a5 = -2 / (2 - g);
  const double x1 = a * v, x2 = b * c * above, x3 = d * (1 - e * v), x4 = b * (1 - c / g * v);
  Similar f{};
  f.radius = std::pow(x1, -a0) * std::pow(x2, -a2) * std::pow(x3, -a1);
  f.velocity = x1 * f.radius;
  f.density = std::pow(x2, a3) * std::pow(x3, a4) * std::pow(x4, a5);
  f.pressure = std::pow(x1, a0 * j) * std::pow(x3, a4 - 2 * a1) * std::pow(x4, 1 + a5);
  f.slope = -(a0 / v + a2 / above - a1 * e / (1 - e * v));
  return f;
}

double Sedov::shock_radius(double time) const {
  const double j = dimensions_;
  return std::pow(energy_ / (alpha_ * density_) * time * time, 1 / (j + 2));
}

Sedov::State Sedov::at(double radius, double time) const {
  const double shock = shock_radius(time), speed = 2 * shock / ((dimensions_ + 2) * time);
  if (radius > shock) return {density_, 0, 0};
  // The radius increases with V: bisection over the logarithm of V less its lowest.
  double low = -700, high = 0;
  for (int n = 0; n < 100; ++n) {
    const double middle = 0.5 * (low + high);
    (similar(range_ * std::exp(middle)).radius < radius / shock ? low : high) = middle;
  }
  const Similar f = similar(range_ * std::exp(high));
  return {density_ * (gamma_ + 1) / (gamma_ - 1) * f.density, 2 * speed / (gamma_ + 1) * f.velocity,
          2 * density_ * speed * speed / (gamma_ + 1) * f.pressure};
}

}  // namespace tarn::apps::euler
