#include "tarn/apps/pde/finite_volumes.hpp"

#include <cstdlib>

namespace tarn::apps::pde {

int FiniteVolumes::on_own_face(int field, const Shift& away) {
  const auto axis = static_cast<std::size_t>(std::abs(away[3]) - 1);
  Shift below = away, above = away;
  --below[axis];
  ++above[axis];
  const int here = load(field, away);
  const int rise = subtract(load(field, above), here), fall = subtract(here, load(field, below));
  const int half = scaled(0.5, limited(rise, fall));
  return away[3] > 0 ? add(here, half) : subtract(here, half);
}

/// The slope of a cell from the differences to its neighbours; 0 where they have not the same sign.
int FiniteVolumes::limited(int a, int b) {
  const int zero = draft_.number(0), product = multiply(a, b);
  int slope = -1;
  if (system_.laws.limiter == Limiter::van_leer) {
    slope = step(OpCode::divide, scaled(2, product), add(a, b));
  } else if (system_.laws.limiter == Limiter::minmod) {
    slope = smaller_of(a, b);
  } else {
    slope = smaller_of(scaled(0.5, add(a, b)), scaled(2, smaller_of(a, b)));
  }
  return draft_.step(choose, step(OpCode::greater, product, zero), slope, zero);
}

int FiniteVolumes::smaller_of(int a, int b) {
  const auto size = [&](int of) { return draft_.step(step_code(OpCode::abs), of); };
  return draft_.step(choose, step(OpCode::less, size(a), size(b)), a, b);
}

int FiniteVolumes::inflow(int flux, int field, int axis) {
  return scaled(1 / spacing(axis), subtract(through(flux, field, axis, -1), through(flux, field, axis, 0)));
}

/// The numerical flux through the face between the cells `lower` and `lower` + 1 away.
int FiniteVolumes::through(int flux, int field, int axis, int lower) {
  Shift left = along(axis, lower), right = along(axis, lower + 1);
  left[3] = 1 + axis;
  right[3] = -1 - axis;
  const auto at = static_cast<std::size_t>(axis);
  const int jump = subtract(value(field, right), value(field, left));
  const int from_left = value(flux, left), from_right = value(flux, right);
  const auto extreme = [&](OpCode code, int node) { return step(code, value(node, left), value(node, right)); };
  if (system_.laws.slowest.empty()) {
    const int fastest = extreme(OpCode::max, system_.laws.fastest[at]);
    return scaled(0.5, subtract(add(from_left, from_right), multiply(fastest, jump)));
  }
  const int zero = draft_.number(0);
  const int slowest = step(OpCode::min, extreme(OpCode::min, system_.laws.slowest[at]), zero);
  const int fastest = step(OpCode::max, extreme(OpCode::max, system_.laws.fastest[at]), zero);
  const int weighted = subtract(multiply(fastest, from_left), multiply(slowest, from_right));
  const int width = subtract(fastest, slowest);
  const int mean = step(OpCode::divide, add(weighted, multiply(multiply(slowest, fastest), jump)), width);
  return draft_.step(choose, width, mean, scaled(0.5, add(from_left, from_right)));  // where nothing moves
}

}  // namespace tarn::apps::pde
