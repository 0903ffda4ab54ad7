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

/// Bytes of a row from which on it counts as long: some memory pages, so that rows computed at once share none.
inline constexpr std::int64_t long_row_bytes = 4 * 4096;

/// Bytes of a target above which it does not stay in a host's caches from one step to the next.
inline constexpr std::int64_t cached_bytes = 4 << 20;

/// Computes `Rows` neighbouring rows at once, in pieces that stay in the first cache, then stores the pieces; past the
/// caches where `stream` says so: the line that is overwritten need not be read first. A piece is a local array, which
/// nothing aliases.
template <int Rows, class Real, class Value, class RowEnds>
struct LongRowStore {
  static constexpr int fields = values_per_cell<Value>;
  static constexpr Index line = 64 / sizeof(Real);
  static constexpr Index piece = std::max<Index>(4096 / sizeof(Real) / fields / line, 1) * line;

  CellRange range;  ///< of at least `Rows` rows along y
  Fields<Real> target;
  Value value;
  RowEnds row_ends;
  bool stream;

  /// Groups of `Rows` rows of one k; the last one may share rows with the one before.
  std::int64_t groups() const { return (range.extent(1) + Rows - 1) / Rows; }
  std::int64_t size() const { return groups() * range.extent(2); }

  /// What the last group computes of rows that belong to the one before is dropped: a loop of its own for the rows that
  /// are left over would have to be compiled.
  /// @param n  number of a group, 0 to size()
  void operator()(const std::int64_t n) const {
    const Index k = range.begin[2] + n / groups(), own = range.begin[1] + n % groups() * Rows;
    const Index j = std::min<Index>(own, range.end[1] - Rows);
    const int dropped = static_cast<int>(own - j);
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
        for (int row = dropped; row < Rows; ++row)
          store(values[field][row], &target(field, k, j + row, start), count);
      }
    }
    for (int field = 0; field < fields; ++field) {
      for (int row = dropped; row < Rows; ++row)
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

template <int Rows, class Real, class Value, class RowEnds>
void set_long_rows(const std::string& label, const Space& space, const CellRange& range, const Fields<Real>& target,
                   const Value& value, const RowEnds& row_ends) {
  const bool stream = range.size() * static_cast<std::int64_t>(sizeof(Real)) > cached_bytes;
  const LongRowStore<Rows, Real, Value, RowEnds> store{range, target, value, row_ends, stream};
  Kokkos::parallel_for(label, Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(space, 0, store.size()),
                       store);
}

/// Long rows are computed alone where the body is for one axis or may be for it, and several at once elsewhere: each
/// way is a loop more to compile.
template <class Real, class Value, class RowEnds>
void set_cells_on_host(const std::string& label, const Space& space, const CellRange& range, const Fields<Real>& target,
                       const Value& value, const RowEnds& row_ends) {
  constexpr int dimensions = dimensions_of_body<Value>(), rows_at_once = rows_at_once_of_body<Value>();
  if (range.extent(0) * static_cast<std::int64_t>(sizeof(Real)) >= long_row_bytes) {
    if constexpr (dimensions != 1 && rows_at_once > 1) {
      if (range.extent(1) >= rows_at_once)
        return set_long_rows<rows_at_once, Real>(label, space, range, target, value, row_ends);
    }
    if constexpr (dimensions < 2 || rows_at_once == 1)
      return set_long_rows<1, Real>(label, space, range, target, value, row_ends);
  }
  const ShortRowStore<Real, Value, RowEnds> store{range, target, value, row_ends};
  Kokkos::parallel_for(label, Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(space, 0, store.size()),
                       store);
}

}  // namespace tarn::detail
