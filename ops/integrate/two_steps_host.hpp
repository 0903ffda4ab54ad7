#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "tarn/core/grid/set_cells_host.hpp"
#include "tarn/ops/integrate/state_between.hpp"

// How a host takes two steps in one pass over memory.

namespace tarn::ops::detail {

/// Where the rows of each field are in an array: number i of a row, as the fields count, is element row + i. A row's
/// place may be negative; row + i never is.
template <int Fields>
using RowPlaces = Kokkos::Array<Index, Fields>;

/// A cell of rows that lie apart, for rates that look along the axes.
template <class Real, int Fields>
struct RowsCell {
  const Real* rows;  ///< the array that all of them are in
  RowPlaces<Fields> here, lower_y, upper_y, lower_z, upper_z;
  Index k, j, i;

  KOKKOS_FORCEINLINE_FUNCTION Real operator[](int field) const { return rows[here[field] + i]; }

  template <int Axis, int Away>
  KOKKOS_FORCEINLINE_FUNCTION Real along(int field) const {
    static_assert(Away == -1 || Away == 1, "a neighbour beyond the rows of two steps in one pass");
    if constexpr (Axis == 0) return rows[here[field] + i + Away];
    if constexpr (Axis == 1) return rows[(Away < 0 ? lower_y[field] : upper_y[field]) + i];
    if constexpr (Axis == 2) return rows[(Away < 0 ? lower_z[field] : upper_z[field]) + i];
  }
};

/// How a box is cut into tiles: of x and y in 3D, of x else, so that three planes of the state between fit into the
/// second cache, or three rows in 2D; and along the last axis where there are more threads than tiles.
template <class Real, int Fields, int Dim>
struct RingTiles {
  static constexpr std::int64_t most_bytes = 384 << 10;  ///< of the planes or rows of a tile
  static constexpr Index line = 64 / sizeof(Real);

  CellRange box;
  Kokkos::Array<int, 3> length;          ///< of a tile along each axis
  Kokkos::Array<int, 3> count{1, 1, 1};  ///< of tiles

  RingTiles(const CellRange& cells, int threads)
      : box(cells), length{cells.extent(0), cells.extent(1), cells.extent(2)} {
    constexpr int slots = Dim == 1 ? 1 : 3, beside = Dim == 3 ? 2 : 0, least_rows = Dim == 3 ? 16 : 1;
    constexpr std::int64_t shortest = 16;
    constexpr std::int64_t row = most_bytes / static_cast<std::int64_t>(sizeof(Real)) / Fields / slots;
    cut(0, row / (least_rows + beside) - 2 * line);
    if (Dim == 3) cut(1, row / pitch() - beside);
    const std::int64_t across = std::int64_t{Dim > 1 ? count[0] : 1} * (Dim > 2 ? count[1] : 1);
    const std::int64_t share = box.extent(Dim - 1) * across / threads;
    cut(Dim - 1, std::min<std::int64_t>(std::max(share, shortest), length[Dim - 1]));
  }

  /// Numbers from a row to the next: with a line at each end for the cells beside it.
  Index pitch() const { return (length[0] + line - 1) / line * line + 2 * line; }
  /// Rows of a plane.
  Index rows() const { return Dim == 3 ? length[1] + 2 : 1; }
  /// Numbers that a thread needs.
  std::int64_t size() const { return std::int64_t{Fields} * (Dim == 1 ? 1 : 3) * rows() * pitch(); }
  int tiles() const { return count[0] * count[1] * count[2]; }

  CellRange operator[](int n) const {
    const Kokkos::Array<int, 3> place{n % count[0], n / count[0] % count[1], n / count[0] / count[1]};
    CellRange tile;
    for (int axis = 0; axis < 3; ++axis) {
      tile.begin[axis] = box.begin[axis] + place[axis] * length[axis];
      tile.end[axis] = std::min(tile.begin[axis] + length[axis], box.end[axis]);
    }
    return tile;
  }

