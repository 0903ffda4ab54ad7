#pragma once

#include "tarn/core/grid/lanes.hpp"

// What is computed in one cell, or in lanes of cells. The time integrators combine these; see heat_simulation.hpp.

namespace tarn::apps::heat {

/// The rate of change du/dt = div(kappa grad u) + q of one cell [K/s].
///
/// Second order central differences of the fluxes through the cell's faces. Both cells beside a face compute its
/// flux from the same numbers in the same order, so what one loses the other gains.
/// @tparam Dim       axes of the grid, 1 to 3
/// @tparam Variable  kappa is given on the faces; otherwise it is one number and part of `weight`
/// @tparam Source    q is given in the cells; otherwise it is zero
template <class Real, int Dim, bool Variable, bool Source>
struct Rate {
  Field<const Real, 3> u;                        ///< temperature [K], ghosts filled
  Kokkos::Array<Field<const Real, 3>, 3> kappa;  ///< diffusivity [m^2/s] on the lower face of each cell, per axis
  Field<const Real, 3> q;                        ///< source [K/s]
  Kokkos::Array<Real, 3> weight;                 ///< 1/dx^2 [1/m^2], or kappa/dx^2 [1/s]

  template <class I>
  KOKKOS_FORCEINLINE_FUNCTION auto operator()(Index k, Index j, I i) const {
    const auto here = at(u, k, j, i);
    auto rate = along<0>(here, at(u, k, j, i - 1), at(u, k, j, i + 1), k, j, i);
    if constexpr (Dim > 1) rate += along<1>(here, at(u, k, j - 1, i), at(u, k, j + 1, i), k, j, i);
    if constexpr (Dim > 2) rate += along<2>(here, at(u, k - 1, j, i), at(u, k + 1, j, i), k, j, i);
    if constexpr (Source) rate += at(q, k, j, i);
    return rate;
  }

  template <class Visit>
  void first_reads(Index k, Index j, const Visit& visit) const {
    visit(u(k + (Dim == 3), j + (Dim == 2), 0));
    if constexpr (Variable) {
      visit(kappa[0](k, j, 0));
      if constexpr (Dim > 1) visit(kappa[1](k, j + 1, 0));
      if constexpr (Dim > 2) visit(kappa[2](k + 1, j, 0));
    }
    if constexpr (Source) visit(q(k, j, 0));
  }

 private:
  template <int Axis, class Cells, class I>
  KOKKOS_FORCEINLINE_FUNCTION Cells along(const Cells& here, const Cells& lower, const Cells& upper,
                                          [[maybe_unused]] Index k, [[maybe_unused]] Index j,
                                          [[maybe_unused]] I i) const {
    if constexpr (Variable) {
      const auto at_lower = at(kappa[Axis], k, j, i);
      const auto at_upper = at(kappa[Axis], k + (Axis == 2), j + (Axis == 1), i + (Axis == 0));
      return weight[Axis] * (at_upper * (upper - here) - at_lower * (here - lower));
    } else {
      return weight[Axis] * ((upper - here) - (here - lower));
    }
  }
};

/// A step of the explicit Euler method: u + dt du/dt.
template <class Real, class RateOf>
struct EulerStep {
  RateOf rate;
  Real dt;

  template <class I>
  KOKKOS_FORCEINLINE_FUNCTION auto operator()(Index k, Index j, I i) const {
    return at(rate.u, k, j, i) + dt * rate(k, j, i);
  }

  template <class Visit>
  void first_reads(Index k, Index j, const Visit& visit) const {
    rate.first_reads(k, j, visit);
  }
};

/// The weights of one stage of RKL2; see rkl2.hpp.
template <class Real>
struct StageWeights {
  Real mu, nu, rest;         ///< of the last stage, of the one before, and of the state at the step's start
  Real mu_rate, gamma_rate;  ///< of the rates of the last stage and of the start, times dt
};

/// A stage j >= 2 of RKL2, written over the stage before the last.
template <class Real, class RateOf>
struct Rkl2Stage {
  RateOf rate;  ///< of the last stage
  Field<const Real, 3> before_last;
  Field<const Real, 3> start;
  Field<const Real, 3> start_rate;
  StageWeights<Real> w;

  template <class I>
  KOKKOS_FORCEINLINE_FUNCTION auto operator()(Index k, Index j, I i) const {
    return w.mu * at(rate.u, k, j, i) + w.nu * at(before_last, k, j, i) + w.rest * at(start, k, j, i) +
           w.mu_rate * rate(k, j, i) + w.gamma_rate * at(start_rate, k, j, i);
  }

  template <class Visit>
  void first_reads(Index k, Index j, const Visit& visit) const {
    rate.first_reads(k, j, visit);
    visit(before_last(k, j, 0));
    visit(start(k, j, 0));
    visit(start_rate(k, j, 0));
  }
};

/// The first stage of RKL2: start + weight * rate of the start.
template <class Real>
struct Rkl2First {
  Field<const Real, 3> start;
  Field<const Real, 3> start_rate;
  Real weight;

  template <class I>
  KOKKOS_FORCEINLINE_FUNCTION auto operator()(Index k, Index j, I i) const {
    return at(start, k, j, i) + weight * at(start_rate, k, j, i);
  }

  template <class Visit>
  void first_reads(Index k, Index j, const Visit& visit) const {
    visit(start(k, j, 0));
    visit(start_rate(k, j, 0));
  }
};

}  // namespace tarn::apps::heat
