#pragma once

#include <algorithm>
#include <cstdint>

#include "tarn/core/grid/cell_values.hpp"
#include "tarn/core/grid/grid.hpp"
#include "tarn/core/grid/page_starts.hpp"
#include "tarn/core/grid/streaming_store.hpp"
#include "tarn/core/pragmas.hpp"

// How a host runs set_cells().

namespace tarn::detail {

/// Long rows that a host computes at once, so that a stencil's loads from the rows between them are made once.
inline constexpr int rows_at_once = 4;

/// Bytes of a row from which on it counts as long: some memory pages, so that rows computed at once share none.
inline constexpr std::int64_t long_row_bytes = 4 * 4096;

/// Bytes of a target above which it does not stay in a host's caches from one step to the next.
inline constexpr std::int64_t cached_bytes = 4 << 20;

/// Computes neighbouring rows in pieces that stay in the first cache, then stores the pieces; past the caches where
/// `stream` says so: the line that is overwritten need not be read first. A piece is a local array, which
/// nothing aliases.
template <class Real, class Value, class RowEnds>
struct LongRowStore {
  static constexpr int fields = values_per_cell<Value>;
  static constexpr Index line = 64 / sizeof(Real);
  static constexpr Index piece = std::max<Index>(4096 / sizeof(Real) / fields / line, 1) * line;

  CellRange range;
  Fields<Real> target;
  Value value;
  RowEnds row_ends;
  bool stream;

  /// Groups of rows_at_once rows of one k; the last may have fewer.
  std::int64_t groups() const { return (range.extent(1) + rows_at_once - 1) / rows_at_once; }
  std::int64_t size() const { return groups() * range.extent(2); }

  /// @param n  number of a group, 0 to size()
  void operator()(const std::int64_t n) const {
    const Index k = range.begin[2] + n / groups();
    const Index j = range.begin[1] + n % groups() * rows_at_once;
    if (j + rows_at_once <= range.end[1]) {
      store_rows<rows_at_once>(k, j);
    } else {
      for (Index row = j; row < range.end[1]; ++row)
        store_rows<1>(k, row);
    }
  }

  template <int Rows>
  void store_rows(Index k, Index j) const {
    // Apart, so that the rows' pieces lie in different sets of the first cache.
    alignas(64) Real values[fields][Rows][piece + line];
    for (Index start = range.begin[0]; start < range.end[0]; start += piece) {
      const Index count = std::min<Index>(piece, range.end[0] - start);
      // Nothing aliases a local array, but for four rows of a stencil GCC gives up proving it.
      TARN_INDEPENDENT_ITERATIONS
      for (Index m = 0; m < count; ++m) {
        TARN_UNROLL
        for (int row = 0; row < Rows; ++row) {
          const auto cell = value(k, j + row, start + m);
          TARN_UNROLL
          for (int field = 0; field < fields; ++field)
            values[field][row][m] = nth(cell, field);
        }
      }
      for (int field = 0; field < fields; ++field) {
        for (int row = 0; row < Rows; ++row)
          store(values[field][row], &target(field, k, j + row, start), count);
      }
    }
    for (int field = 0; field < fields; ++field) {
      for (int row = 0; row < Rows; ++row)
        row_ends.fill_row(field, k, j + row);
    }
  }

  void store(const Real* values, Real* out, Index count) const {
    if (stream) {
      store_past_caches(values, out, count);
    } else {
      std::copy_n(values, count, out);
    }
  }
};

/// Fetches ahead of a row, given its first cell.
template <class Real>
struct PrefetchRow {
  Index cells;
  void operator()(const Real& first) const { prefetch_page_starts<Prefetch::for_reading>(&first, cells); }
};

/// Computes one row after the other, and lets the memory's pages be fetched ahead.
template <class Real, class Value, class RowEnds>
struct ShortRowStore {
  static constexpr int fields = values_per_cell<Value>;

  CellRange range;
  Fields<Real> target;
  Value value;
  RowEnds row_ends;

  std::int64_t size() const { return std::int64_t{1} * range.extent(1) * range.extent(2); }

  /// @param n  number of a row, 0 to size()
  void operator()(const std::int64_t n) const {
    const Index k = range.begin[2] + n / range.extent(1), j = range.begin[1] + n % range.extent(1);
    const Index first = range.begin[0], last = range.end[0];
    Real* out[fields];
    for (int field = 0; field < fields; ++field) {
      out[field] = &target(field, k, j, 0);
      prefetch_page_starts<Prefetch::for_writing>(out[field] + first, last - first);
    }
    const PrefetchRow<Real> prefetch{last - first};
    if constexpr (requires { value.first_reads(k, j, prefetch); }) value.first_reads(k, j, prefetch);
    TARN_INDEPENDENT_ITERATIONS
    for (Index i = first; i < last; ++i) {
      const auto cell = value(k, j, i);
      TARN_UNROLL
      for (int field = 0; field < fields; ++field)
        out[field][i] = nth(cell, field);
    }
    for (int field = 0; field < fields; ++field)
      row_ends.fill_row(field, k, j);
  }
};

template <class Real, class Value, class RowEnds>
void set_cells_on_host(const std::string& label, const Space& space, const CellRange& range, const Fields<Real>& target,
                       const Value& value, const RowEnds& row_ends) {
  constexpr auto number = static_cast<std::int64_t>(sizeof(Real));
  using Policy = Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>;
  if (range.extent(0) * number >= long_row_bytes) {
    const bool stream = range.size() * number > cached_bytes;
    const LongRowStore<Real, Value, RowEnds> store{range, target, value, row_ends, stream};
    Kokkos::parallel_for(label, Policy(space, 0, store.size()), store);
  } else {
    const ShortRowStore<Real, Value, RowEnds> store{range, target, value, row_ends};
    Kokkos::parallel_for(label, Policy(space, 0, store.size()), store);
  }
}

}  // namespace tarn::detail
