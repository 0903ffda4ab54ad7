#pragma once

#include <algorithm>
#include <string>
#include <type_traits>

#include "tarn/core/grid/grid.hpp"
#include "tarn/core/grid/streaming_store.hpp"

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

/// Cells that one GPU thread takes along its axis: enough that neighbours stay in registers, few enough that
/// registers do not run out.
inline constexpr int cells_per_thread = 4;

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
#if defined(__GNUC__) && !defined(__CUDACC__)
#pragma GCC ivdep
#endif
    for (Index i = first; i < last; ++i) body(row.k, row.j, i);
  }
};

/// Computes a row in pieces that stay in the first cache, and stores each past the caches where `stream` says so: the
/// line that is overwritten need not be read first. The piece is a local array, so the compiler sees that
/// nothing aliases it.
template <class Target, class Value>
struct RowStore {
  using Real = typename Target::non_const_value_type;
  static constexpr Index piece = 512;

  CellRange range;
  Target target;
  Value value;
  bool stream;

  void operator()(const std::int64_t n) const {
    const Row row(range, n);
    alignas(64) Real values[piece];
    for (Index start = range.begin[0]; start < range.end[0]; start += piece) {
      const Index count = std::min<Index>(piece, range.end[0] - start);
      for (Index m = 0; m < count; ++m) values[m] = value(row.k, row.j, start + m);
      Real* out = &target(row.k, row.j, start);
      if (stream) {
        store_past_caches(values, out, count);
      } else {
        std::copy_n(values, count, out);
      }
    }
  }
};

/// Bytes of a target above which it does not stay in a host's caches from one step to the next.
inline constexpr std::int64_t cached_bytes = 8 << 20;

/// One GPU thread: cells_per_thread cells along z (Axis 2) or y (Axis 1). Their values are computed before the
/// first is stored, so that loads which neighbours share are made once.
template <int Axis, class Target, class Value>
struct ColumnStore {
  CellRange range;
  Target target;
  Value value;

  KOKKOS_FUNCTION void operator()(const std::int64_t n) const {
    const int columns = range.extent(0);
    const Index i = range.begin[0] + static_cast<int>(n % columns);
    const auto rest = static_cast<int>(n / columns);
    Index k = range.begin[2], j = range.begin[1];
    if constexpr (Axis == 2) {
      j += rest % range.extent(1);
      k += rest / range.extent(1) * cells_per_thread;
    } else {
      j += rest * cells_per_thread;
    }
    const Index start = Axis == 2 ? k : j;
    if (start + cells_per_thread <= range.end[Axis]) {
      typename Target::non_const_value_type values[cells_per_thread];
#if defined(__CUDA_ARCH__)
#pragma unroll
#endif
      for (int m = 0; m < cells_per_thread; ++m) values[m] = Axis == 2 ? value(k + m, j, i) : value(k, j + m, i);
#if defined(__CUDA_ARCH__)
#pragma unroll
#endif
      for (int m = 0; m < cells_per_thread; ++m) (Axis == 2 ? target(k + m, j, i) : target(k, j + m, i)) = values[m];
    } else {
      for (Index m = start; m < range.end[Axis]; ++m) {
        if constexpr (Axis == 2) {
          target(m, j, i) = value(m, j, i);
        } else {
          target(k, m, i) = value(k, m, i);
        }
      }
    }
  }
};

template <int Axis, class Target, class Value>
void store_columns(const std::string& label, const Space& space, const CellRange& range, const Target& target,
                   const Value& value) {
  const std::int64_t groups = (range.extent(Axis) + cells_per_thread - 1) / cells_per_thread;
  const std::int64_t threads = groups * range.extent(0) * (Axis == 2 ? range.extent(1) : 1);
  Kokkos::parallel_for(label, Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(space, 0, threads),
                       ColumnStore<Axis, Target, Value>{range, target, value});
}

}  // namespace detail

/// Runs `body(k, j, i)` for every cell of a box, in no order; cells are independent of each other.
/// @param space  instance the work is enqueued on; no fence
/// @param body   device function of local indices (k, j, i), ghosts counted
template <class Body>
void for_each_cell(const std::string& label, const Space& space, const CellRange& range, const Body& body) {
  if (range.empty()) return;
  if constexpr (detail::space_is_gpu) {
    const int columns = range.extent(0), rows = range.extent(1);
    const auto begin = range.begin;
    Kokkos::parallel_for(
        label, Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(space, 0, range.size()),
        KOKKOS_LAMBDA(const std::int64_t n) {
          const auto row = static_cast<int>(n / columns);
          body(begin[2] + row / rows, begin[1] + row % rows, begin[0] + static_cast<int>(n % columns));
        });
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
    const std::int64_t rows = std::int64_t{1} * range.extent(1) * range.extent(2);
    Kokkos::parallel_for(label, Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(space, 0, rows),
                         detail::RowStore<Target, Value>{range, target, value, stream});
  }
}

}  // namespace tarn
