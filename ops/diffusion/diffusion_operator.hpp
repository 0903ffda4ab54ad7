#pragma once

#include <array>
#include <memory>

#include "tarn/core/grid/ghost_cells.hpp"
#include "tarn/core/grid/patch.hpp"
#include "tarn/ops/diffusion/diffusion_stencil.hpp"

namespace tarn::ops {

/// The diffusivity of a DiffusionOperator along each axis: one number, or numbers on the lower face of each cell; the
/// faces on the upper end of the block are the lower ones of the index beyond.
template <class Real>
struct FaceDiffusivity {
  std::array<double, 3> constant{};                ///< kappa along each axis where it is the same everywhere
  bool variable = false;                           ///< whether on_face counts
  Kokkos::Array<Field<const Real, 3>, 3> on_face;  ///< of each axis: at (k, j, i) that of the cell's lower face
};

/// A u = shift u - scale sum over axes of d/dx (kappa du/dx) on a grid that is cut into blocks, second order central
/// differences, with boundary values (or derivatives) 0. Symmetric, and positive definite for shift > 0 and scale,
/// kappa >= 0.
template <class Real>
class DiffusionOperator {
 public:
  /// @param patch  with one ghost layer or more
  /// @param faces  what stands at the ends of axes that are not periodic: a value, a slope, or a mirror with factor -1
  ///   (a value of 0) or 1 (a slope of 0)
  /// @throws Error for another condition, and as GhostCells
  DiffusionOperator(const Patch& patch, const FaceConditions& faces, const FaceDiffusivity<Real>& kappa);

  /// @param shift [1], @param scale [time]
  void set(double shift, double scale);

  /// y = A x. Collective. Overwrites the ghosts of x.
  /// @param space  the patch's instance, which the work is enqueued on; no fence but those of the ghosts' exchange
  /// @throws Error if y shares memory with x
  void apply(const Space& space, const Field<Real, 3>& x, const Field<Real, 3>& y);

  /// z = r over the diagonal of A: Jacobi's preconditioner.
  void divide_by_diagonal(const Space& space, const Field<Real, 3>& r, const Field<Real, 3>& z) const;

  const Patch& patch() const { return patch_; }       ///< where it acts
  const Grid& grid() const { return patch_.grid(); }  ///< where it acts
  /// The homogeneous conditions, all of them mirrors.
  const FaceConditions& faces() const { return faces_; }
  const FaceDiffusivity<Real>& kappa() const { return kappa_; }  ///< on the faces
  double shift() const { return shift_; }                        ///< the factor of u
  double scale() const { return scale_; }                        ///< the factor of the diffusion

  /// Fills in a stencil of the type that with_stencil() chose.
  template <class Stencil>
  void fill(Stencil& stencil) const;

 private:
  Patch patch_;
  FaceConditions faces_;
  FaceDiffusivity<Real> kappa_;
  GhostCells<Real> ghosts_;
  double shift_ = 1, scale_ = 1;
};

/// Jacobi's preconditioner of a DiffusionOperator.
template <class Real>
class DiffusionJacobi {
 public:
  explicit DiffusionJacobi(const DiffusionOperator<Real>& a) : a_(&a) {}  ///< @param a  must outlive this
  /// z = r / diagonal, at interior cells; enqueued
  void apply(const Space& space, const Field<Real, 3>& r, const Field<Real, 3>& z) const {
    a_->divide_by_diagonal(space, r, z);
  }

 private:
  const DiffusionOperator<Real>* a_;
};

namespace detail {

/// Where the domain's ends are along an axis, on this rank, with all cells of width 1.
/// @param faces  homogeneous conditions
AxisPlace axis_place(const Grid& grid, const FaceConditions& faces, int axis);

}  // namespace detail

template <class Real>
template <class Stencil>
void DiffusionOperator<Real>::fill(Stencil& stencil) const {
  stencil.shift = static_cast<Real>(shift_);
  stencil.face = kappa_.on_face;
  for (int axis = 0; axis < grid().dimensions(); ++axis) {
    const double dx = grid().spacing(axis);
    stencil.weight[axis] = static_cast<Real>(scale_ * (kappa_.variable ? 1 : kappa_.constant[axis]) / (dx * dx));
    stencil.place[axis] = detail::axis_place(grid(), faces_, axis);
  }
}

}  // namespace tarn::ops
