#pragma once

#include <algorithm>
#include <limits>
#include <string>
#include <type_traits>

#include "tarn/core/grid/grid.hpp"
#include "tarn/core/grid/streaming_store.hpp"
#include "tarn/core/pragmas.hpp"

// The one way to loop over cells. Kokkos' own multi-dimensional tiling is far from the memory's speed on hosts and
// GPUs alike, so the loops are laid out here: contiguous inner loops on a host, threads along i and several cells
// along the slowest axis per thread on a GPU.

namespace tarn {

namespace detail {

#if defined(KOKKOS_ENABLE_CUDA)
inline constexpr bool space_is_gpu = !std::is_same_v<Space, Host>;
#else
inline constexpr bool space_is_gpu = false;
#endif

/// Cells that one GPU thread takes along its axis: enough that neighbours stay in registers and the memory is kept
/// busy, few enough that registers do not run out.
template <class Real>
inline constexpr int cells_per_thread = 32 / sizeof(Real);

/// Row number `row` of a box, j fastest.
struct Row {
  KOKKOS_FUNCTION Row(const CellRange& range, std::int64_t row)
      : k(range.begin[2] + row / range.extent(1)), j(range.begin[1] + row % range.extent(1)) {}
  Index k, j;
};

/// Runs `body(k, j, i)` along one row.
template <class Body>
struct RowLoop {
  CellRange range;
  Body body;

  KOKKOS_FUNCTION void operator()(const std::int64_t n) const {
    const Row row(range, n);
    const Index first = range.begin[0], last = range.end[0];
    TARN_INDEPENDENT_ITERATIONS
    for (Index i = first; i < last; ++i)
      body(row.k, row.j, i);
  }
};

/// Rows that a host computes at once, so that a stencil's loads from the rows between them are made once.
inline constexpr int rows_at_once = 4;

/// Bytes of a target above which it does not stay in a host's caches from one step to the next.
inline constexpr std::int64_t cached_bytes = 4 << 20;

/// Computes neighbouring rows in pieces that stay in the first cache, then stores the pieces; past the caches where
/// `stream` says so: the line that is overwritten need not be read first. A piece is a local array, which
/// nothing aliases.
template <class Target, class Value>
struct RowStore {
  using Real = typename Target::non_const_value_type;
  static constexpr Index piece = 4096 / sizeof(Real);

  CellRange range;
  Target target;
  Value value;
  bool stream;

  /// Groups of rows_at_once rows of one k; the last may have fewer.
  std::int64_t groups() const { return (range.extent(1) + rows_at_once - 1) / rows_at_once; }

  /// Groups of one k that are done before those of the next k: so many that three planes of them stay in the second
  /// cache, where a stencil finds them again.
  std::int64_t groups_per_tile() const {
    constexpr std::int64_t bytes = 384 << 10;
    const auto row = static_cast<std::int64_t>(sizeof(Real)) * range.extent(0);
    return std::clamp<std::int64_t>(bytes / (3 * row * rows_at_once), 1, groups());
  }

  /// @param n  number of a group, 0 to groups() * range.extent(2): by tile, then k, then j
  void operator()(const std::int64_t n) const {
    const std::int64_t wide = groups_per_tile();
    const std::int64_t tile = n / (wide * range.extent(2));
    const std::int64_t in_tile = n - tile * wide * range.extent(2);
    const std::int64_t width = std::min(wide, groups() - tile * wide);
    const Index k = range.begin[2] + in_tile / width;
    const Index j = range.begin[1] + (tile * wide + in_tile % width) * rows_at_once;
    if (j + rows_at_once <= range.end[1]) {
      store_rows<rows_at_once>(k, j);
    } else {
      for (Index row = j; row < range.end[1]; ++row)
        store_rows<1>(k, row);
    }
  }

