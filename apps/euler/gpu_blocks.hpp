#pragma once

#include "tarn/core/grid/grid.hpp"

// How a stage on a GPU is cut into blocks of threads that march along the last axis.

namespace tarn::apps::euler {

/// The cells of a block across its march.
template <int Dim>
struct BlockShape {
  static constexpr int columns = Dim == 3 ? 32 : 128, rows = Dim == 3 ? 8 : 1, threads = columns * rows;
};

/// How a box is cut into blocks.
template <int Dim>
struct Blocks {
  static constexpr int columns = BlockShape<Dim>::columns, rows = BlockShape<Dim>::rows, march = Dim - 1;

  CellRange box;
  int along_x, along_y, depth;  ///< blocks, and planes that one of them marches through

  explicit Blocks(const CellRange& cells)
      : box(cells),
        along_x((cells.extent(0) + columns - 1) / columns),
        along_y(Dim == 3 ? (cells.extent(1) + rows - 1) / rows : 1) {
    constexpr int enough = 528, least = 4, most = 32;  // blocks for a whole GPU, and planes of each
    const int planes = cells.extent(+march) * along_x * along_y / enough;
    depth = planes < least ? least : planes > most ? most : planes;
  }
  int count() const { return along_x * along_y * ((box.extent(+march) + depth - 1) / depth); }

  /// The first cell of a block, and the planes that it marches through.
  struct Place {
    Index i, j, first, end;
  };
  KOKKOS_FORCEINLINE_FUNCTION Place operator[](int block) const {
    const int part = block / (along_x * along_y), tile = block - part * along_x * along_y, row = tile / along_x;
    const Index first = box.begin[+march] + part * depth;
    const Index end = first + depth < box.end[+march] ? first + depth : box.end[+march];
    return {box.begin[0] + (tile - row * along_x) * columns, Dim == 3 ? box.begin[1] + row * rows : 0, first, end};
  }
};

/// Blocks in which a division was in doubt, see Quick: 1 each.
using DoubtfulBlocks = Field<int, 1>;

/// Once more the cells of doubtful blocks.
template <class Real, int Dim, class Stage>
struct DoubtfulCells {
  Blocks<Dim> blocks;
  Stage stage;
  DoubtfulBlocks doubtful;

  template <class Member>
  KOKKOS_FUNCTION void operator()(const Member& team) const {
    if (doubtful(team.league_rank()) == 0) return;
    const auto place = blocks[team.league_rank()];
    const Index i = place.i + team.team_rank() % BlockShape<Dim>::columns;
    const Index j = place.j + team.team_rank() / BlockShape<Dim>::columns;
    if (i < blocks.box.end[0] && (Dim < 3 || j < blocks.box.end[1])) {
      for (Index m = place.first; m < place.end; ++m)
        stage(Dim == 3 ? m : blocks.box.begin[2], Dim == 3 ? j : m, i);
    }
    team.team_barrier();
    if (team.team_rank() == 0) doubtful(team.league_rank()) = 0;
  }
};

}  // namespace tarn::apps::euler
