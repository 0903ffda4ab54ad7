#include "tarn/ops/formula/evaluate.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/core/grid/for_each_cell.hpp"
#include "tarn/ops/formula/block.hpp"

namespace tarn::ops {

namespace {

/// Processors differ in the bits of a NaN that they convert.
template <class Real>
KOKKOS_FORCEINLINE_FUNCTION Real rounded(double value) {
  constexpr auto not_a_number = static_cast<Real>(portable::not_a_number);
  return value == value ? static_cast<Real>(value) : not_a_number;
}

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

  /// Cells along x from local index n on that have consecutive numbers.
  int until_the_end(int n) const { return cells[0] - static_cast<int>(place(0, n)); }

  KOKKOS_FUNCTION std::uint64_t operator()(int k, int j, int i) const {
    return place(0, i) + cells[0] * (place(1, j) + cells[1] * place(2, k));
  }

  Kokkos::Array<int, 3> cells{};
  Kokkos::Array<int, 3> first{};  ///< place in the domain of local index 0
};

/// Consecutive cells of a range: part of a row.
struct CellsOfRow {
  CellsOfRow(const CellRange& range, std::int64_t first, std::int64_t most) {
    const std::int64_t row = first / range.extent(0), within = first % range.extent(0);
    i = range.begin[0] + static_cast<int>(within);
    j = range.begin[1] + static_cast<int>(row % range.extent(1));
    k = range.begin[2] + static_cast<int>(row / range.extent(1));
    count = static_cast<int>(std::min<std::int64_t>(most, range.end[0] - i));
  }
  int k, j, i;
  int count;
};

/// On a host: cells in blocks, each instruction for a whole block. Short rows share one.
template <class Real>
struct SetBlocks {
  static constexpr int slots = 4;
  static constexpr std::int64_t chunk = 64 * detail::block_elements;  ///< cells that one thread takes at a time

  FormulaKernel value;
  bool random;
  CellCenters centers;
  CellNumbers numbers;
  CellRange range;
  Field<Real, 3> field;
  double t;
  std::uint64_t seed, stream;

  std::int64_t chunks() const { return (range.size() + chunk - 1) / chunk; }

  void operator()(const std::int64_t n) const {
    detail::BlockProgram program(value, slots);
    const std::int64_t end = std::min(range.size(), (n + 1) * chunk);
    for (std::int64_t first = n * chunk; first < end;)
      first += set(program, first, static_cast<int>(std::min<std::int64_t>(detail::block_elements, end - first)));
  }

 private:
  /// Sets cells from number `first` of the range on.
  /// @return how many
  int set(detail::BlockProgram& program, std::int64_t first, int most) const {
    alignas(64) double buffers[slots][detail::block_elements];
    const int count = place(first, most, buffers);
    const double* const variables[slots] = {buffers[0], buffers[1], buffers[2], buffers[3]};
    const CellsOfRow begin(range, first, 1);
    const double* const values =
        program.run(variables, count, RandomCell{seed, stream, numbers(begin.k, begin.j, begin.i)});
    for (int done = 0; done < count;) {
      const CellsOfRow cells(range, first + done, count - done);
      Real* const out = &field(cells.k, cells.j, cells.i);
      for (int m = 0; m < cells.count; ++m)
        out[m] = rounded<Real>(values[done + m]);
      done += cells.count;
    }
    return count;
  }

  /// The coordinates and the time of the cells from number `first` on, at most `most`; with random numbers only as many
  /// as have consecutive ones.
  int place(std::int64_t first, int most, double (*variables)[detail::block_elements]) const {
    int count = 0;
    while (count < most) {
      CellsOfRow cells(range, first + count, most - count);
      if (random) cells.count = std::min(cells.count, numbers.until_the_end(cells.i));
      for (int m = 0; m < cells.count; ++m)
        variables[0][count + m] = centers(0, cells.i + m);
      std::fill_n(variables[1] + count, cells.count, centers(1, cells.j));
      std::fill_n(variables[2] + count, cells.count, centers(2, cells.k));
      std::fill_n(variables[3] + count, cells.count, t);
      count += cells.count;
      if (random) break;
    }
    return count;
  }
};

/// On a GPU: a thread takes a cell.
template <class Real>
void set_cells(const Space& space, const SetBlocks<Real>& set) {
  for_each_cell(
      "tarn::ops::set_from_formula", space, set.range, KOKKOS_LAMBDA(int k, int j, int i) {
        const double variables[] = {set.centers(0, i), set.centers(1, j), set.centers(2, k), set.t};
        set.field(k, j, i) =
            rounded<Real>(set.value(variables, RandomCell{set.seed, set.stream, set.numbers(k, j, i)}));
      });
}

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
  const SetBlocks<Real> set{formula.kernel({"x", "y", "z", "t"}),
                            formula.uses_random(),
                            CellCenters(grid),
                            CellNumbers(grid),
                            range,
                            field,
                            t,
                            seed,
                            stream};
  if (range.empty()) return;
  if constexpr (tarn::detail::space_is_gpu) {
    set_cells(space, set);
  } else {
    Kokkos::parallel_for("tarn::ops::set_from_formula",
                         Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(space, 0, set.chunks()), set);
  }
}

template void set_from_formula<float>(const Space&, const Formula&, const Grid&, const CellRange&,
                                      const Field<float, 3>&, double, std::uint64_t, std::uint64_t);
template void set_from_formula<double>(const Space&, const Formula&, const Grid&, const CellRange&,
                                       const Field<double, 3>&, double, std::uint64_t, std::uint64_t);

}  // namespace tarn::ops