  template <int Rows>
  void store_rows(Index k, Index j) const {
    constexpr Index apart = 64 / sizeof(Real);  // so that the rows' pieces lie in different sets of the first cache
    alignas(64) Real values[Rows][piece + apart];
    for (Index start = range.begin[0]; start < range.end[0]; start += piece) {
      const Index count = std::min<Index>(piece, range.end[0] - start);
      // Nothing aliases a local array, but for four rows of a stencil GCC gives up proving it.
      TARN_INDEPENDENT_ITERATIONS
      for (Index m = 0; m < count; ++m) {
        TARN_UNROLL
        for (int row = 0; row < Rows; ++row)
          values[row][m] = value(k, j + row, start + m);
      }
      for (int row = 0; row < Rows; ++row) {
        Real* out = &target(k, j + row, start);
        if (stream) {
          store_past_caches(values[row], out, count);
        } else {
          std::copy_n(values[row], count, out);
        }
      }
    }
  }
};

/// One GPU thread: cells_per_thread cells along z (Axis 2) or y (Axis 1). Their values are computed before the
/// first is stored, so that loads which neighbours share are made once.
template <int Axis, class Target, class Value>
struct ColumnStore {
  using Real = typename Target::non_const_value_type;
  static constexpr int count = cells_per_thread<Real>;

  CellRange range;
  Target target;
  Value value;

  /// Along z a block of threads takes a tile of x and y, whose rows find their neighbours in the first cache.
  static constexpr int tile_columns = 32, tile_rows = Axis == 2 ? 8 : 1;

  static int tiles(int cells, int tile) { return (cells + tile - 1) / tile; }
  static std::int64_t threads(const CellRange& range) {
    const std::int64_t columns = Axis == 2 ? tiles(range.extent(0), tile_columns) * tile_columns : range.extent(0);
    const std::int64_t rows = Axis == 2 ? tiles(range.extent(1), tile_rows) * tile_rows : 1;
    return columns * rows * tiles(range.extent(Axis), count);
  }

  /// @param n  number of a thread; divisions are of 32 bits, since 64-bit ones would cost as much as the memory access
  KOKKOS_FUNCTION void operator()(const int n) const {
    const auto number = static_cast<unsigned>(n);
    Index k = range.begin[2], j = range.begin[1], i = range.begin[0];
    if constexpr (Axis == 2) {
      const unsigned lane = number % tile_columns, row = number / tile_columns % tile_rows;
      const unsigned tile = number / (tile_columns * tile_rows);
      const auto across = static_cast<unsigned>((range.extent(0) + tile_columns - 1) / tile_columns);
      const auto up = static_cast<unsigned>((range.extent(1) + tile_rows - 1) / tile_rows);
      const unsigned rest = tile / across;
      const unsigned group = rest / up;
      i += static_cast<int>((tile - rest * across) * tile_columns + lane);
      j += static_cast<int>((rest - group * up) * tile_rows + row);
      k += static_cast<int>(group) * count;
      if (i >= range.end[0] || j >= range.end[1]) return;
    } else {
      const auto columns = static_cast<unsigned>(range.extent(0));
      const unsigned group = number / columns;
      i += static_cast<int>(number - group * columns);
      j += static_cast<int>(group) * count;
    }
    const Index start = Axis == 2 ? k : j;
    if (start + count <= range.end[Axis]) {
      store_all(k, j, i);
    } else {
      for (Index m = 0; start + m < range.end[Axis]; ++m) {
        target(Axis == 2 ? k + m : k, Axis == 2 ? j : j + m, i) =
            value(Axis == 2 ? k + m : k, Axis == 2 ? j : j + m, i);
      }
    }
  }

