#pragma once

#include "tarn/apps/euler/positivity.hpp"
#include "tarn/apps/euler/state.hpp"

// What a stage does in one cell once the fluxes are there, and what is looked for in its result: on hosts and GPUs
// alike, so that both give the same bits.

namespace tarn::apps::euler {

/// Weights of a stage: out = start * u(start) + now * u(now) + rate * du/dt(now).
struct StageWeights {
  double start, now, rate;  ///< `rate` [time]
};

/// The weights of a stage in a run's precision.
template <class Real, int Dim>
struct RoundedWeights {
  Real start, now;
  Kokkos::Array<Real, Dim> per_length;  ///< rate / spacing of each axis [time/length]
  Kokkos::Array<Real, Dim> push;        ///< rate * gravity [length/time]
};

/// One quantity after a stage.
/// @param rise  of its flux along each axis, from the face below to that above
template <class Real, int Dim>
KOKKOS_FORCEINLINE_FUNCTION Real advanced(const RoundedWeights<Real, Dim>& weights, Real start, Real now,
                                          const Real (&rise)[Dim]) {
  Real fall = weights.per_length[0] * rise[0];
  if constexpr (Dim > 1) fall = fall + weights.per_length[1] * rise[1];
  if constexpr (Dim > 2) fall = fall + weights.per_length[2] * rise[2];
  return (weights.start * start + weights.now * now) - fall;
}

/// What is looked for in new states.
template <class Real, int Dim>
struct Look {
  Gas<Real> gas;
  Kokkos::Array<Real, Dim> per_spacing;  ///< 1 / spacing of the axes [1/length]
  Real least_density, least_pressure;    ///< the deck's floors, or 0
};

/// Whether a state is sound, and not below the floors.
template <class Real, int Dim>
KOKKOS_FORCEINLINE_FUNCTION bool passes(const Look<Real, Dim>& look, const Primitive<Real, Dim>& w) {
  const bool dense = w.density >= look.least_density, pressed = w.pressure >= look.least_pressure;
  return is_sound(w) & dense & pressed;
}

/// Sum over the axes of what the fastest signal passes in a time, in cells [1/time].
template <class Real, int Dim>
KOKKOS_FORCEINLINE_FUNCTION Real signals(const Look<Real, Dim>& look, const Primitive<Real, Dim>& w) {
  const Real c = sound_speed(look.gas, w.density, w.pressure);
  Real sum = (absolute(w.velocity[0]) + c) * look.per_spacing[0];
  if constexpr (Dim > 1) sum = sum + (absolute(w.velocity[1]) + c) * look.per_spacing[1];
  if constexpr (Dim > 2) sum = sum + (absolute(w.velocity[2]) + c) * look.per_spacing[2];
  return sum;
}

/// What was found.
struct Found {
  double fastest = 0;              ///< the greatest of signals() [1/time]
  std::int64_t unsound = 0;        ///< cells that do not pass
  std::int64_t unsound_sides = 0;  ///< ends of cells where the average took the place of what was reconstructed

  KOKKOS_FUNCTION void operator+=(const Found& other) {
    fastest = other.fastest > fastest ? other.fastest : fastest;
    unsound += other.unsound;
    unsound_sides += other.unsound_sides;
  }
};

}  // namespace tarn::apps::euler

template <>
struct Kokkos::reduction_identity<tarn::apps::euler::Found> {
  KOKKOS_FUNCTION static tarn::apps::euler::Found sum() { return {}; }
};
