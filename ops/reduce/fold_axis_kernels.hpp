#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include <Kokkos_Core.hpp>

#include "tarn/ops/reduce/axis_fold.hpp"
#include "tarn/ops/reduce/fold_axis_gpu.hpp"
#include "tarn/ops/reduce/fold_kernels.hpp"

// The kernels that reduce along axes on a host, and the choice between them and those of fold_axis_gpu.hpp.

namespace tarn::ops::detail {

/// On a host, the innermost axis reduced: one result after the other.
template <class T, class E, class Fold>
struct HostRowFold : AxisFold<T, E, Fold> {
  void operator()(const std::int64_t n) const {
    Place kept{};
    add_place(kept, this->loops.kept, n);
    auto value = start_of(this->fold);
    const std::int64_t inner = this->loops.reduced[max_rank - 1];
    const std::int64_t most = this->expression.is_contiguous() ? merged_elements : piece_elements;
    const std::int64_t rows = this->loops.reduced_size() / std::max<std::int64_t>(1, inner);
    for (std::int64_t row = 0; row < rows; ++row) {
      Place place = kept;
      add_place(place, this->loops.reduced, row * inner);
      for_each_piece(this->expression, place, inner, most, [&](const E& piece, const Place& at, std::int64_t count) {
        fold_piece(this->fold, piece, count, row * inner + at.inner, value);
      });
    }
    this->store(kept, value);
  }
};

/// On a host, the innermost axis kept: a piece of a row of results at once.
template <class T, class E, class Fold>
struct HostColumnFold : AxisFold<T, E, Fold> {
  static constexpr std::int64_t merged_rows = 256;
  static constexpr int rows_at_once = 4;
  static constexpr std::int64_t columns = 2048;  ///< of a piece: rows long enough for the processor to fetch ahead

  std::int64_t pieces_per_row() const { return (this->loops.kept[max_rank - 1] + columns - 1) / columns; }
  std::int64_t count() const { return this->loops.kept_size() / this->loops.kept[max_rank - 1] * pieces_per_row(); }

  void operator()(const std::int64_t n) const {
    const std::int64_t inner = this->loops.kept[max_rank - 1];
    Place first{};
    add_place(first, this->loops.kept, n / pieces_per_row() * inner);
    first.inner = n % pieces_per_row() * columns;
    const std::int64_t count = std::min(columns, inner - first.inner);
    typename Fold::Value values[columns];
    for (std::int64_t m = 0; m < count; ++m)
      values[m] = start_of(this->fold);
    const std::int64_t rows = this->loops.reduced_size();
    for (std::int64_t row = 0; row < rows; row += merged_rows)
      add_rows(first, count, row, std::min(rows, row + merged_rows), values);
    for (std::int64_t m = 0; m < count; ++m) {
      Place place = first;
      place.inner += m;
      this->store(place, values[m]);
    }
  }

 private:
  void add_rows(const Place& first, std::int64_t count, std::int64_t row, std::int64_t end,
                typename Fold::Value* values) const {
    const std::int64_t most = this->expression.is_contiguous() ? count : piece_elements;
    typename Fold::Lane lanes[columns];
    for (std::int64_t m = 0; m < count; ++m)
      lanes[m] = this->fold.lane();
    if (this->expression.is_contiguous()) {
      for (; row + rows_at_once <= end; row += rows_at_once)
        add_rows_at_once(first, count, row, lanes);
    }
    for (; row < end; ++row) {
      Place place = first;
      add_place(place, this->loops.reduced, row);
      for_each_piece(this->expression, place, count, most, [&](const E& piece, const Place& at, std::int64_t elements) {
        typename Fold::Lane* const lane = lanes + (at.inner - first.inner);
        TARN_INDEPENDENT_ITERATIONS
        for (std::int64_t m = 0; m < elements; ++m)
          this->fold.add(lane[m], convert<typename Fold::Element>(piece[m]), row);
      });
    }
    for (std::int64_t m = 0; m < count; ++m)
      this->fold.merge(values[m], lanes[m]);
  }

  /// Contiguous rows, so that each lane is loaded and stored once for all of them.
  void add_rows_at_once(const Place& first, std::int64_t count, std::int64_t row, typename Fold::Lane* lanes) const {
    static_assert(rows_at_once == 4);
    E pieces[rows_at_once] = {this->expression, this->expression, this->expression, this->expression};
    for (int n = 0; n < rows_at_once; ++n) {
      Place place = first;
      add_place(place, this->loops.reduced, row + n);
      Scratch unused{nullptr};
      pieces[n].bind(this->expression, place, count, unused);
    }
    TARN_INDEPENDENT_ITERATIONS
    for (std::int64_t m = 0; m < count; ++m) {
      TARN_UNROLL
      for (int n = 0; n < rows_at_once; ++n)
        this->fold.add(lanes[m], convert<typename Fold::Element>(pieces[n][m]), row + n);
    }
  }
};

/// Reduces along axes into the target; no fence.
template <class Exec, class T, class E, class Fold>
void fold_axes(const std::string& label, const Exec& space, const AxisFold<T, E, Fold>& work) {
  if constexpr (is_gpu<Exec>) {
    fold_axes_on_gpu(label, space, work);
  } else if (work.loops.inner_is_reduced || work.loops.reduced_size() == 0) {
    Kokkos::parallel_for(label, Range<Exec>(space, 0, work.loops.kept_size()), HostRowFold<T, E, Fold>{work});
  } else {
    const HostColumnFold<T, E, Fold> columns{work};
    Kokkos::parallel_for(label, Range<Exec>(space, 0, columns.count()), columns);
  }
}

}  // namespace tarn::ops::detail