  KOKKOS_FUNCTION void store_all(Index k, Index j, Index i) const {
    Real values[count];
    TARN_UNROLL
    for (int m = 0; m < count; ++m)
      values[m] = value(Axis == 2 ? k + m : k, Axis == 2 ? j : j + m, i);
    TARN_UNROLL
    for (int m = 0; m < count; ++m)
      target(Axis == 2 ? k + m : k, Axis == 2 ? j : j + m, i) = values[m];
  }
};

template <int Axis, class Target, class Value>
void store_columns(const std::string& label, const Space& space, const CellRange& range, const Target& target,
                   const Value& value) {
  using Store = ColumnStore<Axis, Target, Value>;
  const std::int64_t threads = Store::threads(range);
  if (threads <= std::numeric_limits<int>::max()) {
    const Kokkos::RangePolicy<Space, Kokkos::IndexType<int>> policy(space, 0, static_cast<int>(threads));
    Kokkos::parallel_for(label, policy, Store{range, target, value});
    return;
  }
  // More threads than a 32-bit number counts: in two halves.
  CellRange lower = range, upper = range;
  lower.end[Axis] = upper.begin[Axis] = range.begin[Axis] + range.extent(Axis) / 2 / Store::count * Store::count;
  store_columns<Axis>(label, space, lower, target, value);
  store_columns<Axis>(label, space, upper, target, value);
}

/// Runs `body(k, j, i)` with one GPU thread per cell.
template <class Body>
struct OneCell {
  CellRange range;
  Body body;

  KOKKOS_FUNCTION void operator()(const int n) const {
    const auto number = static_cast<unsigned>(n);
    const auto columns = static_cast<unsigned>(range.extent(0)), rows = static_cast<unsigned>(range.extent(1));
    const unsigned row = number / columns, plane = row / rows;
    body(range.begin[2] + static_cast<Index>(plane), range.begin[1] + static_cast<Index>(row - plane * rows),
         range.begin[0] + static_cast<Index>(number - row * columns));
  }
};

template <class Body>
void run_cells(const std::string& label, const Space& space, const CellRange& range, const Body& body) {
  if (range.size() <= std::numeric_limits<int>::max()) {
    const Kokkos::RangePolicy<Space, Kokkos::IndexType<int>> policy(space, 0, static_cast<int>(range.size()));
    Kokkos::parallel_for(label, policy, OneCell<Body>{range, body});
    return;
  }
  // More cells than a 32-bit number counts: in two halves, along the slowest axis that has two cells.
  const int axis = range.extent(2) > 1 ? 2 : range.extent(1) > 1 ? 1 : 0;
  CellRange lower = range, upper = range;
  lower.end[axis] = upper.begin[axis] = range.begin[axis] + range.extent(axis) / 2;
  run_cells(label, space, lower, body);
  run_cells(label, space, upper, body);
}

}  // namespace detail

/// Runs `body(k, j, i)` for every cell of a box, in no order; cells are independent of each other.
/// @param space  instance the work is enqueued on; no fence
/// @param body   device function of local indices (k, j, i), ghosts counted
template <class Body>
void for_each_cell(const std::string& label, const Space& space, const CellRange& range, const Body& body) {
  if (range.empty()) return;
  if constexpr (detail::space_is_gpu) {
    detail::run_cells(label, space, range, body);
  } else {
    const std::int64_t rows = std::int64_t{1} * range.extent(1) * range.extent(2);
    Kokkos::parallel_for(label, Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(space, 0, rows),
                         detail::RowLoop<Body>{range, body});
  }
}

/// target(k, j, i) = value(k, j, i) for every cell of a box. Faster than for_each_cell where neighbouring cells read
/// the same values, as stencils do.
/// @param space   instance the work is enqueued on; no fence
/// @param target  View of rank 3 whose rows are contiguous; `value` may read it at the cell itself, nowhere else
/// @param value   device function of local indices (k, j, i), ghosts counted
template <class Target, class Value>
void set_cells(const std::string& label, const Space& space, const CellRange& range, const Target& target,
               const Value& value) {
  if (range.empty()) return;
  if constexpr (detail::space_is_gpu) {
    if (range.extent(2) > 1) {
      detail::store_columns<2>(label, space, range, target, value);
    } else {
      detail::store_columns<1>(label, space, range, target, value);
    }
  } else {
    using Real = typename Target::non_const_value_type;
    const bool stream = range.size() * static_cast<std::int64_t>(sizeof(Real)) > detail::cached_bytes;
    const detail::RowStore<Target, Value> store{range, target, value, stream};
    const std::int64_t groups = store.groups() * range.extent(2);
    Kokkos::parallel_for(label, Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(space, 0, groups), store);
  }
}

}  // namespace tarn
