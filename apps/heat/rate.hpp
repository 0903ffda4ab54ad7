#pragma once

#include "tarn/core/grid/stencil_cell.hpp"

namespace tarn::apps::heat {

/// The rate of change du/dt = div(kappa grad u) + q of one cell, or of lanes of cells [K/s].
///
/// Second order central differences of the fluxes through the cell's faces. Both cells beside a face compute its flux
/// from the same numbers in the same order, so what one loses the other gains.
/// @tparam Dim       axes of the grid, 1 to 3
/// @tparam Variable  kappa is given on the faces; otherwise it is one number and part of `weight`
/// @tparam Source    q is given in the cells; otherwise it is zero
template <class Real, int Dim, bool Variable, bool Source>
struct Rate {
  static constexpr int fields = 1, reach = 1, dimensions = Dim;
  static constexpr bool takes_lanes = true, takes_two_steps = true;

  Kokkos::Array<Field<const Real, 3>, 3> kappa;  ///< diffusivity [m^2/s] on the lower face of each cell, per axis
  Field<const Real, 3> q;                        ///< source [K/s]
  Kokkos::Array<Real, 3> weight;                 ///< 1/dx^2 [1/m^2], or kappa/dx^2 [1/s]

  template <class Cell>
  KOKKOS_FORCEINLINE_FUNCTION auto operator()(const Cell& cell) const {
    auto rate = along<0>(cell);
    if constexpr (Dim > 1) rate += along<1>(cell);
    if constexpr (Dim > 2) rate += along<2>(cell);
    if constexpr (Source) rate += at(q, cell.k, cell.j, cell.i);
    return rate;
  }

  template <class Visit>
  void first_reads(const Fields<const Real>& u, Index k, Index j, const Visit& visit) const {
    visit(u(0, k + (Dim == 3), j + (Dim == 2), 0));
    if constexpr (Variable) {
      visit(kappa[0](k, j, 0));
      if constexpr (Dim > 1) visit(kappa[1](k, j + 1, 0));
      if constexpr (Dim > 2) visit(kappa[2](k + 1, j, 0));
    }
    if constexpr (Source) visit(q(k, j, 0));
  }

 private:
  template <int Axis, class Cell>
  KOKKOS_FORCEINLINE_FUNCTION auto along(const Cell& cell) const {
    const auto here = cell[0], lower = cell.template along<Axis, -1>(0), upper = cell.template along<Axis, 1>(0);
    if constexpr (Variable) {
      const auto at_lower = at(kappa[Axis], cell.k, cell.j, cell.i);
      const auto at_upper = at(kappa[Axis], cell.k + (Axis == 2), cell.j + (Axis == 1), cell.i + (Axis == 0));
      return weight[Axis] * (at_upper * (upper - here) - at_lower * (here - lower));
    } else {
      return weight[Axis] * ((upper - here) - (here - lower));
    }
  }
};

}  // namespace tarn::apps::heat
