#include "tarn/apps/driver/face_values.hpp"

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
        variables[slow] = centers(slow, a);
        variables[fast] = centers(fast, b);
        values(a, b) = static_cast<Real>(kernel(variables, ops::RandomCell{}));
      });
}

template void set_face_values<float>(const Space&, const ops::Formula&, const Grid&, int, int, double,
                                     const Field<float, 2>&);
template void set_face_values<double>(const Space&, const ops::Formula&, const Grid&, int, int, double,
                                      const Field<double, 2>&);

}  // namespace tarn::apps
