#include "tarn/ops/diffusion/face_diffusivity.hpp"

#include "tarn/core/grid/for_each_cell.hpp"

namespace tarn::ops {

template <class Real>
void set_harmonic_means(const Space& space, const Grid& grid, int axis, const Field<Real, 3>& in_cells,
                        const Field<Real, 3>& on_face) {
  CellRange range = grid.interior();
  ++range.end[axis];
  const int dk = axis == 2, dj = axis == 1, di = axis == 0;
  for_each_cell(
      "tarn::ops::set_harmonic_means", space, range, KOKKOS_LAMBDA(Index k, Index j, Index i) {
        const Real lower = in_cells(k - dk, j - dj, i - di), upper = in_cells(k, j, i);
        const Real sum = lower + upper;
        const Real least = lower < upper ? lower : upper, most = lower < upper ? upper : lower;
        on_face(k, j, i) = sum > 0 ? 2 * least / sum * most : Real(0);  // no product of both: it could overflow
      });
}

template <class Real>
void set_on_boundary(const Space& space, const Grid& grid, int axis, int side, const Field<Real, 2>& values,
                     const Field<Real, 3>& on_face) {
  CellRange range = grid.interior();
  const int place = side == 0 ? range.begin[axis] : range.end[axis];
  range.begin[axis] = place;
  range.end[axis] = place + 1;
  for_each_cell(
      "tarn::ops::set_on_boundary", space, range, KOKKOS_LAMBDA(Index k, Index j, Index i) {
        on_face(k, j, i) = axis == 0 ? values(k, j) : axis == 1 ? values(k, i) : values(j, i);
      });
}

#define TARN_FACE_DIFFUSIVITY(Real)                                                               \
  template void set_harmonic_means<Real>(const Space&, const Grid&, int, const Field<Real, 3>&,   \
                                         const Field<Real, 3>&);                                  \
  template void set_on_boundary<Real>(const Space&, const Grid&, int, int, const Field<Real, 2>&, \
                                      const Field<Real, 3>&);
TARN_FACE_DIFFUSIVITY(float)
TARN_FACE_DIFFUSIVITY(double)
#undef TARN_FACE_DIFFUSIVITY

}  // namespace tarn::ops
