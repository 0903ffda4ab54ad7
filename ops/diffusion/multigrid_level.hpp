#pragma once

#include <array>
#include <memory>

#include "tarn/core/grid/ghost_cells.hpp"
#include "tarn/ops/diffusion/box_transfer.hpp"
#include "tarn/ops/diffusion/diffusion_operator.hpp"
#include "tarn/ops/diffusion/multigrid_kernels.hpp"

namespace tarn::ops::detail {

/// Pairs cells along the axes where neighbours are coupled most strongly, and those where the coupling is a quarter of
/// that or more: across a weaker one a relaxation smooths nothing that a coarser grid could show (U. Trottenberg, C.
/// Oosterlee and A. Schüller, Multigrid (2001), section 5.1). Each pairing makes it four times as weak.
/// @param cells     of the domain, 1 along axes that there are not
/// @param coupling  conductance between neighbours, such as kappa/dx^2, along each axis
AxisPairs pairs_for(const std::array<int, 3>& cells, const std::array<double, 3>& coupling);

/// What a rank works on at one level: its block, or where `alone` the whole grid.
struct LevelGrid {
  std::shared_ptr<Communicator> alone;  ///< of this rank only; null where the grid is cut into blocks
  const Communicator* ranks;            ///< of the whole operator
  Patch patch;

  const Grid& grid() const { return patch.grid(); }
  /// The block in places of the domain.
  CellRange block() const;
  /// The place in the domain of local index 0.
  Kokkos::Array<int, 3> origin() const;
};

/// One grid of a multigrid hierarchy. Conductances are for a scale of 1.
template <class Real>
struct MultigridLevel {
  /// The finest.
  explicit MultigridLevel(const DiffusionOperator<Real>& a);
  /// The one below `finer`, which is given what the two exchange.
  /// @param faces  homogeneous conditions
  MultigridLevel(MultigridLevel& finer, const FaceConditions& faces);

  bool is_one_cell() const { return at.grid().domain().size() == 1; }

  /// Calls use(stencil) with the operator for a shift and a scale.
  template <class Use>
  void with(double shift, double scale, const Use& use) const {
    with_stencil<Real>(at.grid().dimensions(), variable, [&](auto stencil) {
      stencil.shift = static_cast<Real>(shift);
      stencil.face = face;
      stencil.place = place;
      for (int axis = 0; axis < at.grid().dimensions(); ++axis)
        stencil.weight[axis] = static_cast<Real>(scale * weight[axis]);
      use(stencil);
    });
  }

  LevelGrid at;
  GhostCells<Real> ghosts;
  bool variable = true;
  Kokkos::Array<Field<const Real, 3>, 3> face;
  Kokkos::Array<double, 3> weight{1, 1, 1};
  std::array<double, 3> coupling{};  // the largest kappa / width^2 along each axis
  AxisPairs paired{};                // where there is a coarser level
  Kokkos::Array<AxisPlace, 3> place;
  Field<Real, 3> right_side, correction;  // of coarse levels
  Field<Real, 3> residual;                // where there is a coarser level

  // Between this level and the coarser one: what this rank computes of the coarse right-hand side, and the coarse cells
  // that cover its block.
  PlacedField<Real> part, cover;
  std::unique_ptr<BoxTransfer<Real>> down, up;

 private:
  void connect(MultigridLevel& finer);
  void make_faces(MultigridLevel& finer);
};

}  // namespace tarn::ops::detail
