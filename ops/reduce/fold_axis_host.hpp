#pragma once

#include <algorithm>
#include <cstdint>

#include "tarn/ops/reduce/axis_fold.hpp"
#include "tarn/ops/reduce/fold_host.hpp"

// Reductions along axes on a host.

namespace tarn::ops::detail {

/// Reduced rows with fewer elements are gathered for many results at once on a host, instead of one after the other.
inline constexpr std::int64_t short_host_row = 12;

/// On a host, the innermost axis reduced: one result after the other.
template <class T, class E, class Fold>
struct HostRowFold : AxisFold<T, E, Fold> {
  static constexpr std::int64_t results = 64;  ///< of a task

  std::int64_t count() const { return (this->loops.kept_size() + results - 1) / results; }

  void operator()(const std::int64_t task) const {
    const std::int64_t end = std::min(this->loops.kept_size(), (task + 1) * results);
    const std::int64_t inner = this->loops.reduced[max_rank - 1];
    const bool at_once =
        this->expression.is_contiguous() && inner == this->loops.reduced_size() && inner <= merged_elements;
    for (std::int64_t n = task * results; n < end; ++n) {
      Place kept{};
      add_place(kept, this->loops.kept, n);
      auto value = start_of(this->fold);
      if (at_once) {
        fold_piece(this->fold, this->bound(kept, inner), inner, 0, value);
      } else {
        fold_rows(kept, inner, value);
      }
      this->store(kept, value);
    }
  }

 private:
  void fold_rows(const Place& kept, std::int64_t inner, typename Fold::Value& value) const {
    const std::int64_t most = this->expression.is_contiguous() ? merged_elements : piece_elements;
    const std::int64_t rows = this->loops.reduced_size() / std::max<std::int64_t>(1, inner);
    for (std::int64_t row = 0; row < rows; ++row) {
      Place place = kept;
      add_place(place, this->loops.reduced, row * inner);
      for_each_piece(this->expression, place, inner, most, [&](const E& piece, const Place& at, std::int64_t count) {
        fold_piece(this->fold, piece, count, row * inner + at.inner, value);
      });
    }
  }
};

/// On a host, the innermost axis kept: a piece of a row of results at once.
template <class T, class E, class Fold>
struct HostColumnFold : AxisFold<T, E, Fold> {
  using Value = typename Fold::Value;

  static constexpr bool compensated = CompensatedFold<Fold>;
  static constexpr std::int64_t merged_rows = 256;
  static constexpr int rows_at_once = 4;
  /// Of a piece: rows long enough for the processor to fetch ahead, lanes short enough for the nearest cache.
  static constexpr std::int64_t columns = compensated ? 1024 : 2048;
  static constexpr std::int64_t group = 512;  ///< elements of short rows, which are taken for one

  using Row = Lanes<Fold, columns>;

  std::int64_t pieces_per_row() const { return (this->loops.kept[max_rank - 1] + columns - 1) / columns; }
  std::int64_t count() const { return this->loops.kept_size() / this->loops.kept[max_rank - 1] * pieces_per_row(); }

  void operator()(const std::int64_t n) const {
    const std::int64_t inner = this->loops.kept[max_rank - 1];
    Place first{};
    add_place(first, this->loops.kept, n / pieces_per_row() * inner);
    first.inner = n % pieces_per_row() * columns;
    const std::int64_t count = std::min(columns, inner - first.inner);
    const std::int64_t rows = this->loops.reduced_size();
    // Rows in a group lose their numbers, which ordered folds want.
    if (!Fold::ordered && this->loops.rows_follow && this->expression.is_contiguous() && 2 * inner <= group) {
      fold_groups(first, count);
    } else if (compensated || rows <= merged_rows) {
      Row lanes;
      add_rows(first, count, 0, rows, lanes);
      store_row(first, count, [&](std::int64_t m) { return value_of(lanes, m); });
    } else {
      fold_blocks(first, count);
    }
  }

 private:
  Value value_of(const Row& lanes, std::int64_t m) const {
    Value value = start_of(this->fold);
    lanes.merge(this->fold, m, value);
    return value;
  }
  template <class ValueOf>
  void store_row(const Place& first, std::int64_t count, const ValueOf& value_of) const {
    T* const out = this->target.address(first);
    const std::int64_t step = this->target.strides[max_rank - 1];
    for (std::int64_t m = 0; m < count; ++m)
      this->put(out[m * step], value_of(m));
  }

