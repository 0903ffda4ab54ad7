#pragma once

#include <array>

namespace tarn {

/// How a box of cells is cut into one block per rank: a Cartesian arrangement of ranks, x fastest, whose blocks
/// differ by at most one cell along each axis (the larger ones come first).
class Decomposition {
 public:
  /// Chooses the arrangement whose cuts cost least: each cell of their area counts, eight times where x is cut; among
  /// equals the one with the fewest cuts along x, then y. Every number of ranks works that is a product of three, one
  /// for each axis, which leave each block at least `least` cells along every cut axis: a prime number cuts one axis
  /// alone.
  /// @param cells     cells of the whole domain along x, y, z, >= 1
  /// @param periodic  axes whose last block is a neighbour of the first
  /// @param size, rank  number of ranks, and this one
  /// @param least     least cells of a block along an axis that is cut, >= 1
  /// @throws UsageError if no arrangement of that many ranks exists; the message says how many there can be
  Decomposition(std::array<int, 3> cells, std::array<bool, 3> periodic, int size, int rank, int least = 1);

  /// Number of blocks along an axis.
  int ranks(int axis) const { return ranks_[axis]; }
  /// This rank's place along an axis.
  int place(int axis) const { return place_[axis]; }
  /// Cells of this rank's block.
  int cells(int axis) const { return offset_of(axis, place_[axis] + 1) - offset_of(axis, place_[axis]); }
  /// First cell of this rank's block in the domain.
  int offset(int axis) const { return offset_of(axis, place_[axis]); }
  /// Cells of the smallest block along an axis.
  int smallest_block(int axis) const { return domain_[axis] / ranks_[axis]; }

  /// The rank of the neighbour on the lower (side 0) or upper (side 1) end of an axis, this rank itself if a
  /// periodic axis is not cut, or -1 at the end of an axis that is not periodic.
  int neighbor(int axis, int side) const;
  /// The rank so many blocks away along each axis, by the same rules: its neighbours along edges and at corners too.
  int neighbor(std::array<int, 3> blocks_away) const;

  /// Whether what lies beyond an end of this rank's block belongs to another rank.
  bool is_cut(int axis, int side) const;

 private:
  int offset_of(int axis, int place) const;
  int rank_at(const std::array<int, 3>& place) const;

  std::array<int, 3> domain_;
  std::array<bool, 3> periodic_;
  std::array<int, 3> ranks_{1, 1, 1};
  std::array<int, 3> place_{0, 0, 0};
};

}  // namespace tarn
