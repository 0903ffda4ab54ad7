// Looks for the cells of a running simulation in which expressions are least and greatest.
#include <algorithm>
#include <array>

#include "tarn/apps/pde/evaluator.hpp"
#include "tarn/apps/pde/extremes.hpp"
#include "tarn/core/memory/pool.hpp"
#include "tarn/core/memory/transfer.hpp"

namespace tarn::apps::pde {

namespace {

/// On a GPU where the program is interpreted: the elements of the cells in which one result is least and greatest; of
/// cells that are alike the first.
template <class Real>
struct FindExtremes {
  struct Best {
    Real least = 0, greatest = 0;
    std::int64_t least_at = element_unknown, greatest_at = element_unknown;
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
    if (value == value) join(best, {value, value, here, here});
  }
  KOKKOS_FUNCTION void init(Best& best) const { best = Best{}; }
  KOKKOS_FUNCTION void join(Best& best, const Best& other) const {
    if (other.least_at == element_unknown) return;
    if (best.least_at == element_unknown) {
      best = other;
      return;
    }
    if (other.least < best.least || (other.least == best.least && other.least_at < best.least_at)) {
      best.least = other.least;
      best.least_at = other.least_at;
    }
    if (other.greatest > best.greatest || (other.greatest == best.greatest && other.greatest_at < best.greatest_at)) {
      best.greatest = other.greatest;
      best.greatest_at = other.greatest_at;
    }
  }
};

/// Before extremes are looked for: the keys of `places` values, and as many elements behind them.
struct KnowNothing {
  std::int64_t* found;
  int places;

  KOKKOS_FUNCTION void operator()(const int n) const {
    found[n] = n >= places ? element_unknown : n % 2 == 0 ? least_unknown : greatest_unknown;
  }
};

/// Row n of `there` becomes element n, or -1 where none was found, and all results in its cell.
template <class Real>
struct ComputeFound {
  CellProgram<Real> program;
  Kokkos::View<const int*, Space> load_arrays;
  Kokkos::View<const std::int64_t*, Space> load_offsets;
  ReadArrays<Real> arrays;
  const std::int64_t* elements;
  double* there;

  KOKKOS_FUNCTION void operator()(const int n) const {
    const auto count = static_cast<int>(program.results.extent(0));
    double* const row = there + n * (1 + count);
    const std::int64_t here = elements[n];
    row[0] = -1;
    if (here == element_unknown) return;
    row[0] = static_cast<double>(here);
    const auto load = [&](int m) { return arrays.first[load_arrays(m)][here + load_offsets(m)]; };
    Real registers[most_registers];
    program.run(load, registers);
    for (int m = 0; m < count; ++m)
      row[1 + m] = static_cast<double>(program.value(program.results(m), load, registers));
  }
};

/// The number in the domain of a cell of this rank's block, ghosts not counted.
std::int64_t number_of(const Grid& grid, int k, int j, int i) {
  const auto& cells = grid.domain().cells;
  return (std::int64_t{k + grid.offset(2)} * cells[1] + j + grid.offset(1)) * cells[0] + i + grid.offset(0);
}

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

/// Where the program is interpreted: finds the elements of each result in a pass of its own.
template <class Real>
void find_interpreted(const Space& space, const Compiled<Real>& compiled, const CellRange& box,
                      const ReadArrays<Real>& arrays, std::int64_t* elements) {
  std::vector<std::int64_t> found;
  for (std::size_t n = 0; n < compiled.program().results.size(); ++n) {
    typename FindExtremes<Real>::Best best;
    Kokkos::parallel_reduce(
        "tarn::pde::find_extremes", Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(space, 0, box.size()),
        FindExtremes<Real>{compiled.on_device(), compiled.load_arrays(), compiled.load_offsets(), arrays, box,
                           compiled.layout().row, compiled.layout().plane, static_cast<int>(n)},
        best);
    found.push_back(best.least_at);
    found.push_back(best.greatest_at);
  }
  upload(space, Field<std::int64_t, 1>(elements, found.size()), HostField<std::int64_t, 1>(found.data(), found.size()),
         "tarn::pde::extremes");
}

/// On a GPU: finds the cells and computes all results in them without a wait between, for steps wait for the look.
template <class Real>
void look_on_device(const Patch& patch, const Compiled<Real>& compiled, const ReadArrays<Real>& arrays,
                    Extremes& extremes) {
  const Grid& grid = patch.grid();
  const Space& space = patch.space();
  const std::size_t results = compiled.program().results.size(), places = 2 * results, row_length = 1 + results;
  const Scratch found(memory().device(), 2 * places * sizeof(std::int64_t), stream_of(space));
  const Scratch there(memory().device(), places * row_length * sizeof(double), stream_of(space));
  auto* const keys = found.as<std::int64_t>();
  std::int64_t* const elements = keys + places;
  const auto each = [&](std::size_t count) {
    return Kokkos::RangePolicy<Space, Kokkos::IndexType<int>>(space, 0, static_cast<int>(count));
  };
  Kokkos::parallel_for("tarn::pde::extremes", each(2 * places), KnowNothing{keys, static_cast<int>(places)});
  if (!compiled.find_extremes(space, grid.interior(), arrays, keys))
    find_interpreted(space, compiled, grid.interior(), arrays, elements);
  Kokkos::parallel_for("tarn::pde::extremes", each(places),
                       ComputeFound<Real>{compiled.on_device(), compiled.load_arrays(), compiled.load_offsets(), arrays,
                                          elements, there.as<double>()});
  std::vector<double> rows(places * row_length);
  download(space, HostField<double, 1>(rows.data(), rows.size()), Field<double, 1>(there.as<double>(), rows.size()),
           "tarn::pde::extremes");
  const auto [row, plane, field] = compiled.layout();
  for (std::size_t place = 0; place < places; ++place) {
    const double* const values = &rows[place * row_length];
    const auto at = static_cast<std::int64_t>(values[0]);
    if (at < 0) continue;
    const auto k = static_cast<int>(at / plane), j = static_cast<int>(at % plane / row), i = static_cast<int>(at % row);
    extremes.look_at(place, number_of(grid, k - grid.ghosts(2), j - grid.ghosts(1), i - grid.ghosts(0)), values + 1);
  }
}

}  // namespace

template <class Real>
std::vector<std::vector<double>> Evaluator<Real>::extreme_cells(std::size_t set, const Fields<Real>& now) {
  Compiled<Real>& compiled = *sets_[set].program;
  compiled.set_numbers(system_, domain_);
  Extremes extremes(compiled.program().results.size());
  const ReadArrays<Real> read = arrays(now);
  if constexpr (tarn::detail::space_is_gpu) {
    look_on_device(context_.patch, compiled, read, extremes);
  } else {
    const Grid& grid = context_.grid;
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
