#pragma once

#include <optional>

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/heat/diffusivity.hpp"
#include "tarn/apps/heat/implicit_options.hpp"
#include "tarn/ops/diffusion/multigrid.hpp"
#include "tarn/ops/linalg/cg.hpp"

namespace tarn::apps::heat {

/// The implicit step of du/dt = L u + g(t): backward Euler (theta = 1) or Crank and Nicolson's rule (theta = 1/2),
///
///   (1 - theta dt L) d = dt [(1 - theta) F(u, t) + theta F(u, t + dt)],   F(u, t) = L u + g(t),
///
/// for the change d of the temperature, with boundary values 0 and so a symmetric positive definite operator. J. Crank
/// and P. Nicolson, Proc. Camb. Phil. Soc. 43 (1947) 50.
template <class Real>
class ImplicitStep {
 public:
  /// @param context  must outlive this object
  /// @param faces    the conditions of the temperature
  ImplicitStep(const SimulationContext& context, const FaceConditions& faces, const Diffusivity<Real>& kappa,
               const ImplicitOptions& options);

  double theta() const { return options_.theta; }

  /// Solves for d and adds it to u, with what is left of the residual: that keeps the integral of u to rounding,
  /// whatever the tolerance, since the fluxes through a face then leave one cell as they enter the next.
  /// @param right_side  [K]; if a number in it is not finite it is added to u as it is, for the driver to find
  /// @param time, dt  of the step, for messages and for the operator
  /// @throws NotConverged after max_iterations; u is unchanged
  void advance(const Space& space, double time, double dt, const Field<Real, 3>& right_side, const Field<Real, 3>& u);

 private:
  ops::KrylovResult solve(const Space& space, const Field<Real, 3>& right_side, const ops::KrylovOptions& options);

  SimulationContext context_;
  ImplicitOptions options_;
  ops::GridVectors<Real> vectors_;
  ops::DiffusionOperator<Real> operator_;
  std::optional<ops::DiffusionMultigrid<Real>> multigrid_;
  ops::Workspace<ops::GridVectors<Real>> work_;
  Field<Real, 3> change_;
};

}  // namespace tarn::apps::heat
