#pragma once

#include <array>
#include <memory>
#include <vector>

#include "tarn/ops/diffusion/diffusion_operator.hpp"

namespace tarn::ops {

namespace detail {
template <class Real>
struct MultigridLevel;
}

/// One V-cycle of geometric multigrid for a DiffusionOperator, from 0: a symmetric positive definite preconditioner
/// whose work is that of a few applications of the operator, whatever the number of cells. A. Brandt, Math. Comp. 31
/// (1977) 333; U. Trottenberg, C. Oosterlee and A. Schüller, Multigrid (2001), chapters 2 and 5.
///
/// Coarse cells are 2 cells wide (the last of an odd number stays single) down to one cell for all, at first only along
/// axes with the strongest coupling kappa/dx^2 where others have less than a quarter of it; their conductances are
/// those of the faces that they are made of, for the longer distance. Red-black Gauss-Seidel relaxes once on the way
/// down and, in reverse order, once on the way up; corrections are constant in a coarse cell. The same bits for any
/// number of ranks: grids up to 32,768 cells are worked on by every rank, larger ones in blocks.
template <class Real>
class DiffusionMultigrid {
 public:
  /// Makes the coarse grids. Collective.
  /// @param a  must outlive this object; its shift and scale are read at every apply()
  explicit DiffusionMultigrid(const DiffusionOperator<Real>& a);
  ~DiffusionMultigrid();

  /// z is about A^-1 r. Collective. Overwrites the ghosts of z.
  /// @param space  the patch's instance, which the work is enqueued on; fenced where ranks exchange
  /// @throws Error if z shares memory with r
  void apply(const Space& space, const Field<Real, 3>& r, const Field<Real, 3>& z);

  /// Cells of each grid, the finest first.
  std::vector<std::int64_t> sizes() const;

  /// Cells of the coarse grids together for each cell of a domain. @param kappa  along each axis
  static double coarse_cells(const Domain& domain, const std::array<double, 3>& kappa);

 private:
  void cycle(const Space& space, std::size_t level, const Field<Real, 3>& b, const Field<Real, 3>& x);

  const DiffusionOperator<Real>* a_;
  std::vector<std::unique_ptr<detail::MultigridLevel<Real>>> levels_;
};

}  // namespace tarn::ops
