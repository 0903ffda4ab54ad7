#include "tarn/ops/formula/evaluate.hpp"

#include <array>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/core/grid/for_each_cell.hpp"

namespace tarn::ops {

namespace {

/// Cell numbers in the whole domain, for kernels.
struct CellNumbers {
  explicit CellNumbers(const Grid& grid) {
    for (int axis = 0; axis < 3; ++axis) {
      cells[axis] = grid.domain().cells[axis];
      first[axis] = grid.offset(axis) - grid.ghosts(axis);
    }
  }

  /// Place in the domain of local index n, wrapped around.
  KOKKOS_FUNCTION std::uint64_t place(int axis, int n) const {
    const int wrapped = (n + first[axis]) % cells[axis];
    return static_cast<std::uint64_t>(wrapped < 0 ? wrapped + cells[axis] : wrapped);
  }

  KOKKOS_FUNCTION std::uint64_t operator()(int k, int j, int i) const {
    return place(0, i) + cells[0] * (place(1, j) + cells[1] * place(2, k));
  }

  Kokkos::Array<int, 3> cells{};
  Kokkos::Array<int, 3> first{};  ///< place in the domain of local index 0
};

void require_inside(const Grid& grid, const CellRange& range) {
  for (int axis = 0; axis < 3; ++axis) {
    require(range.empty() || (range.begin[axis] >= 0 && range.end[axis] <= grid.extent(axis)),
            "set_from_formula: the range leaves the field");
  }
}

}  // namespace

template <class Real>
void set_from_formula(const Space& space, const Formula& formula, const Grid& grid, const CellRange& range,
                      const Field<Real, 3>& field, double t, std::uint64_t seed, std::uint64_t stream) {
  grid.require_extents("set_from_formula", field.extent(0), field.extent(1), field.extent(2));
  require_inside(grid, range);
  const FormulaKernel value = formula.kernel({"x", "y", "z", "t"});
  const CellCenters centers(grid);
  const CellNumbers numbers(grid);
  for_each_cell(
      "tarn::ops::set_from_formula", space, range, KOKKOS_LAMBDA(int k, int j, int i) {
        constexpr auto not_a_number = static_cast<Real>(portable::not_a_number);
        const double variables[] = {centers(0, i), centers(1, j), centers(2, k), t};
        const double result = value(variables, RandomCell{seed, stream, numbers(k, j, i)});
        // Processors differ in the bits of a NaN that they convert.
        field(k, j, i) = result == result ? static_cast<Real>(result) : not_a_number;
      });
}

template void set_from_formula<float>(const Space&, const Formula&, const Grid&, const CellRange&,
                                      const Field<float, 3>&, double, std::uint64_t, std::uint64_t);
template void set_from_formula<double>(const Space&, const Formula&, const Grid&, const CellRange&,
                                       const Field<double, 3>&, double, std::uint64_t, std::uint64_t);

}  // namespace tarn::ops
