#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

#include "tarn/core/grid/cell_values.hpp"
#include "tarn/core/grid/column_tiles.hpp"
#include "tarn/core/grid/grid.hpp"
#include "tarn/core/grid/lanes.hpp"
#include "tarn/core/kokkos_compat.hpp"
#include "tarn/core/pragmas.hpp"

// How a GPU runs set_cells().

namespace tarn::detail {

/// Cells along x of one thread: as many as one access to the memory takes.
template <class Real>
inline constexpr int lanes_per_thread = 16 / sizeof(Real);

/// One GPU thread: cells_per_thread times Width cells along z (Axis 2) or y (Axis 1) and x. Where they are done AtOnce
/// their values are computed before the first is stored, so that loads which neighbours share are made once; the body
/// is compiled once more for it.
template <int Axis, int Width, bool AtOnce, class Real, class Value, class RowEnds>
struct ColumnStore {
  static constexpr int fields = values_per_cell<Value>;
  using Tiles = ColumnTiles<Axis, Width>;
  static constexpr int count = cells_per_thread<Axis>;

  CellRange range;
  Fields<Real> target;
  Value value;
  RowEnds row_ends;

  /// @param n  number of a thread; divisions are of 32 bits, since 64-bit ones would cost as much as the memory access
  KOKKOS_FUNCTION void operator()(const int n) const {
    const auto number = static_cast<unsigned>(n);
    const Tiles tiles{range};
    const unsigned shift = tiles.shift(), inside = number % Tiles::size, tile = number / Tiles::size;
    const unsigned row = inside >> shift, lane = inside - (row << shift);
    const unsigned rest = tile / tiles.along_x(), group = rest / tiles.along_y();
    const unsigned column = ((tile - rest * tiles.along_x()) << shift) + lane;
    const Index i = tiles.first() + static_cast<int>(column * Width);
    const Index across = range.begin[1] + static_cast<int>((rest - group * tiles.along_y()) * tiles.rows() + row);
    const Index along = range.begin[Axis] + static_cast<int>(group) * count;
    if (i >= range.end[0] || (Axis == 2 && across >= range.end[1])) return;
    const Index k = Axis == 2 ? along : range.begin[2], j = Axis == 2 ? across : along;
    if constexpr (AtOnce) {
      if (along + count <= range.end[Axis]) return store<count>(k, j, i);
    }
    TARN_KEEP_LOOP
    for (Index m = 0; m < count && along + m < range.end[Axis]; ++m)
      store<1>(Axis == 2 ? k + m : k, Axis == 2 ? j : j + m, i);
  }

  /// The values of a cell's fields, or of lanes of cells.
  using Cell = Kokkos::Array<Lanes<Real, Width>, fields>;

  template <int Count>
  KOKKOS_FUNCTION void store(Index k, Index j, Index i) const {
    Cell cells[Count];
    TARN_UNROLL
    for (int m = 0; m < Count; ++m)
      cells[m] = cell_of(Axis == 2 ? k + m : k, Axis == 2 ? j : j + m, i);
    TARN_UNROLL
    for (int m = 0; m < Count; ++m) {
      TARN_UNROLL
      for (int field = 0; field < fields; ++field)
        store_lanes(&target(field, Axis == 2 ? k + m : k, Axis == 2 ? j : j + m, i), i, cells[m][field]);
    }
    if (!row_ends.touches(i, i + Width)) return;
    TARN_KEEP_LOOP
    for (int m = 0; m < Count; ++m)
      fill_row_ends(Axis == 2 ? k + m : k, Axis == 2 ? j : j + m, i);
  }

  /// Few threads come here: they read back what they stored, in loops that are not written out, so that the others pay
  /// for it neither with registers nor with code.
  KOKKOS_FUNCTION void fill_row_ends(Index k, Index j, Index i) const {
    const Index first = i < range.begin[0] ? range.begin[0] : i;
    const Index last = i + Width > range.end[0] ? range.end[0] : i + Width;
    TARN_KEEP_LOOP
    for (int field = 0; field < fields; ++field) {
      TARN_KEEP_LOOP
      for (Index n = first; n < last; ++n)
        row_ends.fill_from(field, k, j, n, target(field, k, j, n));
    }
  }