  /// So many rows that lanes are merged now and then.
  void fold_blocks(const Place& first, std::int64_t count) const {
    Value values[columns];
    Row lanes;
    std::fill_n(values, count, start_of(this->fold));
    const std::int64_t rows = this->loops.reduced_size();
    for (std::int64_t row = 0; row < rows; row += merged_rows) {
      add_rows(first, count, row, std::min(rows, row + merged_rows), lanes);
      for (std::int64_t m = 0; m < count; ++m)
        lanes.merge(this->fold, m, values[m]);
    }
    store_row(first, count, [&](std::int64_t m) { return values[m]; });
  }

  /// Short rows, one behind the other in memory: some of them are taken for one long row.
  void fold_groups(const Place& first, std::int64_t count) const {
    const std::int64_t rows = this->loops.reduced_size(), together = group / count, whole = rows / together * together;
    Value values[group];
    Row lanes;
    std::fill_n(values, count, start_of(this->fold));
    for (std::int64_t row = 0; row < rows;) {
      const bool grouped = row < whole;
      const std::int64_t step = grouped ? together : 1;
      const std::int64_t end = grouped ? std::min(whole, row + merged_rows * step) : rows;
      lanes.clear(this->fold, step * count);
      for (; row < end; row += step)
        add_row(first, step * count, row, lanes);
      for (std::int64_t m = 0; m < step * count; ++m)
        lanes.merge(this->fold, m, values[m % count]);
    }
    store_row(first, count, [&](std::int64_t m) { return values[m]; });
  }

  /// Rows `row` to `end` in lanes of their own.
  void add_rows(const Place& first, std::int64_t count, std::int64_t row, std::int64_t end, Row& lanes) const {
    lanes.clear(this->fold, count);
    if (!this->expression.is_contiguous()) {
      for (; row < end; ++row)
        gather_row(first, count, row, lanes);
      return;
    }
    // Long rows are read fastest some at a time; short ones, one behind the other in memory, in that order.
    if (this->loops.kept[max_rank - 1] > group) {
      for (; row + rows_at_once <= end; row += rows_at_once)
        add_rows_at_once(first, count, row, lanes);
    }
    for (; row < end; ++row)
      add_row(first, count, row, lanes);
  }

  void add_row(const Place& first, std::int64_t count, std::int64_t row, Row& lanes) const {
    add_piece(this->bound(place_of(first, row), count), count, row, lanes, 0);
  }
  void gather_row(const Place& first, std::int64_t count, std::int64_t row, Row& lanes) const {
    for_each_piece(this->expression, place_of(first, row), count, piece_elements,
                   [&](const E& piece, const Place& at, std::int64_t elements) {
                     add_piece(piece, elements, row, lanes, at.inner - first.inner);
                   });
  }
  Place place_of(Place first, std::int64_t row) const {
    add_place(first, this->loops.reduced, row);
    return first;
  }
  /// @param from  lane of the piece's first element
  void add_piece(const E piece, std::int64_t count, std::int64_t row, Row& lanes, std::int64_t from) const {
    const Fold adds = this->fold;
    TARN_INDEPENDENT_ITERATIONS
    for (std::int64_t m = 0; m < count; ++m)
      lanes.add(adds, from + m, convert<typename Fold::Element>(piece[m]), row);
  }

  /// Contiguous pieces of long rows: each lane is loaded and stored once for all of them.
  void add_rows_at_once(const Place& first, std::int64_t count, std::int64_t row, Row& lanes) const {
    static_assert(rows_at_once == 4);
    const E pieces[rows_at_once] = {
        this->bound(place_of(first, row), count), this->bound(place_of(first, row + 1), count),
        this->bound(place_of(first, row + 2), count), this->bound(place_of(first, row + 3), count)};
    TARN_INDEPENDENT_ITERATIONS
    for (std::int64_t m = 0; m < count; ++m) {
      TARN_UNROLL
      for (int n = 0; n < rows_at_once; ++n)
        lanes.add(this->fold, m, convert<typename Fold::Element>(pieces[n][m]), row + n);
    }
  }
};

}  // namespace tarn::ops::detail
