#pragma once

#include <cmath>
#include <random>

#include "tarn/apps/euler/state.hpp"

// States to test with, the same in every run.

namespace tarn::apps::euler {

class RandomStates {
 public:
  double between(double low, double high) { return std::uniform_real_distribution<double>(low, high)(engine_); }

  /// Densities and pressures over six powers of ten, velocities below and above the speed of sound.
  template <class Real, int Dim>
  Primitive<Real, Dim> state() {
    Primitive<Real, Dim> w;
    w.density = static_cast<Real>(std::pow(10, between(-3, 3)));
    w.pressure = static_cast<Real>(std::pow(10, between(-3, 3)));
    for (Real& v : w.velocity)
      v = static_cast<Real>(between(-2, 2)) * std::sqrt(w.pressure / w.density);
    return w;
  }

 private:
  std::mt19937 engine_{20};
};

template <int Axis, class Real, int Dim>
Primitive<Real, Dim> mirrored(Primitive<Real, Dim> w) {
  w.velocity[Axis] = -w.velocity[Axis];
  return w;
}

/// The flux that mirrored states have: what passes goes the other way, except momentum along the axis.
template <int Axis, class Real, int Dim>
Flux<Real, Dim> mirrored_flux(Flux<Real, Dim> f) {
  f.density = -f.density;
  for (int d = 0; d < Dim; ++d)
    f.momentum[d] = d == Axis ? f.momentum[d] : -f.momentum[d];
  f.energy = -f.energy;
  return f;
}

/// Equal as numbers: a zero has no sign.
template <class Real, int Dim>
bool operator==(const Conserved<Real, Dim>& a, const Conserved<Real, Dim>& b) {
  for (int d = 0; d < Dim; ++d) {
    if (a.momentum[d] != b.momentum[d]) return false;
  }
  return a.density == b.density && a.energy == b.energy;
}

}  // namespace tarn::apps::euler
