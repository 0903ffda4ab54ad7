#include "tarn/apps/euler/positivity.hpp"
#include "tarn/apps/euler/riemann.hpp"
#include "tarn/apps/euler/rows.hpp"
#include "tarn/core/pragmas.hpp"

namespace tarn::apps::euler {

namespace {

template <class Solver, int Axis, class Real, int Dim>
UnsoundSides solve_row(const Gas<Real>& gas, const FaceRow<Real, Dim>& row, Index count) {
  using Count = std::conditional_t<sizeof(Real) == 8, std::int64_t, std::int32_t>;  // as wide, for vectors
  const FaceRow<Real, Dim> r = row;
  const Gas<Real> g = gas;
  Count lefts = 0, rights = 0;
  TARN_INDEPENDENT_ITERATIONS
  for (Index i = 0; i < count; ++i) {
    const auto left = primitive_at<Real, Dim>(r.left, i), right = primitive_at<Real, Dim>(r.right, i);
    const bool left_sound = is_sound(left), right_sound = is_sound(right);
    lefts += left_sound ? 0 : 1;
    rights += right_sound ? 0 : 1;
    put<Real, Dim>(r.flux, i,
                   Solver::template flux<Axis>(g, pick(left_sound, left, primitive_at<Real, Dim>(r.below, i)),
                                               pick(right_sound, right, primitive_at<Real, Dim>(r.above, i))));
  }
  return {lefts, rights};
}

template <class Solver, class Real, int Dim>
Kokkos::Array<SolveRow<Real, Dim>, Dim> rows_of() {
  if constexpr (Dim == 1) {
    return {solve_row<Solver, 0, Real, Dim>};
  } else if constexpr (Dim == 2) {
    return {solve_row<Solver, 0, Real, Dim>, solve_row<Solver, 1, Real, Dim>};
  } else {
    return {solve_row<Solver, 0, Real, Dim>, solve_row<Solver, 1, Real, Dim>, solve_row<Solver, 2, Real, Dim>};
  }
}

}  // namespace

template <class Real, int Dim>
Kokkos::Array<SolveRow<Real, Dim>, Dim> solve_rows(Riemann solver) {
  switch (solver) {
    case Riemann::llf:
      return rows_of<Llf, Real, Dim>();
    case Riemann::hll:
      return rows_of<Hll, Real, Dim>();
    default:
      return rows_of<Hllc, Real, Dim>();
  }
}

template Kokkos::Array<SolveRow<float, 1>, 1> solve_rows<float, 1>(Riemann);
template Kokkos::Array<SolveRow<float, 2>, 2> solve_rows<float, 2>(Riemann);
template Kokkos::Array<SolveRow<float, 3>, 3> solve_rows<float, 3>(Riemann);
template Kokkos::Array<SolveRow<double, 1>, 1> solve_rows<double, 1>(Riemann);
template Kokkos::Array<SolveRow<double, 2>, 2> solve_rows<double, 2>(Riemann);
template Kokkos::Array<SolveRow<double, 3>, 3> solve_rows<double, 3>(Riemann);

}  // namespace tarn::apps::euler
