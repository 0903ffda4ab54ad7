#include "tarn/ops/diffusion/diffusion_operator.hpp"

#include "tarn/core/error.hpp"
#include "tarn/core/grid/set_cells.hpp"
#include "tarn/ops/linalg/vectors.hpp"

namespace tarn::ops {

namespace {

/// The condition for a change of what meets a condition: a mirror.
FaceCondition homogeneous(const FaceCondition& face) {
  if (face.rule == FaceRule::value) return {FaceRule::mirror, -1};
  if (face.rule == FaceRule::slope) return {FaceRule::mirror, 1};
  require(face.rule == FaceRule::mirror && (face.factor == 1 || face.factor == -1),
          "a diffusion operator takes faces with a value, a slope or a mirror");
  return face;
}

FaceConditions homogeneous(const Domain& domain, FaceConditions faces) {
  for (int axis = 0; axis < domain.dimensions; ++axis) {
    if (domain.periodic[axis]) continue;
    for (auto& side : faces[axis]) {
      require(side.size() == 1, "a diffusion operator is of one field");
      side.front() = homogeneous(side.front());
    }
  }
  return faces;
}

}  // namespace

namespace detail {

AxisPlace axis_place(const Grid& grid, const FaceConditions& faces, int axis) {
  AxisPlace place;
  place.first = grid.ghosts(axis) - grid.offset(axis);
  place.last = place.first + grid.domain().cells[axis] - 1;
  if (grid.domain().periodic[axis]) {
    // Around a periodic axis of one cell, the cell is its own neighbour.
    place.at_first = place.at_last = grid.domain().cells[axis] == 1 ? 1 : 0;
  } else {
    place.at_first = static_cast<int>(faces[axis][0].front().factor);
    place.at_last = static_cast<int>(faces[axis][1].front().factor);
  }
  return place;
}

}  // namespace detail

template <class Real>
DiffusionOperator<Real>::DiffusionOperator(const Patch& patch, const FaceConditions& faces,
                                           const FaceDiffusivity<Real>& kappa)
    : patch_(patch), faces_(homogeneous(patch.grid().domain(), faces)), kappa_(kappa), ghosts_(patch, faces_) {
  require(grid().ghosts(0) >= 1, "a diffusion operator needs a ghost layer");
}

template <class Real>
void DiffusionOperator<Real>::set(double shift, double scale) {
  shift_ = shift;
  scale_ = scale;
}

template <class Real>
void DiffusionOperator<Real>::apply(const Space& space, const Field<Real, 3>& x, const Field<Real, 3>& y) {
  detail::require_apart<Real>("diffusion operator", x, y);
  ghosts_.fill(x);
  detail::with_stencil<Real>(grid().dimensions(), kappa_.variable, [&](auto stencil) {
    fill(stencil);
    set_cells("tarn::ops::diffusion_operator", space, grid().interior(), y,
              detail::ApplyStencil<decltype(stencil), Real>{stencil, x});
  });
}

template <class Real>
void DiffusionOperator<Real>::divide_by_diagonal(const Space& space, const Field<Real, 3>& r,
                                                 const Field<Real, 3>& z) const {
  detail::with_stencil<Real>(grid().dimensions(), kappa_.variable, [&](auto stencil) {
    fill(stencil);
    set_cells("tarn::ops::divide_by_diagonal", space, grid().interior(), z,
              detail::DivideByDiagonal<decltype(stencil), Real>{stencil, r});
  });
}

template class DiffusionOperator<float>;
template class DiffusionOperator<double>;

}  // namespace tarn::ops
