#pragma once

#include "tarn/core/grid/ghost_cells.hpp"
#include "tarn/core/space.hpp"

// One cell of a discrete diffusion operator, for the kernels of diffusion_operator.cpp and multigrid.cpp.

namespace tarn::ops::detail {

/// Where a cell stands along an axis of the domain, as far as its volume and its boundaries need it.
struct AxisPlace {
  int first = -1, last = -1;         ///< local indices of the domain's first and last cell; those of other ranks' lie
                                     ///< outside of the block
  int at_first = 0, at_last = 0;     ///< what a ghost beyond is of the cell: -1 dirichlet, 1 neumann, 0 another cell
  double width = 1, last_width = 1;  ///< of the cells, and of the last one, in widths of the finest grid's cells
};

/// (A u)(cell) = shift volume u - sum over faces of conductance (u_neighbour - u), with conductances face * weight.
///
/// On the finest grid the volume is 1 and a conductance is scale kappa / dx^2; a coarse cell is the sum of the
/// equations of the cells in it, with conductances for its own distances.
/// @tparam Variable  conductances differ from face to face
template <class Real, int Dim, bool Variable>
struct DiffusionStencil {
  static constexpr int dimensions = Dim;

  Kokkos::Array<Field<const Real, 3>, 3> face;  ///< on the lower face of each cell; not used if not Variable
  Kokkos::Array<Real, 3> weight{};
  Kokkos::Array<AxisPlace, 3> place{};
  Real shift = 0;

  template <int Axis>
  KOKKOS_FUNCTION Real lower_conductance(Index k, Index j, Index i) const {
    if constexpr (Variable) {
      return weight[Axis] * face[Axis](k, j, i);
    } else {
      return weight[Axis];
    }
  }
  template <int Axis>
  KOKKOS_FUNCTION Real upper_conductance(Index k, Index j, Index i) const {
    return lower_conductance<Axis>(k + (Axis == 2), j + (Axis == 1), i + (Axis == 0));
  }

  /// shift * volume
  KOKKOS_FUNCTION Real mass(Index k, Index j, Index i) const {
    double volume = width<0>(i);
    if constexpr (Dim > 1) volume *= width<1>(j);
    if constexpr (Dim > 2) volume *= width<2>(k);
    return shift * static_cast<Real>(volume);
  }

  /// A u at a cell; ghosts of u filled with homogeneous boundary values.
  KOKKOS_FUNCTION Real apply(const Field<const Real, 3>& u, Index k, Index j, Index i) const {
    const Real here = u(k, j, i);
    Real flow = along<0>(u, here, k, j, i);
    if constexpr (Dim > 1) flow += along<1>(u, here, k, j, i);
    if constexpr (Dim > 2) flow += along<2>(u, here, k, j, i);
    return mass(k, j, i) * here - flow;
  }

  /// The entry of A on the diagonal: what a ghost mirrors counts for the cell itself.
  KOKKOS_FUNCTION Real diagonal(Index k, Index j, Index i) const {
    Real sum = mass(k, j, i) + own<0>(i, k, j, i);
    if constexpr (Dim > 1) sum += own<1>(j, k, j, i);
    if constexpr (Dim > 2) sum += own<2>(k, k, j, i);
    return sum;
  }

 private:
  template <int Axis>
  KOKKOS_FUNCTION double width(Index n) const {
    return n == place[Axis].last ? place[Axis].last_width : place[Axis].width;
  }
  template <int Axis>
  KOKKOS_FUNCTION Real along(const Field<const Real, 3>& u, Real here, Index k, Index j, Index i) const {
    const Real lower = u(k - (Axis == 2), j - (Axis == 1), i - (Axis == 0));
    const Real upper = u(k + (Axis == 2), j + (Axis == 1), i + (Axis == 0));
    if constexpr (Variable) {
      return upper_conductance<Axis>(k, j, i) * (upper - here) - lower_conductance<Axis>(k, j, i) * (here - lower);
    } else {
      return weight[Axis] * ((upper - here) - (here - lower));
    }
  }
  template <int Axis>
  KOKKOS_FUNCTION Real own(Index n, Index k, Index j, Index i) const {
    const AxisPlace& at = place[Axis];
    const Real lower = lower_conductance<Axis>(k, j, i), upper = upper_conductance<Axis>(k, j, i);
    const Real of_lower = n == at.first ? lower * static_cast<Real>(1 - at.at_first) : lower;
    return of_lower + (n == at.last ? upper * static_cast<Real>(1 - at.at_last) : upper);
  }
};

/// y = A u
template <class Stencil, class Real>
struct ApplyStencil {
  static constexpr int dimensions = Stencil::dimensions;
  Stencil stencil;
  Field<const Real, 3> u;
  KOKKOS_FUNCTION Real operator()(Index k, Index j, Index i) const { return stencil.apply(u, k, j, i); }
};

/// z = r / diagonal; 0 where the diagonal is 0
template <class Stencil, class Real>
struct DivideByDiagonal {
  static constexpr int dimensions = Stencil::dimensions;
  Stencil stencil;
  Field<const Real, 3> r;
  KOKKOS_FUNCTION Real operator()(Index k, Index j, Index i) const {
    const Real diagonal = stencil.diagonal(k, j, i);
    return diagonal == 0 ? Real(0) : r(k, j, i) / diagonal;
  }
};

/// b - A u
template <class Stencil, class Real>
struct StencilResidual {
  static constexpr int dimensions = Stencil::dimensions;
  Stencil stencil;
  Field<const Real, 3> b, u;
  KOKKOS_FUNCTION Real operator()(Index k, Index j, Index i) const { return b(k, j, i) - stencil.apply(u, k, j, i); }
};

/// Solves the equations of every second cell, as on a chessboard, for these cells (Gauss and Seidel).
template <class Stencil, class Real>
struct RelaxColour {
  Stencil stencil;
  Field<const Real, 3> b;
  Field<Real, 3> u;
  int parity;  ///< of k + j + i, of the cells that change

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    if (((k + j + i) & 1) != parity) return;
    const Real diagonal = stencil.diagonal(k, j, i);
    if (diagonal != 0) u(k, j, i) += (b(k, j, i) - stencil.apply(u, k, j, i)) / diagonal;
  }
};

/// The first colour of a relaxation that starts from 0.
template <class Stencil, class Real>
struct RelaxFromZero {
  static constexpr int dimensions = Stencil::dimensions;
  Stencil stencil;
  Field<const Real, 3> b;
  int parity;

  KOKKOS_FUNCTION Real operator()(Index k, Index j, Index i) const {
    if (((k + j + i) & 1) != parity) return Real(0);
    const Real diagonal = stencil.diagonal(k, j, i);
    return diagonal == 0 ? Real(0) : b(k, j, i) / diagonal;
  }
};

/// Calls `use` with the stencil type of a dimension and of constant or variable conductances.
template <class Real, class Use>
void with_stencil(int dimensions, bool variable, const Use& use) {
  const auto in_dimension = [&]<int Dim>() {
    if (variable) {
      use(DiffusionStencil<Real, Dim, true>{});
    } else {
      use(DiffusionStencil<Real, Dim, false>{});
    }
  };
  dimensions == 1   ? in_dimension.template operator()<1>()
  : dimensions == 2 ? in_dimension.template operator()<2>()
                    : in_dimension.template operator()<3>();
}

}  // namespace tarn::ops::detail
