#include "tarn/ops/diffusion/multigrid.hpp"

#include "tarn/core/grid/set_cells.hpp"
#include "tarn/ops/diffusion/multigrid_kernels.hpp"
#include "tarn/ops/diffusion/multigrid_level.hpp"
#include "tarn/ops/linalg/vectors.hpp"

namespace tarn::ops {

namespace {

using detail::MultigridLevel;

/// The parity of local indices k + j + i of the cells whose places in the domain have an even (0) or odd (1) sum.
template <class Real>
int parity(const MultigridLevel<Real>& level, int colour) {
  const auto origin = level.at.origin();
  return (colour + origin[0] + origin[1] + origin[2]) & 1;
}

template <class Real, class Stencil>
void relax(const Space& space, MultigridLevel<Real>& level, const Stencil& stencil, const Field<Real, 3>& b,
           const Field<Real, 3>& x, int colour) {
  level.ghosts.fill(x);
  for_each_cell("tarn::ops::relax", space, level.at.grid().interior(),
                detail::RelaxColour<Stencil, Real>{stencil, b, x, parity(level, colour)});
}

template <class Real, class Stencil>
void relax_from_zero(const Space& space, MultigridLevel<Real>& level, const Stencil& stencil, const Field<Real, 3>& b,
                     const Field<Real, 3>& x) {
  set_cells("tarn::ops::relax_from_zero", space, level.at.grid().interior(), x,
            detail::RelaxFromZero<Stencil, Real>{stencil, b, parity(level, 0)});
  relax(space, level, stencil, b, x, 1);
}

/// The residual, summed up over the cells of each coarse cell.
template <class Real, class Stencil>
void restrict_residual(const Space& space, MultigridLevel<Real>& level, const Stencil& stencil, const Field<Real, 3>& b,
                       const Field<Real, 3>& x, const MultigridLevel<Real>& coarse) {
  level.ghosts.fill(x);
  set_cells("tarn::ops::stencil_residual", space, level.at.grid().interior(), level.residual,
            detail::StencilResidual<Stencil, Real>{stencil, b, x});
  // A coarse cell may reach into the next rank's block by one cell.
  if (level.at.patch.ranks().size() > 1) level.ghosts.fill(level.residual);
  const auto& domain = level.at.grid().domain();
  CellRange box;
  for (int axis = 0; axis < 3; ++axis) {
    box.begin[axis] = level.part.origin[axis];
    box.end[axis] = box.begin[axis] + static_cast<int>(level.part.values.extent(static_cast<std::size_t>(2 - axis)));
  }
  for_each_cell("tarn::ops::sum_children", space, box,
                detail::SumChildren<Real>{{level.residual, level.at.origin()},
                                          level.part,
                                          {level.paired, {domain.cells[0], domain.cells[1], domain.cells[2]}}});
  level.down->run(space, level.part, {coarse.right_side, coarse.at.origin()});
}

template <class Real>
void add_correction(const Space& space, MultigridLevel<Real>& level, const MultigridLevel<Real>& coarse,
                    const Field<Real, 3>& x) {
  level.up->run(space, {coarse.correction, coarse.at.origin()}, level.cover);
  for_each_cell("tarn::ops::add_parent", space, level.at.block(),
                detail::AddParent<Real>{{x, level.at.origin()}, level.cover, level.paired});
}

}  // namespace

template <class Real>
DiffusionMultigrid<Real>::DiffusionMultigrid(const DiffusionOperator<Real>& a) : a_(&a) {
  levels_.push_back(std::make_unique<MultigridLevel<Real>>(a));
  while (!levels_.back()->is_one_cell())
    levels_.push_back(std::make_unique<MultigridLevel<Real>>(*levels_.back(), a.faces()));
}

template <class Real>
DiffusionMultigrid<Real>::~DiffusionMultigrid() = default;

template <class Real>
std::vector<std::int64_t> DiffusionMultigrid<Real>::sizes() const {
  std::vector<std::int64_t> cells;
  for (const auto& level : levels_)
    cells.push_back(level->at.grid().domain().size());
  return cells;
}

template <class Real>
double DiffusionMultigrid<Real>::coarse_cells(const Domain& domain, const std::array<double, 3>& kappa) {
  Domain coarse = domain;
  std::array<double, 3> coupling{};
  for (int axis = 0; axis < domain.dimensions; ++axis)
    coupling[axis] = kappa[axis] / (domain.spacing(axis) * domain.spacing(axis));
  double sum = 0;
  while (coarse.size() > 1) {
    const auto paired = detail::pairs_for(coarse.cells, coupling);
    for (int axis = 0; axis < 3; ++axis) {
      coarse.cells[axis] = (coarse.cells[axis] + paired[axis]) >> paired[axis];
      if (paired[axis] == 1) coupling[axis] /= 4;
    }
    sum += static_cast<double>(coarse.size());
  }
  return sum / static_cast<double>(domain.size());
}

template <class Real>
void DiffusionMultigrid<Real>::apply(const Space& space, const Field<Real, 3>& r, const Field<Real, 3>& z) {
  detail::require_apart<Real>("multigrid", r, z);
  cycle(space, 0, r, z);
}

template <class Real>
void DiffusionMultigrid<Real>::cycle(const Space& space, std::size_t n, const Field<Real, 3>& b,
                                     const Field<Real, 3>& x) {
  auto& level = *levels_[n];
  const bool coarsest = n + 1 == levels_.size();
  level.with(a_->shift(), a_->scale(), [&](const auto& stencil) {
    relax_from_zero<Real>(space, level, stencil, b, x);
    if (!coarsest) restrict_residual<Real>(space, level, stencil, b, x, *levels_[n + 1]);
  });
  if (coarsest) return;
  auto& coarse = *levels_[n + 1];
  cycle(space, n + 1, coarse.right_side, coarse.correction);
  add_correction<Real>(space, level, coarse, x);
  level.with(a_->shift(), a_->scale(), [&](const auto& stencil) {
    relax<Real>(space, level, stencil, b, x, 1);
    relax<Real>(space, level, stencil, b, x, 0);
  });
}

template class DiffusionMultigrid<float>;
template class DiffusionMultigrid<double>;

}  // namespace tarn::ops
