// Looks for the cells of a running simulation in which expressions are least and greatest.
#include <algorithm>
#include <array>

#include "tarn/apps/pde/evaluator.hpp"
#include "tarn/apps/pde/extreme_key.hpp"
#include "tarn/apps/pde/extremes.hpp"
#include "tarn/core/memory/pool.hpp"
#include "tarn/core/memory/transfer.hpp"

namespace tarn::apps::pde {

namespace {

/// On a GPU: what a program of now computes in single cells.
/// @tparam capacity  registers of a thread
template <class Real, int capacity>
struct CellValues {
  CellProgram<Real> program;
  Kokkos::View<const int*, Space> load_arrays;
  Kokkos::View<const std::int64_t*, Space> load_offsets;
  ReadArrays<Real> arrays;

  CellValues(const Compiled<Real>& compiled, const ReadArrays<Real>& read)
      : program(compiled.on_device()),
        load_arrays(compiled.load_arrays()),
        load_offsets(compiled.load_offsets()),
        arrays(read) {}

  /// use(number, value) for results `first` to before `last` in the cell of an element.
  template <class Use>
  KOKKOS_FUNCTION void compute(std::int64_t element, int first, int last, const Use& use) const {
    const auto load = [&](int n) { return arrays.first[load_arrays(n)][element + load_offsets(n)]; };
    Real registers[capacity];
    program.run(load, registers);
    for (int n = first; n < last; ++n)
      use(n, program.value(program.results(n), load, registers));
  }
};

inline constexpr std::int64_t no_element = -1;

/// On a GPU where extremes are not found by a kernel of their own: the elements in which one result is least and
/// greatest.
template <class Real, int capacity>
struct FindExtremes {
  struct Best {
    Real least = 0, greatest = 0;
    std::int64_t least_at = no_element, greatest_at = no_element;
  };
  using value_type = Best;

  CellValues<Real, capacity> cells;
  CellRange box;
  std::int64_t row, plane;
  int result;

