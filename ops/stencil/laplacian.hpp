#pragma once

#include <Kokkos_Core.hpp>

namespace tarn::ops {

/// The weighted sum of second differences of a field along the axes: D (d2u/dx2 + d2u/dy2 + d2u/dz2) with the weights
/// D/dx^2 of the axes. Second order central differences, each as the difference of the two slopes beside the cell.
/// @tparam Dim  axes, 1 to 3
/// @param cell  a StencilCell that reaches 1
template <int Dim, class Cell, class Real>
KOKKOS_FORCEINLINE_FUNCTION auto laplacian(const Cell& cell, int field, const Kokkos::Array<Real, 3>& weight) {
  const auto here = cell[field];
  auto sum = weight[0] * ((cell.template along<0, 1>(field) - here) - (here - cell.template along<0, -1>(field)));
  if constexpr (Dim > 1)
    sum += weight[1] * ((cell.template along<1, 1>(field) - here) - (here - cell.template along<1, -1>(field)));
  if constexpr (Dim > 2)
    sum += weight[2] * ((cell.template along<2, 1>(field) - here) - (here - cell.template along<2, -1>(field)));
  return sum;
}

}  // namespace tarn::ops
