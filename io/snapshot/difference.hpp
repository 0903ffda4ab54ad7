#pragma once

#include <cstdint>
#include <string>

#include "tarn/io/snapshot/snapshot.hpp"

namespace tarn::io {

/// How the cells of two grids of one domain lie in each other: either each cell of the coarser grid is cut into whole
/// cells of the finer, or the grids are the same.
struct GridMatch {
  CellIndex factor{1, 1, 1};     ///< fine cells along each axis of a coarse one
  bool second_is_finer = false;  ///< else the first is, or none

  bool same() const { return factor == CellIndex{1, 1, 1}; }  ///< whether the grids are one
};

/// @throws UsageError that tells both grids, if they are of other domains or neither refines the other by whole factors
GridMatch match_grids(const GridBlock& first, const GridBlock& second);

/// How far a field of one snapshot is from that of another. Values of the finer grid are averaged over the cells of the
/// coarser one, to which all cells here belong. Cells where either value is no finite number count in none of the
/// norms.
struct FieldDifference {
  std::int64_t cells = 0;                               ///< of the coarser grid
  std::int64_t differing = 0;                           ///< whose values have other bits
  std::int64_t not_finite[2] = {0, 0};                  ///< that hold NaN or infinity in the first, in the second
  std::int64_t unlike = 0;                              ///< differing ones where a value is not finite
  double largest = 0;                                   ///< of |a - b|
  double relative = 0;                                  ///< the largest |a - b| / max(|a|, |b|)
  CellIndex largest_at{0, 0, 0}, relative_at{0, 0, 0};  ///< the first cells, x fastest, that have them
  double l1 = 0;                                        ///< the mean of |a - b|
  double l2 = 0;                                        ///< the root mean square of a - b
  double magnitude = 0;                                 ///< the largest |a| or |b|

  bool equal() const { return differing == 0; }  ///< to the bit
  /// Whether no value is further off than so many times the largest magnitude.
  bool within(double tolerance) const { return unlike == 0 && largest <= tolerance * magnitude; }
};

/// Compares a field of both, some planes of cells at a time; values of single precision are compared as doubles.
/// Collective.
/// @param match  of their grids
/// @throws Missing, Corrupt, Io
FieldDifference difference_of(const SnapshotReader& first, const SnapshotReader& second, const std::string& field,
                              const GridMatch& match);

}  // namespace tarn::io
