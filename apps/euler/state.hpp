#pragma once

#include <cmath>
#include <limits>

#include <Kokkos_Core.hpp>

#include "tarn/apps/euler/arithmetic.hpp"

// The state of a compressible ideal gas in one place, and what follows from it alone.
//
// Bits and symmetry: mirroring an axis changes the sign of that axis' velocity and of nothing else, to the bit.
// Exchanging two axes exchanges bits as well, in 2D always; in 3D only the exchange of x and y does, for a sum of three
// numbers depends on which two are added first. Another exchange in 3D holds to rounding.

namespace tarn::apps::euler {

/// What is conserved, per volume.
template <class Real, int Dim>
struct Conserved {
  Real density;        ///< [kg/m^3]
  Real momentum[Dim];  ///< [kg/(m^2 s)]
  Real energy;         ///< internal and kinetic [J/m^3]
};

/// The flux of what is conserved through a face, per area and time: the same numbers as Conserved, times m/s.
template <class Real, int Dim>
using Flux = Conserved<Real, Dim>;

/// What is reconstructed on faces.
template <class Real, int Dim>
struct Primitive {
  Real density;        ///< [kg/m^3]
  Real velocity[Dim];  ///< [m/s]
  Real pressure;       ///< [Pa]
};

/// An ideal gas: pressure = (gamma - 1) * internal energy per volume.
template <class Real>
struct Gas {
  Real gamma;         ///< ratio of the specific heats, > 1
  Real less_one;      ///< gamma - 1
  Real per_less_one;  ///< 1 / (gamma - 1)

  /// Rounded once each: kernels divide by none of them.
  static Gas of(double gamma) {
    return {static_cast<Real>(gamma), static_cast<Real>(gamma - 1), static_cast<Real>(1 / (gamma - 1))};
  }
};

/// The ends of the range of numbers above zero. Constants, for kernels may not call the standard's functions.
template <class Real>
inline constexpr Real largest = std::numeric_limits<Real>::max();
template <class Real>
inline constexpr Real smallest = std::numeric_limits<Real>::min();

// Both sides are always computed, so that a loop over cells has no branch and becomes vectors.
template <class Real>
KOKKOS_FORCEINLINE_FUNCTION Real pick(bool first, Real a, Real b) {
  return first ? a : b;
}
template <class Real>
KOKKOS_FORCEINLINE_FUNCTION Real lesser(Real a, Real b) {
  return a < b ? a : b;
}
template <class Real>
KOKKOS_FORCEINLINE_FUNCTION Real greater(Real a, Real b) {
  return a > b ? a : b;
}
template <class Real>
KOKKOS_FORCEINLINE_FUNCTION Real absolute(Real a) {
  return std::abs(a);
}

/// use(d) for every axis d. A loop, even one that is written out in the end, keeps g++ from making vectors of the loop
/// over cells around it, in 1D.
template <int Dim, class Use>
KOKKOS_FORCEINLINE_FUNCTION void for_axes(const Use& use) {
  use(0);
  if constexpr (Dim > 1) use(1);
  if constexpr (Dim > 2) use(2);
}

/// Sum of a[d] * b[d] over the axes, x first.
template <class Real, int Dim>
KOKKOS_FORCEINLINE_FUNCTION Real dot(const Real (&a)[Dim], const Real (&b)[Dim]) {
  Real sum = a[0] * b[0];
  if constexpr (Dim > 1) sum = sum + a[1] * b[1];
  if constexpr (Dim > 2) sum = sum + a[2] * b[2];
  return sum;
}

template <class Real, int Dim>
KOKKOS_FORCEINLINE_FUNCTION Primitive<Real, Dim> pick(bool first, const Primitive<Real, Dim>& a,
                                                      const Primitive<Real, Dim>& b) {
  Primitive<Real, Dim> w;
  w.density = pick(first, a.density, b.density);
  for_axes<Dim>([&](int d) { w.velocity[d] = pick(first, a.velocity[d], b.velocity[d]); });
  w.pressure = pick(first, a.pressure, b.pressure);
  return w;
}

/// Speed of sound [m/s].
template <class Real, class Math = Plain>
KOKKOS_FORCEINLINE_FUNCTION Real sound_speed(const Gas<Real>& gas, Real density, Real pressure, const Math& math = {}) {
  return math.root(math.quotient(gas.gamma * pressure, density));
}

/// Internal and kinetic energy per volume [J/m^3].
template <class Real, int Dim>
KOKKOS_FORCEINLINE_FUNCTION Real energy_of(const Gas<Real>& gas, const Primitive<Real, Dim>& w) {
  const Real half = Real(0.5);
  return w.pressure * gas.per_less_one + half * w.density * dot(w.velocity, w.velocity);
}

template <class Real, int Dim>
KOKKOS_FORCEINLINE_FUNCTION Conserved<Real, Dim> conserved_of(const Gas<Real>& gas, const Primitive<Real, Dim>& w) {
  Conserved<Real, Dim> u;
  u.density = w.density;
  for_axes<Dim>([&](int d) { u.momentum[d] = w.density * w.velocity[d]; });
  u.energy = energy_of(gas, w);
  return u;
}

/// One division. A gas at rest gets exactly (gamma - 1) * energy as its pressure.
template <class Real, int Dim, class Math = Plain>
KOKKOS_FORCEINLINE_FUNCTION Primitive<Real, Dim> primitive_of(const Gas<Real>& gas, const Conserved<Real, Dim>& u,
                                                              const Math& math = {}) {
  const Real half = Real(0.5), volume = math.quotient(Real(1), u.density);
  Primitive<Real, Dim> w;
  w.density = u.density;
  for_axes<Dim>([&](int d) { w.velocity[d] = u.momentum[d] * volume; });
  w.pressure = gas.less_one * (u.energy - half * dot(u.momentum, w.velocity));
  return w;
}

/// The flux of a state through a face across `Axis`.
template <int Axis, class Real, int Dim>
KOKKOS_FORCEINLINE_FUNCTION Flux<Real, Dim> flux_of(const Gas<Real>& gas, const Primitive<Real, Dim>& w) {
  const Real mass = w.density * w.velocity[Axis];
  Flux<Real, Dim> f;
  f.density = mass;
  for_axes<Dim>([&](int d) { f.momentum[d] = mass * w.velocity[d]; });
  f.momentum[Axis] = f.momentum[Axis] + w.pressure;
  f.energy = w.velocity[Axis] * (energy_of(gas, w) + w.pressure);
  return f;
}

/// The flux of density * scalar: the mass that passes carries the value of the side it comes from.
/// @param mass  flux of the density
template <class Real>
KOKKOS_FORCEINLINE_FUNCTION Real scalar_flux(Real mass, Real left, Real right) {
  return mass * pick(mass > 0, left, right);
}

/// Largest speed of a signal along `Axis` [m/s].
template <int Axis, class Real, int Dim, class Math = Plain>
KOKKOS_FORCEINLINE_FUNCTION Real signal_speed(const Gas<Real>& gas, const Primitive<Real, Dim>& w,
                                              const Math& math = {}) {
  return absolute(w.velocity[Axis]) + sound_speed(gas, w.density, w.pressure, math);
}

}  // namespace tarn::apps::euler
