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

/// One side of all cells along an axis. Known at run time: conductances are made once, and each kernel that knew would
/// be compiled six times.
struct FaceSide {
  int axis;
  bool upper;
};

/// The conductance of a coarse cell's lower or upper face: those of the fine faces in it, for the coarse distance.
template <class Real>
struct SumFaces {
  FaceSide side;
  PlacedField<Real> fine, coarse;
  Children children;
  AxisDistances fine_distances, coarse_distances;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const int axis = side.axis, upper = side.upper ? 1 : 0;
    const Index place = axis == 2 ? k : axis == 1 ? j : i;
    const Index at = side.upper ? children.end(axis, place) - 1 : children.begin(axis, place);
    Index begin[3] = {children.begin(0, i), children.begin(1, j), children.begin(2, k)};
    Index end[3] = {children.end(0, i), children.end(1, j), children.end(2, k)};
    begin[axis] = at;
    end[axis] = at + 1;
    Real sum = 0;
    for (Index z = begin[2]; z < end[2]; ++z) {
      for (Index y = begin[1]; y < end[1]; ++y) {
        for (Index x = begin[0]; x < end[0]; ++x)
          sum += fine.at(z, y, x);
      }
    }
    const double closer = fine_distances.below(at + upper) / coarse_distances.below(place + upper);
    coarse.at(k, j, i) = sum * static_cast<Real>(closer);
  }
};

/// The conductance of each cell's lower or upper face, for a scale of 1.
template <class Stencil, class Real>
struct FaceConductance {
  Stencil stencil;
  FaceSide side;
  Field<Real, 3> face;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const int up = side.upper ? 1 : 0;
    if (side.axis == 0) {
      face(k, j, i) = stencil.template lower_conductance<0>(k, j, i + up);
    } else if (side.axis == 1) {
      face(k, j, i) = stencil.template lower_conductance<1>(k, j + up, i);
    } else {
      face(k, j, i) = stencil.template lower_conductance<2>(k + up, j, i);
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
template <class Real>
struct CloseFaces {
  int axis;
  Field<const Real, 3> upper;
  Field<Real, 3> face;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    face(k, j, i) = upper(k - (axis == 2), j - (axis == 1), i - (axis == 0));
  }
};

}  // namespace tarn::ops::detail
