#pragma once

#include <cstdint>

#include "tarn/core/grid/grid.hpp"

namespace tarn::detail {

/// Cells along the slowest axis, z (2) or y (1), of one thread: enough that neighbours stay in registers and the memory
/// is kept busy, few enough that registers do not run out.
template <int Axis>
inline constexpr int cells_per_thread = Axis == 2 ? 2 : 3;

/// How the GPU threads of set_cells() share a box: each has cells_per_thread cells along z (Axis 2) or y (Axis 1),
/// Width along x, and a block of threads has a tile of the other axes.
template <int Axis, int Width>
struct ColumnTiles {
  static constexpr unsigned size = 128;  ///< threads of a tile

  CellRange range;  ///< not empty

  /// Threads of a tile along x, 2^shift(). Along z a block of threads takes a tile of x and y, whose rows find their
  /// neighbours in the first cache. The thin boxes beside a cut across x get thin tiles.
  KOKKOS_FUNCTION unsigned shift() const {
    if (Axis == 1) return 7;
    return range.end[0] - first() <= 2 * Width ? 1 : 4;
  }
  KOKKOS_FUNCTION unsigned columns() const { return 1u << shift(); }
  KOKKOS_FUNCTION unsigned rows() const { return size >> shift(); }

  /// The first index along x of any thread: a multiple of Width, so that lanes lie as the memory wants them.
  KOKKOS_FUNCTION int first() const { return range.begin[0] / Width * Width; }
  KOKKOS_FUNCTION unsigned along_x() const { return pieces(range.end[0] - first(), columns() * Width); }
  KOKKOS_FUNCTION unsigned along_y() const { return Axis == 2 ? pieces(range.extent(1), rows()) : 1; }
  KOKKOS_FUNCTION unsigned groups() const { return pieces(range.extent(Axis), cells_per_thread<Axis>); }
  std::int64_t threads() const { return std::int64_t{size} * along_x() * along_y() * groups(); }

  /// Cuts the box in two where it has the most tiles or groups, at the edge of one; there are two at least.
  void cut(CellRange& lower, CellRange& upper) const {
    lower = upper = range;
    if (groups() >= along_x() && groups() >= along_y()) {
      lower.end[Axis] = upper.begin[Axis] = range.begin[Axis] + static_cast<int>(groups() / 2) * cells_per_thread<Axis>;
    } else if (along_x() >= along_y()) {
      lower.end[0] = upper.begin[0] = first() + static_cast<int>(along_x() / 2 * columns() * Width);
    } else {
      lower.end[1] = upper.begin[1] = range.begin[1] + static_cast<int>(along_y() / 2 * rows());
    }
  }

 private:
  KOKKOS_FUNCTION static unsigned pieces(int cells, unsigned piece) {
    return (static_cast<unsigned>(cells) + piece - 1) / piece;
  }
};

/// Calls use(part) for parts of a box that have at most so many threads each and are the box together.
/// @param most  at least the threads of one tile
template <int Axis, int Width, class Use>
void for_each_part(const CellRange& range, std::int64_t most, const Use& use) {
  const ColumnTiles<Axis, Width> tiles{range};
  if (tiles.threads() <= most) {
    use(range);
    return;
  }
  CellRange lower, upper;
  tiles.cut(lower, upper);
  for_each_part<Axis, Width>(lower, most, use);
  for_each_part<Axis, Width>(upper, most, use);
}

}  // namespace tarn::detail
