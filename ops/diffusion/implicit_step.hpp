#pragma once

#include <optional>

#include "tarn/ops/diffusion/diffusion_operator.hpp"
#include "tarn/ops/diffusion/multigrid.hpp"
#include "tarn/ops/linalg/cg.hpp"

namespace tarn::ops {

/// How a step is made.
struct ImplicitStepOptions {
  double theta = 1;           ///< share of the step's end in its rate: 1 backward Euler, 1/2 Crank-Nicolson
  double tolerance = 1e-8;    ///< share of the step's change that may be missing
  int max_iterations = 1000;  ///< then NotConverged is thrown
  bool multigrid = true;      ///< else Jacobi's preconditioner
};

/// The implicit step of du/dt = L u + g(t), L u = div(kappa grad u): backward Euler (theta = 1) or Crank and Nicolson's
/// rule (theta = 1/2),
///
///   (1 - theta dt L) d = dt [(1 - theta) F(u, t) + theta F(u, t + dt)],   F(u, t) = L u + g(t),
///
/// for the change d of u, with boundary values 0 and so a symmetric positive definite operator. J. Crank and P.
/// Nicolson, Proc. Camb. Phil. Soc. 43 (1947) 50.
template <class Real>
class ImplicitDiffusionStep {
 public:
  /// @param faces  the conditions of u; see DiffusionOperator
  ImplicitDiffusionStep(const Patch& patch, const FaceConditions& faces, const FaceDiffusivity<Real>& kappa,
                        const ImplicitStepOptions& options);

  double theta() const { return options_.theta; }  ///< as the options say

  /// An array that holds nothing between steps, for a second part of the right side.
  const Field<Real, 3>& spare() const { return change_; }
  /// right_side += spare; enqueued, no fence.
  void add_spare_to(const Field<Real, 3>& right_side) const;

  /// Solves for d and adds it to u, with what is left of the residual: that keeps the integral of u to rounding,
  /// whatever the tolerance, since the fluxes through a face then leave one cell as they enter the next. Collective.
  /// @param right_side  of the equation; if a number in it is not finite it is added to u as it is, for the caller to
  ///   find
  /// @returns how many iterations it took; 0 also where a number was not finite
  /// @throws NotConverged after max_iterations; u is unchanged
  int advance(double dt, const Field<Real, 3>& right_side, const Field<Real, 3>& u);

  /// Fields of one number per cell that a step holds beside u and the right side, coarse grids included.
  /// @param kappa  the largest diffusivity along each axis
  static double arrays(const ImplicitStepOptions& options, const Domain& domain, const std::array<double, 3>& kappa);

 private:
  KrylovResult solve(const Field<Real, 3>& right_side, const KrylovOptions& options);

  Patch patch_;
  ImplicitStepOptions options_;
  GridVectors<Real> vectors_;
  DiffusionOperator<Real> operator_;
  std::optional<DiffusionMultigrid<Real>> multigrid_;
  Workspace<GridVectors<Real>> work_;
  Field<Real, 3> change_;
};

}  // namespace tarn::ops
