// Looks for the cells of a running simulation in which expressions are least and greatest.
#include <algorithm>
#include <array>

#include "tarn/apps/pde/evaluator.hpp"
#include "tarn/apps/pde/extremes.hpp"
#include "tarn/core/memory/transfer.hpp"

namespace tarn::apps::pde {

namespace {

/// On a GPU: the cells in which one result of a program is least and greatest; of cells that are alike the first.
template <class Real>
struct FindExtremes {
  struct Best {
    Real least = 0, greatest = 0;
    std::int64_t least_at = -1, greatest_at = -1;  ///< numbers of cells in the box; -1: none
  };
  using value_type = Best;

  CellProgram<Real> program;
  Kokkos::View<const int*, Space> load_arrays;
  Kokkos::View<const std::int64_t*, Space> load_offsets;
  ReadArrays<Real> arrays;
  CellRange box;
  std::int64_t row, plane;
  int result;

  KOKKOS_FUNCTION void operator()(const std::int64_t n, Best& best) const {
    const std::int64_t columns = box.extent(0), rows = box.extent(1);
    const std::int64_t i = box.begin[0] + n % columns, j = box.begin[1] + n / columns % rows,
                       k = box.begin[2] + n / (columns * rows);
    const std::int64_t here = k * plane + j * row + i;
    const auto load = [&](int m) { return arrays.first[load_arrays(m)][here + load_offsets(m)]; };
    Real registers[most_registers];
    program.run(load, registers);
    const Real value = program.value(program.results(result), load, registers);
    if (value == value) join(best, {value, value, n, n});
  }
  KOKKOS_FUNCTION void init(Best& best) const { best = Best{}; }
  KOKKOS_FUNCTION void join(Best& best, const Best& other) const {
    if (other.least_at >= 0 && (best.least_at < 0 || other.least < best.least ||
                                (other.least == best.least && other.least_at < best.least_at))) {
      best.least = other.least;
      best.least_at = other.least_at;
    }
    if (other.greatest_at >= 0 && (best.greatest_at < 0 || other.greatest > best.greatest ||
                                   (other.greatest == best.greatest && other.greatest_at < best.greatest_at))) {
      best.greatest = other.greatest;
      best.greatest_at = other.greatest_at;
    }
  }
};

/// The number in the domain of a cell of this rank's block, ghosts not counted.
std::int64_t number_of(const Grid& grid, int k, int j, int i) {
  const auto& cells = grid.domain().cells;
  return (std::int64_t{k + grid.offset(2)} * cells[1] + j + grid.offset(1)) * cells[0] + i + grid.offset(0);
}

/// On a GPU: values of all results in single cells.
template <class Real>
class CellLook {
 public:
  CellLook(const Patch& patch, Compiled<Real>& compiled, const ReadArrays<Real>& arrays)
      : patch_(patch),
        compiled_(compiled),
        arrays_(arrays),
        cell_("tarn::pde::looked_at", compiled.program().results.size(), 1, 1, 1),
        host_(Kokkos::create_mirror_view(cell_)) {
    for (std::size_t n = 0; n < cell_.extent(0); ++n)
      values_.push_back(&host_(n, 0, 0, 0));
  }

  /// The cell (k, j, i), ghosts not counted.
  void look(int k, int j, int i, Extremes& extremes) {
    const Grid& grid = patch_.grid();
    compiled_.store_row(patch_.space(), k + grid.ghosts(2), j + grid.ghosts(1), i + grid.ghosts(0), arrays_, cell_);
    download(patch_.space(), host_, cell_, "tarn::pde::looked_at");
    extremes.look(number_of(grid, k, j, i), 1, values_);
  }

 private:
  const Patch& patch_;
  Compiled<Real>& compiled_;
  const ReadArrays<Real>& arrays_;
  Fields<Real> cell_;
  typename Fields<Real>::HostMirror host_;
  std::vector<const Real*> values_;
};

/// On a host: looks at all cells, block by block.
template <class Real>
class BlockLook {
 public:
  BlockLook(const Grid& grid, const Compiled<Real>& compiled, const ReadArrays<Real>& arrays)
      : grid_(grid),
        compiled_(compiled),
        arrays_(arrays),
        runner_(compiled.on_host().program(), compiled.on_host().plan(), compiled.numbers()),
        loads_(compiled.program().loads.size()),
        values_(compiled.program().results.size()),
        same_(values_.size() * block_cells) {}

