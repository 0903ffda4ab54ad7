#include "tarn/apps/heat/implicit.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/core/error.hpp"
#include "tarn/core/grid/set_cells.hpp"
#include "tarn/ops/reduce/statistics.hpp"

namespace tarn::apps::heat {

namespace {

template <class Real>
ops::FaceDiffusivity<Real> face_diffusivity(const Diffusivity<Real>& kappa) {
  return {kappa.constant, kappa.variable, kappa.on_face};
}

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
ImplicitStep<Real>::ImplicitStep(const SimulationContext& context, const FaceConditions& faces,
                                 const Diffusivity<Real>& kappa, const ImplicitOptions& options)
    : context_(context),
      options_(options),
      vectors_(context.patch),
      operator_(context.patch, faces, face_diffusivity(kappa)),
      change_(context.grid.make_field<Real>("heat::change")) {
  if (options.multigrid) multigrid_.emplace(operator_);
}

template <class Real>
ops::KrylovResult ImplicitStep<Real>::solve(const Space& space, const Field<Real, 3>& right_side,
                                            const ops::KrylovOptions& options) {
  if (multigrid_) return ops::cg(space, vectors_, operator_, *multigrid_, change_, right_side, options, work_);
  return ops::cg(space, vectors_, operator_, ops::DiffusionJacobi<Real>(operator_), change_, right_side, options,
                 work_);
}

template <class Real>
void ImplicitStep<Real>::advance(const Space& space, double time, double dt, const Field<Real, 3>& right_side,
                                 const Field<Real, 3>& u) {
  operator_.set(1, options_.theta * dt);
  const auto& cells = vectors_.cells();
  // What is below the rounding of u cannot be added to it.
  const double rounding = 0.25 * std::numeric_limits<Real>::epsilon();
  const double absolute = rounding * std::sqrt(ops::detail::dot<Real>(space, cells, u, u));
  try {
    const auto timer = context_.regions.time("solve", 0);
    // No eigenvalue of the operator is below 1, so the change is no further from the solution than |residual|.
    solve(space, right_side,
          {.absolute = std::isfinite(absolute) ? absolute : 0,
           .max_iterations = options_.max_iterations,
           .of_solution = options_.tolerance,
           .zero_start = true});
  } catch (const NotConverged& error) {
    if (ops::first_not_finite<Real>(space, context_.runtime.communicator(), context_.grid, right_side)) {
      ops::detail::combine<Real>(space, cells, 1, right_side, 1, u);
      return;
    }
    throw NotConverged(fmt::format("heat.integrator implicit, step from time {:g} to {:g}: {}; raise "
                                   "heat.max_iterations or heat.tolerance, or shorten time.dt",
                                   time, time + dt, error.what()),
                       error.iterations(), error.residual());
  }
  set_cells("tarn::heat::add_change", space, cells.range, u, AddChange<Real>{u, change_, work_.get(vectors_, 0)});
}

template class ImplicitStep<float>;
template class ImplicitStep<double>;

}  // namespace tarn::apps::heat
