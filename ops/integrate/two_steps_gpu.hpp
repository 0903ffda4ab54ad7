#pragma once

#include <algorithm>
#include <string>

#include "tarn/core/kokkos_compat.hpp"
#include "tarn/ops/integrate/state_between.hpp"

// How a GPU takes two steps in one pass over memory.

namespace tarn::ops::detail {

#if defined(TARN_GPU)

/// How a box is cut into tiles, one for each block of threads: a thread has a column of the state between along the
/// last axis, and those at the edge of a block make what the others look at beside them.
template <int Dim>
struct ColumnBlocks {
  static constexpr int columns = Dim == 3 ? 32 : 256, rows = Dim == 3 ? 16 : 1, threads = columns * rows;
  static constexpr int inner_columns = columns - 2, inner_rows = Dim == 3 ? rows - 2 : 1, march = Dim - 1;
  static constexpr int per_multiprocessor = 1024 / threads;

  CellRange box;
  int along_x, along_y, depth;  ///< tiles, and planes of one

  explicit ColumnBlocks(const CellRange& cells)
      : box(cells),
        along_x((cells.extent(0) + inner_columns - 1) / inner_columns),
        along_y(Dim == 3 ? (cells.extent(1) + inner_rows - 1) / inner_rows : 1) {
    constexpr std::int64_t enough = 528, least = 8, most = 64;  // blocks for a whole GPU, and planes of each
    depth = Dim == 1 ? 1
                     : static_cast<int>(
                           std::clamp(std::int64_t{cells.extent(+march)} * along_x * along_y / enough, least, most));
  }
  int count() const { return along_x * along_y * (Dim == 1 ? 1 : (box.extent(+march) + depth - 1) / depth); }
};

/// A column's cell and the planes beside it in registers, its neighbours across in memory that the block shares.
template <class Real, int Fields, int Dim>
struct ColumnCell {
  using Blocks = ColumnBlocks<Dim>;
  using Values = Kokkos::Array<Real, Fields>;

  Values lower, here, upper;  ///< along the last axis, but in 1D
  const Real* shared;         ///< the cell's place in the plane of the first field
  Index k, j, i;

  KOKKOS_FORCEINLINE_FUNCTION Real operator[](int field) const { return here[field]; }

  template <int Axis, int Away>
  KOKKOS_FORCEINLINE_FUNCTION Real along(int field) const {
    static_assert(Away == -1 || Away == 1, "a neighbour beyond the planes of two steps in one pass");
    if constexpr (Axis == 0) return shared[field * Blocks::threads + Away];
    if constexpr (Axis > 0 && Axis == Dim - 1) return Away < 0 ? lower[field] : upper[field];
    if constexpr (Axis > 0 && Axis < Dim - 1) return shared[field * Blocks::threads + Away * Blocks::columns];
  }
};

/// Blocks of threads march along the last axis.
template <class Real, class Rate, class RowEnds>
struct TwoStepsOnGpu {
  static constexpr int fields = Rate::fields, dim = Rate::dimensions;
  using Between = StateBetween<Real, Rate>;
  using Blocks = ColumnBlocks<dim>;
  using Cell = ColumnCell<Real, fields, dim>;
  static constexpr int plane = fields * Blocks::threads;                     ///< numbers of a shared plane
  static constexpr int shared = 2 * plane * static_cast<int>(sizeof(Real));  ///< bytes of two

  Between y;
  StepWeight<Real> second;
  Fields<Real> out;
  RowEnds row_ends;
  Blocks blocks;

