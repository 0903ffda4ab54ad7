#pragma once

#include "tarn/apps/euler/state.hpp"

// Approximate Riemann solvers: the flux through a face between two states.
//
// E. F. Toro, Riemann Solvers and Numerical Methods for Fluid Dynamics, third edition, Springer 2009 (below: Toro).
//
// Each is a policy: Solver::flux<Axis>(gas, left, right, math), with the divisions of arithmetic.hpp. Mirrored states
// give the mirrored flux to the bit. Density and pressure of both states are above zero; positivity.hpp sees to it.

namespace tarn::apps::euler {

/// A number of each side of a face.
template <class Real>
struct Pair {
  Real left, right;
};

/// Squares of both speeds of sound [m^2/s^2]. Doubles share one division: the product of two densities stays in their
/// range, from 1e-154 up.
template <class Real, int Dim, class Math = Plain>
KOKKOS_FORCEINLINE_FUNCTION Pair<Real> squared_sound_speeds(const Gas<Real>& gas, const Primitive<Real, Dim>& left,
                                                            const Primitive<Real, Dim>& right, const Math& math = {}) {
  const Real pl = gas.gamma * left.pressure, pr = gas.gamma * right.pressure;
  if constexpr (sizeof(Real) < 8) {
    return {math.quotient(pl, left.density), math.quotient(pr, right.density)};
  } else {
    const Real both = math.quotient(Real(1), left.density * right.density);
    return {pl * (right.density * both), pr * (left.density * both)};
  }
}

/// sqrt(rl rr) [kg/m^3]. Floats take two roots: their product leaves the range where densities are below 1e-19 or above
/// 1e19.
template <class Real, class Math>
KOKKOS_FORCEINLINE_FUNCTION Real geometric_mean(Real left, Real right, const Math& math) {
  if constexpr (sizeof(Real) < 8) {
    return math.root(left) * math.root(right);
  } else {
    return math.root(left * right);
  }
}

/// Bounds of the signals between two states [m/s]: the slowest and the fastest of each side's own and of a mean
/// state's. The mean has the velocity (wl ul + wr ur) / (wl + wr) with the weights w = sqrt(density), and the squared
/// speed of sound
///
///   (wl cl^2 + wr cr^2) / (wl + wr) + share wl wr / (wl + wr)^2 (ur - ul)^2
///
/// of the velocities along the axis.
template <int Axis, class Real, int Dim, class Math>
KOKKOS_FORCEINLINE_FUNCTION Pair<Real> mean_bounds(const Gas<Real>& gas, const Primitive<Real, Dim>& left,
                                                   const Primitive<Real, Dim>& right, Real share, const Math& math) {
  const Real ul = left.velocity[Axis], ur = right.velocity[Axis];
  // The weights, times (wl + wr) each.
  const Real both = geometric_mean(left.density, right.density, math);
  const Real wl = left.density + both, wr = right.density + both;
  const auto square = squared_sound_speeds(gas, left, right, math);
  const Real whole = math.quotient(Real(1), wl + wr);
  const Real jump = ur - ul;
  const Real mean = (wl * ul + wr * ur) * whole;
  const Real c = math.root(((wl * square.left + wr * square.right) + share * both * (jump * jump)) * whole);
  return {lesser(ul - math.root(square.left), mean - c), greater(ur + math.root(square.right), mean + c)};
}

/// With a share of 1/2: B. Einfeldt, On Godunov-type methods for gas dynamics, SIAM J. Numer. Anal. 25 (1988) 294-318;
/// Toro, section 10.5. They keep the state between two waves positive (B. Einfeldt et al., J. Comput. Phys. 92 (1991)
/// 273-295).
template <int Axis, class Real, int Dim, class Math = Plain>
KOKKOS_FORCEINLINE_FUNCTION Pair<Real> einfeldt_bounds(const Gas<Real>& gas, const Primitive<Real, Dim>& left,
                                                       const Primitive<Real, Dim>& right, const Math& math = {}) {
  return mean_bounds<Axis>(gas, left, right, Real(0.5), math);
}

/// With a share of (gamma - 1) / 2: the speeds of Roe's mean, of which one is that of a shock between two states (P.
/// Batten et al., On the choice of wavespeeds for the HLLC Riemann solver, SIAM J. Sci. Comput. 18 (1997) 1553-1570).
/// For a gamma above 2 the share is 1/2, since more is faster than the step allows for.
template <int Axis, class Real, int Dim, class Math = Plain>
KOKKOS_FORCEINLINE_FUNCTION Pair<Real> roe_bounds(const Gas<Real>& gas, const Primitive<Real, Dim>& left,
                                                  const Primitive<Real, Dim>& right, const Math& math = {}) {
  return mean_bounds<Axis>(gas, left, right, Real(0.5) * lesser(gas.less_one, Real(1)), math);
}

/// The local Lax-Friedrichs flux of V. V. Rusanov, J. Comput. Math. Phys. USSR 1 (1961) 267-279. Equal states give
/// their flux exactly.
struct Llf {
  template <int Axis, class Real, int Dim, class Math = Plain>
  static KOKKOS_FORCEINLINE_FUNCTION Flux<Real, Dim> flux(const Gas<Real>& gas, const Primitive<Real, Dim>& left,
                                                          const Primitive<Real, Dim>& right, const Math& math = {}) {
    const Real half = Real(0.5);
    const Real speed = half * greater(signal_speed<Axis>(gas, left, math), signal_speed<Axis>(gas, right, math));
    const auto ul = conserved_of(gas, left), ur = conserved_of(gas, right);
    const auto fl = flux_of<Axis>(gas, left), fr = flux_of<Axis>(gas, right);
    Flux<Real, Dim> f;
    f.density = half * (fl.density + fr.density) - speed * (ur.density - ul.density);
    for_axes<Dim>([&](int d) {
      f.momentum[d] = half * (fl.momentum[d] + fr.momentum[d]) - speed * (ur.momentum[d] - ul.momentum[d]);
    });
    f.energy = half * (fl.energy + fr.energy) - speed * (ur.energy - ul.energy);
    return f;
  }
};

/// The two-wave flux of A. Harten, P. D. Lax and B. van Leer, SIAM Rev. 25 (1983) 35-61, with Einfeldt's signals
/// (HLLE); Toro, section 10.3. Equal states give their flux to rounding, supersonic ones exactly.
struct Hll {
  template <int Axis, class Real, int Dim, class Math = Plain>
  static KOKKOS_FORCEINLINE_FUNCTION Flux<Real, Dim> flux(const Gas<Real>& gas, const Primitive<Real, Dim>& left,
                                                          const Primitive<Real, Dim>& right, const Math& math = {}) {
    const auto s = einfeldt_bounds<Axis>(gas, left, right, math);
    const Real sl = lesser(s.left, Real(0)), sr = greater(s.right, Real(0));
    const Real whole = math.quotient(Real(1), sr - sl);
    const Real wl = pick(s.left >= 0, Real(1), sr * whole), wr = pick(s.right <= 0, Real(1), -sl * whole);
    const Real spread = sl * sr * whole;
    const auto ul = conserved_of(gas, left), ur = conserved_of(gas, right);
    const auto fl = flux_of<Axis>(gas, left), fr = flux_of<Axis>(gas, right);
    Flux<Real, Dim> f;
    f.density = (wl * fl.density + wr * fr.density) + spread * (ur.density - ul.density);
    for_axes<Dim>([&](int d) {
      f.momentum[d] = (wl * fl.momentum[d] + wr * fr.momentum[d]) + spread * (ur.momentum[d] - ul.momentum[d]);
    });
    f.energy = (wl * fl.energy + wr * fr.energy) + spread * (ur.energy - ul.energy);
    return f;
  }
};

/// The three-wave flux of E. F. Toro, M. Spruce and W. Speares, Shock Waves 4 (1994) 25-34; Toro, section 10.4, with
/// Roe's signals. Written as the physical flux of the state that lies on the face, which is one of the two given
/// or one of the two between the outer waves, so that
/// - equal and supersonic states give their flux exactly;
/// - a contact between equal velocities and pressures moves with that velocity exactly, and one at rest passes nothing.
struct Hllc {
  template <int Axis, class Real, int Dim, class Math = Plain>
  static KOKKOS_FORCEINLINE_FUNCTION Flux<Real, Dim> flux(const Gas<Real>& gas, const Primitive<Real, Dim>& left,
                                                          const Primitive<Real, Dim>& right, const Math& math = {}) {
    const Real half = Real(0.5);
    const Real ul = left.velocity[Axis], ur = right.velocity[Axis];
    const auto s = roe_bounds<Axis>(gas, left, right, math);

    // Each written as a mean and a difference from it: mass that each outer wave sweeps up, speed of the contact, and
    // the mean of both sides' estimates of the pressure beside it.
    const Real al = left.density * (ul - s.left), ar = right.density * (s.right - ur);
    const Real force = (left.pressure - right.pressure) + half * (ur - ul) * (ar - al);
    const Real contact = half * (ul + ur) + math.quotient(force, al + ar);
    const Real push = al * (ul - contact) + ar * (contact - ur);
    const Real between = half * ((left.pressure + right.pressure) + push);

    // The side that the face lies on, and whether it lies outside that side's outer wave. With a gamma near 1 the
    // contact of strong shocks may lie outside both waves: then they decide.
    const bool all_right = s.left >= 0, all_left = s.right <= 0, moves_right = contact >= 0;
    const bool outside = all_right | all_left;
    const bool on_left = all_right | (moves_right & !all_left);
    const auto w = pick(on_left, left, right);
    const Real signal = pick(on_left, s.left, s.right);
    const Real u = pick(outside, w.velocity[Axis], contact), p = pick(outside, w.pressure, between);

    // Density and energy between the waves. Outside, u and p are the side's own, and nothing changes.
    const Real per_width = math.quotient(Real(1), signal - u);
    const Real squeeze = Real(1) + (u - w.velocity[Axis]) * per_width;
    const Real work = (p * u - w.pressure * w.velocity[Axis]) * per_width;
    const Real mass = w.density * squeeze * u;
    Flux<Real, Dim> f;
    f.density = mass;
    for_axes<Dim>([&](int d) { f.momentum[d] = mass * w.velocity[d]; });
    f.momentum[Axis] = mass * u + p;
    f.energy = u * ((squeeze * energy_of(gas, w) + work) + p);
    return f;
  }
};

}  // namespace tarn::apps::euler