 private:
  /// Into equal parts along an axis, but for the last.
  void cut(int axis, std::int64_t most) {
    const int cells = box.extent(axis), parts = static_cast<int>((cells + most - 1) / most);
    length[axis] = (cells + parts - 1) / parts;
    count[axis] = (cells + length[axis] - 1) / length[axis];
  }
};

/// Marches through tiles along the last axis: makes a plane of the state between (in 2D a row), then from it and the
/// two planes before it one of the result.
template <class Real, class Rate, class RowEnds>
struct TwoStepsOnHost {
  static constexpr int fields = Rate::fields, dim = Rate::dimensions;
  using Between = StateBetween<Real, Rate>;
  using Tiles = RingTiles<Real, fields, dim>;
  using Rows = RowPlaces<fields>;

  Between y;
  Real first, second;  ///< lengths of the steps
  Fields<Real> out;
  RowEnds row_ends;
  Tiles tiles;
  Field<Real, 1> memory;
  int threads;

  void operator()(const int thread) const {
    Real* const ring = memory.data() + thread * tiles.size();
    for (int n = thread; n < tiles.tiles(); n += threads)
      Tile{*this, tiles[n], ring}.march();
  }

  class Tile {
   public:
    Tile(const TwoStepsOnHost& all, const CellRange& cells, Real* ring) : all_(all), cells_(cells), ring_(ring) {}

    void march() const {
      const Index k = cells_.begin[2], j = cells_.begin[1];
      if constexpr (dim == 1) {
        between(k, j, rows(k, j));
        finish(k, j);
      } else if constexpr (dim == 2) {
        for (Index m = j - 1; m <= cells_.end[1]; ++m) {
          between(k, m, rows(k, m));
          if (m > j) finish(k, m - 1);
        }
      } else {
        for (Index m = k - 1; m <= cells_.end[2]; ++m) {
          for (Index n = j - 1; n <= cells_.end[1]; ++n) {
            between(m, n, rows(m, n));
            if (m > k && n > j) finish(m - 1, n - 1);
          }
        }
      }
    }

   private:
    /// Where the rows of the state between are in the ring.
    Rows rows(Index k, Index j) const {
      const Tiles& tiles = all_.tiles;
      const Index slot = dim == 1 ? 0 : dim == 2 ? j % 3 : k % 3 * tiles.rows() + j - cells_.begin[1] + 1;
      Rows rows;
      for (int field = 0; field < fields; ++field)
        rows[field] = (slot * fields + field) * tiles.pitch() + Tiles::line - cells_.begin[0];
      return rows;
    }

    /// Makes a row of the state between, with a cell more at each end. The row may be one of ghosts.
    void between(Index k, Index j, const Rows& row) const {
      const int side_z = dim > 2 ? Between::side_of(all_.y.ends[2], k) : -1;
      const int side_y = dim > 1 ? Between::side_of(all_.y.ends[1], j) : -1;
      if (side_z >= 0) {
        between(Between::source_of(all_.y.ends[2], side_z, k), j, row);
        make_ghosts(2, side_z, k, j, row);
      } else if (side_y >= 0) {
        between(k, Between::source_of(all_.y.ends[1], side_y, j), row);
        make_ghosts(1, side_y, k, j, row);
      } else {
        step(k, j, row);
      }
    }

    /// Turns a row into that of the ghosts that take their values from it.
    void make_ghosts(int axis, int side, Index k, Index j, const Rows& row) const {
      const auto& ends = all_.y.ends[axis];
      if (ends.sources[side] == tarn::detail::GhostSource::wrap) return;
      const Index begin = cells_.begin[0] - 1, end = cells_.end[0] + 1;
      for (int field = 0; field < fields; ++field) {
        for (Index i = begin; i < end; ++i)
          ring_[row[field] + i] = Between::ghost(ends, side, field, axis == 2 ? k : j, axis == 2 ? j : k, i,
                                                 ring_[row[field] + i], all_.y.now(field, k, j, i));
      }
    }