  KOKKOS_FUNCTION Cell cell_of(Index k, Index j, Index i) const {
    Cell cell;
    if constexpr (Width == 1) {
      const auto values = value(k, j, i);
      TARN_UNROLL
      for (int field = 0; field < fields; ++field)
        cell[field].value[0] = nth(values, field);
    } else {
      const auto values = value(k, j, LaneIndex<Width>{i});
      TARN_UNROLL
      for (int field = 0; field < fields; ++field)
        cell[field] = nth(values, field);
    }
    return cell;
  }

  /// The lanes at the ends of a row may hold cells outside the box, which stay as they are.
  KOKKOS_FUNCTION void store_lanes(Real* out, Index i, const Lanes<Real, Width>& values) const {
    if (i >= range.begin[0] && i + Width <= range.end[0]) {
      *reinterpret_cast<Lanes<Real, Width>*>(out) = values;
    } else {
      TARN_UNROLL
      for (int n = 0; n < Width; ++n)
        if (i + n >= range.begin[0] && i + n < range.end[0]) out[n] = values.value[n];
    }
  }
};

/// Threads along z with lanes have at most as many registers as leave room for the blocks that the body asks for.
template <int Axis, int Width, class Value>
using ThreadRange =
    std::conditional_t<Axis == 2 && Width != 1,
                       Kokkos::RangePolicy<Space, Kokkos::IndexType<int>,
                                           Kokkos::LaunchBounds<ColumnTiles<2, Width>::size, blocks_of_body<Value>()>>,
                       Kokkos::RangePolicy<Space, Kokkos::IndexType<int>>>;

template <int Axis, int Width, bool AtOnce, class Real, class Value, class RowEnds>
void store_columns(const std::string& label, const Space& space, const CellRange& range, const Fields<Real>& target,
                   const Value& value, const RowEnds& row_ends) {
  constexpr int most = std::numeric_limits<int>::max();  // threads that a 32-bit number counts
  for_each_part<Axis, Width>(range, most, [&](const CellRange& part) {
    const ColumnStore<Axis, Width, AtOnce, Real, Value, RowEnds> store{part, target, value, row_ends};
    const auto threads = static_cast<int>(ColumnTiles<Axis, Width>{part}.threads());
    const ThreadRange<Axis, Width, Value> policy(space, 0, threads);
    Kokkos::parallel_for(label, kokkos_compat::sent_with_launch(policy), store);
  });
}

/// Whether rows start where lanes may be loaded and stored.
template <int Width, class Real>
bool takes_lanes(const Fields<Real>& target) {
  const auto address = reinterpret_cast<std::uintptr_t>(target.data());
  return address % (Width * sizeof(Real)) == 0 && target.extent(3) % Width == 0 && target.span_is_contiguous();
}

template <int Axis, class Real, class Value, class RowEnds>
void set_cells_on_gpu(const std::string& label, const Space& space, const CellRange& range, const Fields<Real>& target,
                      const Value& value, const RowEnds& row_ends) {
  constexpr int width = lanes_per_thread<Real>, dimensions = dimensions_of_body<Value>();
  constexpr bool has_lanes = dimensions != 1 && std::is_invocable_v<const Value&, Index, Index, LaneIndex<width>>;
  if constexpr (has_lanes) {
    // Lanes look beyond both ends of a row, so a single row goes without them.
    if (range.extent(1) > 1 && takes_lanes<width, Real>(target)) {
      store_columns<Axis, width, true, Real>(label, space, range, target, value, row_ends);
      return;
    }
  }
  // Few cells come here where there are lanes, and in one dimension each thread has one.
  store_columns<Axis, 1, !has_lanes && dimensions != 1, Real>(label, space, range, target, value, row_ends);
}

}  // namespace tarn::detail
