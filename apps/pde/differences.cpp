#include "tarn/apps/pde/differences.hpp"

namespace tarn::apps::pde {

/// How far it rises along an axis, times the denominator of the formula: 2 dx of second order, 12 dx of fourth.
template <class At>
int Differences::rise(const At& at) {
  const int near = subtract(at(1), at(-1));
  return system_.order == 2 ? near : subtract(scaled(8, near), subtract(at(2), at(-2)));
}
int Differences::first(int node, int axis) {
  return scaled(per_rise(axis), rise([&](int cells) { return value(node, along(axis, cells)); }));
}

int Differences::second(int node, int axis) {
  const auto bend = [&](int cells) {
    return draft_.step(curvature, value(node, along(axis, cells)), value(node, {}), value(node, along(axis, -cells)));
  };
  const double square = spacing(axis) * spacing(axis);
  if (system_.order == 2) return scaled(1 / square, bend(1));
  return scaled(1 / (12 * square), subtract(scaled(16, bend(1)), bend(2)));
}

int Differences::mixed(int node, int axis, int other) {
  const int both = rise([&](int along_axis) {
    return rise([&](int along_other) {
      Shift away = along(axis, along_axis);
      away[static_cast<std::size_t>(other)] = along_other;
      return value(node, away);
    });
  });
  return scaled(system_.order == 2 ? 1 / (4 * spacing(axis) * spacing(other)) : per_rise(axis) * per_rise(other), both);
}

int Differences::diffusion(int diffusivity, int node, int axis) {
  if (system_.order == 4) return fourth_order_diffusion(diffusivity, node, axis);
  const int here = value(node, {});
  const int gain = multiply(on_face(diffusivity, axis, 0), subtract(value(node, along(axis, 1)), here));
  const int loss = multiply(on_face(diffusivity, axis, -1), subtract(here, value(node, along(axis, -1))));
  return scaled(1 / (spacing(axis) * spacing(axis)), subtract(gain, loss));
}

/// The same with (1, -27, 27, -1)/24 of values for slopes on faces, and of fluxes for their divergence, written as a
/// difference of two numbers of faces.
int Differences::fourth_order_diffusion(int diffusivity, int node, int axis) {
  const auto flux = [&](int lower) {
    const auto at = [&](int cells) { return value(node, along(axis, lower + cells)); };
    const int slope = subtract(scaled(27, subtract(at(1), at(0))), subtract(at(2), at(-1)));
    return multiply(on_face(diffusivity, axis, lower), slope);
  };
  const auto through_face = [&](int lower) {
    return subtract(scaled(26, flux(lower)), add(flux(lower + 1), flux(lower - 1)));
  };
  return scaled(1 / (576 * spacing(axis) * spacing(axis)), subtract(through_face(0), through_face(-1)));
}

/// A diffusivity on the face between the cells `lower` and `lower` + 1 away.
int Differences::on_face(int node, int axis, int lower) {
  const int a = value(node, along(axis, lower)), b = value(node, along(axis, lower + 1));
  if (a == b) return a;
  if (system_.order == 4)
    return scaled(1.0 / 16, subtract(scaled(9, add(a, b)),
                                     add(value(node, along(axis, lower - 1)), value(node, along(axis, lower + 2)))));
  if (!system_.harmonic) return scaled(0.5, add(a, b));
  // Where both are 0 so is their mean.
  const int sum = add(a, b), mean = draft_.step(step_code(OpCode::divide), scaled(2, multiply(a, b)), sum);
  return draft_.step(choose, sum, mean, draft_.number(0));
}

int Differences::against_wind(int wind, int node, int axis) {
  const auto at = [&](int cells) { return value(node, along(axis, cells)); };
  const auto slope = [&](int side) {  // (3 u0 - 4 u1 + u2) / (2 dx), as 3 (u0 - u1) - (u1 - u2)
    const int near = subtract(at(0), at(side)), far = subtract(at(side), at(2 * side));
    return scaled(-side / (2 * spacing(axis)), subtract(scaled(3, near), far));
  };
  const int v = value(wind, {}), zero = draft_.number(0);
  const int with = multiply(draft_.step(step_code(OpCode::max), v, zero), slope(-1));
  const int against = multiply(draft_.step(step_code(OpCode::min), v, zero), slope(1));
  return add(with, against);
}

}  // namespace tarn::apps::pde