    /// A row of the block.
    void step(Index k, Index j, const Rows& row) const {
      const auto& ends = all_.y.ends[0];
      const Index begin = std::max<Index>(cells_.begin[0] - 1, ends.ghosts);
      const Index end = std::min<Index>(cells_.end[0] + 1, ends.ghosts + ends.cells);
      const tarn::detail::PrefetchRow<Real> prefetch{end - begin};
      if constexpr (requires { all_.y.rate.first_reads(all_.y.now, k, j, prefetch); })
        all_.y.rate.first_reads(all_.y.now, k, j, prefetch);
      const Between& y = all_.y;
      const Real dt = all_.first;
      Real* const ring = ring_;
      TARN_INDEPENDENT_ITERATIONS
      for (Index i = begin; i < end; ++i) {
        const auto values = y.cell(k, j, i, dt);
        TARN_UNROLL
        for (int field = 0; field < fields; ++field)
          ring[row[field] + i] = values[field];
      }
      for (const Index i : {Index{cells_.begin[0] - 1}, Index{cells_.end[0]}}) {
        if (Between::side_of(ends, i) < 0) continue;
        const auto values = y.at(k, j, i, dt);
        for (int field = 0; field < fields; ++field)
          ring[row[field] + i] = values[field];
      }
    }

    /// A row of the result.
    void finish(Index k, Index j) const {
      const Rows here = rows(k, j);
      RowsCell<Real, fields> cell{};
      cell.rows = ring_;
      cell.k = k;
      cell.j = j;
      Real* target[fields];
      const Index begin = cells_.begin[0], end = cells_.end[0];
      for (int field = 0; field < fields; ++field) {
        target[field] = &all_.out(field, k, j, 0);
        tarn::detail::prefetch_page_starts<tarn::detail::Prefetch::for_writing>(target[field] + begin, end - begin);
        cell.here[field] = here[field];
        if (dim > 1) cell.lower_y[field] = rows(k, j - 1)[field];
        if (dim > 1) cell.upper_y[field] = rows(k, j + 1)[field];
        if (dim > 2) cell.lower_z[field] = rows(k - 1, j)[field];
        if (dim > 2) cell.upper_z[field] = rows(k + 1, j)[field];
      }
      const Rate& rate = all_.y.rate;
      const Real dt = all_.second;
      TARN_INDEPENDENT_ITERATIONS
      for (Index i = begin; i < end; ++i) {
        cell.i = i;
        const auto values = Between::stepped(rate, cell, dt);
        TARN_UNROLL
        for (int field = 0; field < fields; ++field)
          target[field][i] = values[field];
      }
      fill_row_ends(k, j, target);
    }

    /// The ghosts of the result that take their values from the row's cells.
    void fill_row_ends(Index k, Index j, Real* const (&row)[fields]) const {
      const auto& ends = all_.y.ends[0];
      const Index near_lower = std::min<Index>(cells_.end[0], 2 * ends.ghosts);
      const Index near_upper = std::max<Index>({cells_.begin[0], near_lower, ends.cells});
      for (int field = 0; field < fields; ++field) {
        for (Index i = cells_.begin[0]; i < near_lower; ++i)
          all_.row_ends.fill_from(field, k, j, i, row[field][i]);
        for (Index i = near_upper; i < cells_.end[0]; ++i)
          all_.row_ends.fill_from(field, k, j, i, row[field][i]);
      }
    }

    const TwoStepsOnHost& all_;
    const CellRange& cells_;
    Real* ring_;
  };
};

template <class Real, class Rate, class RowEnds>
void take_two_steps_on_host(const std::string& label, const Space& space, const CellRange& box,
                            const StateBetween<Real, Rate>& y, const StepWeight<Real>& second, const Fields<Real>& out,
                            const RowEnds& row_ends, Field<Real, 1>& memory) {
  const int threads = std::max(1, static_cast<int>(space.concurrency()));
  const RingTiles<Real, Rate::fields, Rate::dimensions> tiles(box, threads);
  const auto size = static_cast<std::size_t>(tiles.size() * threads);
  if (memory.extent(0) < size) memory = Field<Real, 1>("tarn::ops::state_between", size);
  const TwoStepsOnHost<Real, Rate, RowEnds> steps{y, y.dt(), second(), out, row_ends, tiles, memory, threads};
  Kokkos::parallel_for(label, Kokkos::RangePolicy<Space, Kokkos::IndexType<int>>(space, 0, threads), steps);
}

}  // namespace tarn::ops::detail
