#pragma once

#include "tarn/ops/diffusion/box_transfer.hpp"
#include "tarn/ops/diffusion/diffusion_stencil.hpp"

// The kernel bodies that work between two grids of a multigrid hierarchy. Coarse cell I is made of the fine cells 2 I
// and, where there is one, 2 I + 1; all indices are places in the domain.

namespace tarn::ops::detail {

/// coarse(I) = sum over its fine cells, in one order on every rank.
template <class Real>
struct SumChildren {
  PlacedField<Real> fine, coarse;
  Kokkos::Array<int, 3> fine_cells;  ///< of the domain

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    Real sum = 0;
    for (Index z = 2 * k; z < 2 * k + 2 && z < fine_cells[2]; ++z) {
      for (Index y = 2 * j; y < 2 * j + 2 && y < fine_cells[1]; ++y) {
        for (Index x = 2 * i; x < 2 * i + 2 && x < fine_cells[0]; ++x)
          sum += fine.at(z, y, x);
      }
    }
    coarse.at(k, j, i) = sum;
  }
};

/// fine += the value of the coarse cell around.
template <class Real>
struct AddParent {
  PlacedField<Real> fine, coarse;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    fine.at(k, j, i) += coarse.at(k / 2, j / 2, i / 2);
  }
};

/// The distances between centres that conductances across the faces of an axis are for.
struct AxisDistances {
  int cells;
  double width, last_width;
  bool periodic;

  KOKKOS_FUNCTION double width_of(Index n) const { return n == cells - 1 ? last_width : width; }
  /// Between cell n - 1 and cell n; at a boundary, between a cell and its mirror image.
  KOKKOS_FUNCTION double below(Index n) const {
    if (n > 0 && n < cells) return (width_of(n - 1) + width_of(n)) / 2;
    if (periodic) return (width_of(cells - 1) + width_of(0)) / 2;
    return width_of(n == 0 ? 0 : cells - 1);
  }
};

/// The conductance of a coarse cell's lower or upper face: those of the fine faces in it, for the coarse distance.
template <class Real, int Axis, bool Upper>
struct SumFaces {
  PlacedField<Real> fine, coarse;
  Kokkos::Array<int, 3> fine_cells;
  AxisDistances fine_distances, coarse_distances;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const Index coarse_place = Axis == 2 ? k : Axis == 1 ? j : i;
    const Index last_child = 2 * coarse_place + 1 < fine_cells[Axis] ? 2 * coarse_place + 1 : 2 * coarse_place;
    const Index at = Upper ? last_child : 2 * coarse_place;
    Real sum = 0;
    for (Index z = Axis == 2 ? at : 2 * k; Axis == 2 ? z == at : z < 2 * k + 2 && z < fine_cells[2]; ++z) {
      for (Index y = Axis == 1 ? at : 2 * j; Axis == 1 ? y == at : y < 2 * j + 2 && y < fine_cells[1]; ++y) {
        for (Index x = Axis == 0 ? at : 2 * i; Axis == 0 ? x == at : x < 2 * i + 2 && x < fine_cells[0]; ++x)
          sum += fine.at(z, y, x);
      }
    }
    const double closer = fine_distances.below(at + Upper) / coarse_distances.below(coarse_place + Upper);
    coarse.at(k, j, i) = sum * static_cast<Real>(closer);
  }
};

/// The conductance of each cell's lower or upper face, for a scale of 1.
template <class Stencil, class Real, int Axis, bool Upper>
struct FaceConductance {
  Stencil stencil;

  KOKKOS_FUNCTION Real operator()(Index k, Index j, Index i) const {
    if constexpr (Upper) {
      return stencil.template upper_conductance<Axis>(k, j, i);
    } else {
      return stencil.template lower_conductance<Axis>(k, j, i);
    }
  }
};

/// Copies the upper faces of the block's last cells to the index beyond.
template <class Real, int Axis>
struct CloseFaces {
  Field<const Real, 3> upper;
  Field<Real, 3> face;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    face(k, j, i) = upper(k - (Axis == 2), j - (Axis == 1), i - (Axis == 0));
  }
};

}  // namespace tarn::ops::detail
