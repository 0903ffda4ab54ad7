#include "tarn/ops/diffusion/implicit_step.hpp"

#include <cmath>
#include <limits>

#include "tarn/core/error.hpp"
#include "tarn/core/grid/set_cells.hpp"
#include "tarn/ops/reduce/statistics.hpp"

namespace tarn::ops {

namespace {

/// u + (change + residual): the small ones first.
template <class Real>
struct AddChange {
  Field<const Real, 3> u, change, residual;
  KOKKOS_FUNCTION Real operator()(Index k, Index j, Index i) const {
    return u(k, j, i) + (change(k, j, i) + residual(k, j, i));
  }
};

}  // namespace

template <class Real>
ImplicitDiffusionStep<Real>::ImplicitDiffusionStep(const Patch& patch, const FaceConditions& faces,
                                                   const FaceDiffusivity<Real>& kappa,
                                                   const ImplicitStepOptions& options)
    : patch_(patch),
      options_(options),
      vectors_(patch),
      operator_(patch, faces, kappa),
      change_(patch.grid().make_field<Real>("tarn::implicit_step::change")) {
  if (options.multigrid) multigrid_.emplace(operator_);
}

template <class Real>
KrylovResult ImplicitDiffusionStep<Real>::solve(const Field<Real, 3>& right_side, const KrylovOptions& options) {
  const Space& space = patch_.space();
  if (multigrid_) return cg(space, vectors_, operator_, *multigrid_, change_, right_side, options, work_);
  return cg(space, vectors_, operator_, DiffusionJacobi<Real>(operator_), change_, right_side, options, work_);
}

template <class Real>
void ImplicitDiffusionStep<Real>::add_spare_to(const Field<Real, 3>& right_side) const {
  detail::combine<Real>(patch_.space(), vectors_.cells(), 1, change_, 1, right_side);
}

template <class Real>
int ImplicitDiffusionStep<Real>::advance(double dt, const Field<Real, 3>& right_side, const Field<Real, 3>& u) {
  const Space& space = patch_.space();
  operator_.set(1, options_.theta * dt);
  const auto& cells = vectors_.cells();
  // What is below the rounding of u cannot be added to it.
  const double rounding = 0.25 * std::numeric_limits<Real>::epsilon();
  const double absolute = rounding * std::sqrt(detail::dot<Real>(space, cells, u, u));
  int iterations = 0;
  try {
    // No eigenvalue of the operator is below 1, so the change is no further from the solution than |residual|.
    const KrylovOptions options{.absolute = std::isfinite(absolute) ? absolute : 0,
                                .max_iterations = options_.max_iterations,
                                .of_solution = options_.tolerance,
                                .zero_start = true};
    iterations = solve(right_side, options).iterations;
  } catch (const NotConverged&) {
    if (!first_not_finite<Real>(space, patch_.ranks(), patch_.grid(), right_side)) throw;
    detail::combine<Real>(space, cells, 1, right_side, 1, u);
    return 0;
  }
  set_cells("tarn::implicit_step::add_change", space, cells.range, u,
            AddChange<Real>{u, change_, work_.get(vectors_, 0)});
  return iterations;
}

template <class Real>
double ImplicitDiffusionStep<Real>::arrays(const ImplicitStepOptions& options, const Domain& domain,
                                           const std::array<double, 3>& kappa) {
  constexpr int of_solver = 5;  // the step's change, and four of conjugate gradients
  if (!options.multigrid) return of_solver;
  // A residual on each grid but the last, and on the coarse ones faces, right-hand side, correction, and what goes up
  // and down.
  return of_solver + 1 + DiffusionMultigrid<Real>::coarse_cells(domain, kappa) * (domain.dimensions + 5);
}

template class ImplicitDiffusionStep<float>;
template class ImplicitDiffusionStep<double>;

}  // namespace tarn::ops
