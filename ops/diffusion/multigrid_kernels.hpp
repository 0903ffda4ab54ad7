#pragma once

#include "tarn/ops/diffusion/box_transfer.hpp"
#include "tarn/ops/diffusion/diffusion_stencil.hpp"

// The kernel bodies that work between two grids of a multigrid hierarchy. Along an axis where cells are paired, coarse
// cell I is made of the fine cells 2 I and, where there is one, 2 I + 1; along another one it is fine cell I. All
// indices are places in the domain.

namespace tarn::ops::detail {

/// Along which axes the cells of a grid are paired to those of the next coarser one: 1, or 0 where each stays single.
using AxisPairs = Kokkos::Array<int, 3>;

/// Which fine cells a coarse one is made of.
struct Children {
  AxisPairs paired;
  Kokkos::Array<int, 3> fine_cells;  ///< of the domain

  KOKKOS_FUNCTION Index begin(int axis, Index coarse) const { return coarse << paired[axis]; }
  KOKKOS_FUNCTION Index end(int axis, Index coarse) const {
    const Index beyond = (coarse + 1) << paired[axis];
    return beyond < fine_cells[axis] ? beyond : Index(fine_cells[axis]);
  }
};

/// coarse(I) = sum over its fine cells, in one order on every rank.
template <class Real>
struct SumChildren {
  PlacedField<Real> fine, coarse;
  Children children;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    Real sum = 0;
    for (Index z = children.begin(2, k); z < children.end(2, k); ++z) {
      for (Index y = children.begin(1, j); y < children.end(1, j); ++y) {
        for (Index x = children.begin(0, i); x < children.end(0, i); ++x)
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
  AxisPairs paired;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    fine.at(k, j, i) += coarse.at(k >> paired[2], j >> paired[1], i >> paired[0]);
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
  Children children;
  AxisDistances fine_distances, coarse_distances;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const Index coarse_place = Axis == 2 ? k : Axis == 1 ? j : i;
    const Index at = Upper ? children.end(Axis, coarse_place) - 1 : children.begin(Axis, coarse_place);
    Real sum = 0;
    for (Index z = Axis == 2 ? at : children.begin(2, k); z < (Axis == 2 ? at + 1 : children.end(2, k)); ++z) {
      for (Index y = Axis == 1 ? at : children.begin(1, j); y < (Axis == 1 ? at + 1 : children.end(1, j)); ++y) {
        for (Index x = Axis == 0 ? at : children.begin(0, i); x < (Axis == 0 ? at + 1 : children.end(0, i)); ++x)
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

/// The largest value of the cells in a box, numbered with x fastest.
template <class Real>
struct LargestInBox {
  Field<const Real, 3> values;
  CellRange box;

  KOKKOS_FUNCTION void operator()(std::int64_t n, Real& largest) const {
    const std::int64_t row = n / box.extent(0);
    const Real value = values(box.begin[2] + row / box.extent(1), box.begin[1] + row % box.extent(1),
                              box.begin[0] + n % box.extent(0));
    if (value > largest) largest = value;
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
