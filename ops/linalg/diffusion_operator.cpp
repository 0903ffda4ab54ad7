#include "tarn/ops/linalg/diffusion_operator.hpp"

#include "tarn/core/error.hpp"
#include "tarn/core/grid/set_cells.hpp"
#include "tarn/ops/linalg/vectors.hpp"

namespace tarn::ops {

namespace detail {

AxisPlace axis_place(const Grid& grid, const BoundaryKinds& kinds, int axis) {
  AxisPlace place;
  place.first = grid.ghosts(axis) - grid.offset(axis);
  place.last = place.first + grid.domain().cells[axis] - 1;
  const auto mirror = [](BoundaryKind kind) {
    return kind == BoundaryKind::dirichlet ? -1 : kind == BoundaryKind::neumann ? 1 : 0;
  };
  // Around a periodic axis of one cell, the cell is its own neighbour.
  const bool alone = kinds[axis][0] == BoundaryKind::periodic && grid.domain().cells[axis] == 1;
  place.at_first = alone ? 1 : mirror(kinds[axis][0]);
  place.at_last = alone ? 1 : mirror(kinds[axis][1]);
  return place;
}

}  // namespace detail

template <class Real>
DiffusionOperator<Real>::DiffusionOperator(const Grid& grid, const Communicator& communicator,
                                           const BoundaryKinds& kinds, MpiBuffers buffers,
                                           const FaceDiffusivity<Real>& kappa)
    : grid_(grid),
      communicator_(&communicator),
      kinds_(kinds),
      buffers_(buffers),
      kappa_(kappa),
      ghosts_(grid, communicator, kinds, buffers) {
  require(grid.ghosts(0) >= 1, "a diffusion operator needs a ghost layer");
}

template <class Real>
void DiffusionOperator<Real>::set(double shift, double scale) {
  shift_ = shift;
  scale_ = scale;
}

template <class Real>
void DiffusionOperator<Real>::apply(const Space& space, const Field<Real, 3>& x, const Field<Real, 3>& y) {
  detail::require_apart<Real>("diffusion operator", x, y);
  ghosts_.fill(space, x);
  detail::with_stencil<Real>(grid_.dimensions(), kappa_.variable, [&](auto stencil) {
    fill(stencil);
    set_cells("tarn::ops::diffusion_operator", space, grid_.interior(), y,
              detail::ApplyStencil<decltype(stencil), Real>{stencil, x});
  });
}

template <class Real>
void DiffusionOperator<Real>::divide_by_diagonal(const Space& space, const Field<Real, 3>& r,
                                                 const Field<Real, 3>& z) const {
  detail::with_stencil<Real>(grid_.dimensions(), kappa_.variable, [&](auto stencil) {
    fill(stencil);
    set_cells("tarn::ops::divide_by_diagonal", space, grid_.interior(), z,
              detail::DivideByDiagonal<decltype(stencil), Real>{stencil, r});
  });
}

template class DiffusionOperator<float>;
template class DiffusionOperator<double>;

}  // namespace tarn::ops
