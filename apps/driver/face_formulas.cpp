#include "tarn/apps/driver/face_formulas.hpp"

#include <algorithm>

namespace tarn::apps {

template <class Real>
void set_face_values(const Space& space, const ops::Formula& formula, const Grid& grid, int axis, int side, double t,
                     const Field<Real, 2>& values) {
  const auto kernel = formula.kernel({"x", "y", "z", "t"});
  const CellCenters centers(grid);
  const int slow = axis == 2 ? 1 : 2, fast = axis == 0 ? 1 : 0;
  const double on_axis = side == 0 ? grid.domain().lower[axis] : grid.domain().upper[axis];
  const auto columns = static_cast<std::int64_t>(values.extent(1));
  const auto count = static_cast<std::int64_t>(values.size());
  Kokkos::parallel_for(
      "tarn::apps::set_face_values", Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(space, 0, count),
      KOKKOS_LAMBDA(const std::int64_t n) {
        const auto a = static_cast<int>(n / columns), b = static_cast<int>(n % columns);
        double variables[4] = {0, 0, 0, t};
        variables[axis] = on_axis;
        variables[slow] = centers.wrapped(slow, a);
        variables[fast] = centers.wrapped(fast, b);
        values(a, b) = static_cast<Real>(kernel(variables, ops::RandomCell{}));
      });
}

template <class Real>
void FaceFormulas<Real>::add(const GhostCells<Real>& ghosts, int axis, int side, const ops::Formula& formula, int field,
                             int part) {
  const Patch& patch = ghosts.patch();
  if (!patch.at_boundary(axis, side)) return;
  set_face_values<Real>(patch.space(), formula, patch.grid(), axis, side, 0, ghosts.given(axis, side, field, part));
  if (formula.uses("t")) moving_.push_back({axis, side, field, part, formula});
}

template <class Real>
void FaceFormulas<Real>::set(const GhostCells<Real>& ghosts, double time) {
  if (time == set_for_) return;
  set_for_ = time;
  const Patch& patch = ghosts.patch();
  for (const Face& face : moving_) {
    set_face_values<Real>(patch.space(), face.formula, patch.grid(), face.axis, face.side, time,
                          ghosts.given(face.axis, face.side, face.field, face.part));
  }
}

template <class Real>
bool FaceFormulas<Real>::move_x() const {
  return std::any_of(moving_.begin(), moving_.end(), [](const Face& face) { return face.axis == 0; });
}

template class FaceFormulas<float>;
template class FaceFormulas<double>;

template void set_face_values<float>(const Space&, const ops::Formula&, const Grid&, int, int, double,
                                     const Field<float, 2>&);
template void set_face_values<double>(const Space&, const ops::Formula&, const Grid&, int, int, double,
                                      const Field<double, 2>&);

}  // namespace tarn::apps