  /// The row (k, j), ghosts not counted.
  void look(int k, int j, Extremes& extremes) {
    const auto [row, plane, field] = compiled_.layout();
    const std::int64_t first = (k + grid_.ghosts(2)) * plane + (j + grid_.ghosts(1)) * row + grid_.ghosts(0);
    for (int i = 0; i < grid_.cells(0); i += block_cells) {
      const int count = std::min(block_cells, grid_.cells(0) - i);
      for (std::size_t n = 0; n < loads_.size(); ++n) {
        const Load& load = compiled_.program().loads[n];
        loads_[n] = arrays_.first[static_cast<std::size_t>(load.array)] + first + i + compiled_.layout().offset(load);
      }
      runner_.run(loads_.data(), count);
      for (std::size_t n = 0; n < values_.size(); ++n)
        values_[n] = values_of(n, count);
      extremes.look(number_of(grid_, k, j, i), count, values_);
    }
  }

 private:
  /// A result in each cell of the block.
  const Real* values_of(std::size_t n, int count) {
    const BlockOperand<Real> result = runner_.result(n);
    if (!result.is_number()) return result.values;
    Real* const same = &same_[n * block_cells];
    copy(result, same, count);
    return same;
  }

  const Grid& grid_;
  const Compiled<Real>& compiled_;
  const ReadArrays<Real>& arrays_;
  BlockRunner<Real> runner_;
  std::vector<const Real*> loads_, values_;
  std::vector<Real> same_;  ///< of results that are numbers
};

/// On a GPU: finds the cells of all results, or where the program cannot be compiled of each in a pass of its own, then
/// looks at those.
template <class Real>
void look_on_device(const Patch& patch, Compiled<Real>& compiled, const ReadArrays<Real>& arrays, Extremes& extremes) {
  const Grid& grid = patch.grid();
  const CellRange box = grid.interior();
  CellLook<Real> one(patch, compiled, arrays);
  if (const auto elements = compiled.find_extremes(patch.space(), box, arrays)) {
    const auto [row, plane, field] = compiled.layout();
    for (const std::int64_t at : *elements) {
      if (at < 0) continue;
      one.look(static_cast<int>(at / plane) - grid.ghosts(2), static_cast<int>(at % plane / row) - grid.ghosts(1),
               static_cast<int>(at % row) - grid.ghosts(0), extremes);
    }
    return;
  }
  const std::int64_t columns = box.extent(0), rows = box.extent(1);
  for (std::size_t n = 0; n < compiled.program().results.size(); ++n) {
    typename FindExtremes<Real>::Best best;
    Kokkos::parallel_reduce(
        "tarn::pde::find_extremes",
        Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(patch.space(), 0, box.size()),
        FindExtremes<Real>{compiled.on_device(), compiled.load_arrays(), compiled.load_offsets(), arrays, box,
                           compiled.layout().row, compiled.layout().plane, static_cast<int>(n)},
        best);
    const std::array<std::int64_t, 2> found{best.least_at, best.greatest_at};
    for (const std::int64_t at : found) {
      if (at < 0) continue;
      one.look(static_cast<int>(at / (columns * rows)), static_cast<int>(at / columns % rows),
               static_cast<int>(at % columns), extremes);
    }
  }
}

}  // namespace

template <class Real>
std::vector<std::vector<double>> Evaluator<Real>::extreme_cells(std::size_t set, const Fields<Real>& now) {
  const Grid& grid = context_.grid;
  Compiled<Real>& compiled = *sets_[set].program;
  compiled.set_numbers(system_, domain_);
  Extremes extremes(compiled.program().results.size());
  const ReadArrays<Real> read = arrays(now);
  if constexpr (tarn::detail::space_is_gpu) {
    look_on_device(context_.patch, compiled, read, extremes);
  } else {
    BlockLook<Real> rows(grid, compiled, read);
    for (int k = 0; k < grid.cells(2); ++k) {
      for (int j = 0; j < grid.cells(1); ++j)
        rows.look(k, j, extremes);
    }
  }
  return extremes.of_all(context_.patch.ranks());
}

template std::vector<std::vector<double>> Evaluator<float>::extreme_cells(std::size_t, const Fields<float>&);
template std::vector<std::vector<double>> Evaluator<double>::extreme_cells(std::size_t, const Fields<double>&);

}  // namespace tarn::apps::pde