  template <class Member>
  KOKKOS_FUNCTION void operator()(const Member& team) const {
    const int rank = team.team_rank(), x = rank % Blocks::columns, row = rank / Blocks::columns;
    const int tiles = blocks.along_x * blocks.along_y, part = team.league_rank() / tiles;
    const int tile = team.league_rank() - part * tiles, tile_row = tile / blocks.along_x;
    const CellRange& box = blocks.box;
    const Index i = box.begin[0] + (tile - tile_row * blocks.along_x) * Blocks::inner_columns + x - 1;
    const Index across = dim == 3 ? box.begin[1] + tile_row * Blocks::inner_rows + row - 1 : 0;
    // Beside the box are cells of the state between, beyond them nothing.
    const bool makes = i <= box.end[0] && (dim < 3 || across <= box.end[1]);
    const bool inside = x > 0 && x < Blocks::columns - 1 && (dim < 3 || (row > 0 && row < Blocks::rows - 1));
    const bool writes = inside && i < box.end[0] && (dim < 3 || across < box.end[1]);
    Real* const own = static_cast<Real*>(team.team_shmem().get_shmem(+shared)) + rank;
    const Real first_step = y.dt(), second_step = second();

    if constexpr (dim == 1) {
      Cell cell{};
      if (makes) cell.here = y.at(0, 0, i, first_step);
      share(own, cell.here);
      team.team_barrier();
      cell.shared = own;
      if (writes) finish(cell, 0, 0, i, second_step);
    } else {
      const Index first = box.begin[dim - 1] + part * blocks.depth;
      const Index end = first + blocks.depth < box.end[dim - 1] ? first + blocks.depth : box.end[dim - 1];
      Cell cell{};
      TARN_KEEP_LOOP
      for (Index m = first - 1; m <= end; ++m) {
        const Index k = dim == 3 ? m : 0, j = dim == 3 ? across : m;
        if (makes) cell.upper = y.at(k, j, i, first_step);
        cell.shared = own + ((m - 1) & 1) * plane;
        if (writes && m > first) finish(cell, dim == 3 ? m - 1 : 0, dim == 3 ? across : m - 1, i, second_step);
        share(own + (m & 1) * plane, cell.upper);
        cell.lower = cell.here;
        cell.here = cell.upper;
        team.team_barrier();  // those who read a plane have passed one more when it is written again
      }
    }
  }

 private:
  static KOKKOS_FORCEINLINE_FUNCTION void share(Real* to, const typename Cell::Values& values) {
    TARN_UNROLL
    for (int field = 0; field < fields; ++field)
      to[field * Blocks::threads] = values[field];
  }

  KOKKOS_FORCEINLINE_FUNCTION void finish(Cell& cell, Index k, Index j, Index i, Real step) const {
    cell.k = k;
    cell.j = j;
    cell.i = i;
    const auto values = Between::stepped(y.rate, cell, step);
    TARN_UNROLL
    for (int field = 0; field < fields; ++field)
      out(field, k, j, i) = values[field];
    if (!row_ends.touches(i, i + 1)) return;
    TARN_KEEP_LOOP
    for (int field = 0; field < fields; ++field)
      row_ends.fill_from(field, k, j, i, out(field, k, j, i));
  }
};

template <class Real, class Rate, class RowEnds>
void take_two_steps_on_gpu(const std::string& label, const Space& space, const CellRange& box,
                           const StateBetween<Real, Rate>& y, const StepWeight<Real>& second, const Fields<Real>& out,
                           const RowEnds& row_ends) {
  using Blocks = ColumnBlocks<Rate::dimensions>;
  using Steps = TwoStepsOnGpu<Real, Rate, RowEnds>;
  const Blocks blocks(box);
  const Kokkos::TeamPolicy<Space, Kokkos::LaunchBounds<Blocks::threads, Blocks::per_multiprocessor>> teams(
      space, blocks.count(), +Blocks::threads);
  const auto sharing = Kokkos::TeamPolicy(teams).set_scratch_size(0, Kokkos::PerTeam(+Steps::shared));
  Kokkos::parallel_for(label, kokkos_compat::sent_with_launch(sharing), Steps{y, second, out, row_ends, blocks});
}

#endif

}  // namespace tarn::ops::detail