  KOKKOS_FUNCTION void operator()(const std::int64_t n, Best& best) const {
    const std::int64_t columns = box.extent(0), rows = box.extent(1);
    const std::int64_t i = box.begin[0] + n % columns, j = box.begin[1] + n / columns % rows,
                       k = box.begin[2] + n / (columns * rows);
    const std::int64_t here = k * plane + j * row + i;
    cells.compute(here, result, result + 1, [&](int, Real value) {
      const Real own = compared(value);
      join(best, {own, own, may_be_extreme(value, false) ? here : no_element,
                  may_be_extreme(value, true) ? here : no_element});
    });
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

/// Row n of what a look found: an element, and all results in its cell.
KOKKOS_INLINE_FUNCTION double* found_row(double* found, int results, int n) {
  return found + n * (1 + results);
}

/// Keys to start from: that of the box's first cell and that of the cell which the last look found, with its value of
/// now. Then few threads have better ones. Without them all that run at first would, and write to one place in turns.
template <class Real, int capacity>
struct StartKeys {
  CellValues<Real, capacity> cells;
  std::int64_t first;
  double* found;  ///< by the last look
  std::int64_t* keys;

  KOKKOS_FUNCTION void operator()(const int n) const {
    const auto results = static_cast<int>(cells.program.results.extent(0));
    const bool greatest = n % 2 == 1;
    std::int64_t best = greatest ? greatest_unknown : least_unknown;
    const auto last = static_cast<std::int64_t>(*found_row(found, results, n));
    for (const std::int64_t element : {first, last}) {
      if (element < 0) continue;
      cells.compute(element, n / 2, n / 2 + 1, [&](int, Real value) {
        if (!may_be_extreme(value, greatest)) return;
        const std::int64_t key = extreme_key(static_cast<double>(value), element, greatest);
        if (greatest ? key > best : key < best) best = key;
      });
    }
    keys[n] = best;
  }
};

/// What the keys say, or the elements themselves.
template <class Real, int capacity>
struct ComputeFound {
  CellValues<Real, capacity> cells;
  const std::int64_t* keys;
  const std::int64_t* elements;  ///< none: keys tell them
  double* found;

  KOKKOS_FUNCTION std::int64_t element(int n) const {
    if (elements != nullptr) return elements[n];
    const bool greatest = n % 2 == 1;
    return keys[n] == (greatest ? greatest_unknown : least_unknown) ? no_element : element_of(keys[n], greatest);
  }
  KOKKOS_FUNCTION void operator()(const int n) const {
    const auto results = static_cast<int>(cells.program.results.extent(0));
    double* const row = found_row(found, results, n);
    const std::int64_t here = element(n);
    row[0] = static_cast<double>(here);
    if (here < 0) return;
    cells.compute(here, 0, results, [&](int m, Real value) { row[1 + m] = static_cast<double>(value); });
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

/// The elements of all results, each in a pass of its own.
template <class Real, int capacity>
void find_one_by_one(const Space& space, const Compiled<Real>& compiled, const CellRange& box,
                     const ReadArrays<Real>& arrays, const Field<std::int64_t, 1>& elements) {
  std::vector<std::int64_t> found;
  for (std::size_t n = 0; n < compiled.program().results.size(); ++n) {
    typename FindExtremes<Real, capacity>::Best best;
    Kokkos::parallel_reduce(
        "tarn::pde::find_extremes", Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(space, 0, box.size()),
        FindExtremes<Real, capacity>{
            {compiled, arrays}, box, compiled.layout().row, compiled.layout().plane, static_cast<int>(n)},
        best);
    found.push_back(best.least_at);
    found.push_back(best.greatest_at);
  }
  upload(space, elements, HostField<std::int64_t, 1>(found.data(), found.size()), "tarn::pde::extremes");
}

/// On a GPU: finds the cells and computes all results in them. Where a kernel of the driver's finds them it waits once,
/// for the steps of a run wait for it.
/// @param found  see found_row(): by the last look, and then by this
template <class Real, int capacity>
void look_on_device(const Patch& patch, const Compiled<Real>& compiled, const ReadArrays<Real>& arrays,
                    Kokkos::View<double*, Space>& found, Extremes& extremes) {
  const Grid& grid = patch.grid();
  const Space& space = patch.space();
  const CellRange box = grid.interior();
  const auto [row, plane, field] = compiled.layout();
  const std::size_t results = compiled.program().results.size(), places = 2 * results;
  if (found.size() == 0) {
    found = Kokkos::View<double*, Space>("tarn::pde::extremes", places * (1 + results));
    Kokkos::deep_copy(space, found, no_element);
  }
  const CellValues<Real, capacity> cells(compiled, arrays);
  const Scratch memory_of_keys(memory().device(), 2 * places * sizeof(std::int64_t), stream_of(space));
  auto* const keys = memory_of_keys.as<std::int64_t>();
  std::int64_t* elements = nullptr;
  const Kokkos::RangePolicy<Space, Kokkos::IndexType<int>> each_place(space, 0, static_cast<int>(places));
  Kokkos::parallel_for(
      "tarn::pde::extremes", each_place,
      StartKeys<Real, capacity>{cells, box.begin[2] * plane + box.begin[1] * row + box.begin[0], found.data(), keys});
  if (!compiled.find_extremes(space, box, arrays, keys)) {
    elements = keys + places;
    find_one_by_one<Real, capacity>(space, compiled, box, arrays, Field<std::int64_t, 1>(elements, places));
  }
  Kokkos::parallel_for("tarn::pde::extremes", each_place,
                       ComputeFound<Real, capacity>{cells, keys, elements, found.data()});
  std::vector<double> rows(found.size());
  download(space, HostField<double, 1>(rows.data(), rows.size()), found, "tarn::pde::extremes");
  for (std::size_t place = 0; place < places; ++place) {
    const double* const values = found_row(rows.data(), static_cast<int>(results), static_cast<int>(place));
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
    with_room_for(compiled.program(), [&](auto room) {
      look_on_device<Real, decltype(room)::value>(context_.patch, compiled, read, sets_[set].extremes, extremes);
    });
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
