#pragma once

#include <cstdint>
#include <source_location>
#include <vector>

#include "tarn/ops/linalg/csr.hpp"

// Rows of a sparse matrix that have nothing to do with each other, so that a sweep may change them at the same time.

namespace tarn::ops {

/// The rows of a square matrix, colour by colour. No row has an entry in the column of another row of its colour, nor
/// that one in the column of this.
struct RowColors {
  Field<const std::int32_t, 1> rows;  ///< (rows): those of the first colour, then of the second; each colour in order
  std::vector<std::int64_t>
      offsets;  ///< (colors + 1), on the host: colour c has rows(offsets[c]) to rows(offsets[c+1]-1)

  int colors() const { return static_cast<int>(offsets.size()) - 1; }  ///< how many there are
};

/// Colours the rows by Kokkos Kernels (KokkosGraph, distance 1): row after row gets the least colour that no neighbour
/// has. Rows i and j are neighbours where entry (i, j) or (j, i) is stored, even as 0.
///
/// It runs on the host, on one core, for the colours are then the same on every device and from run to run. Of Kokkos
/// Kernels' parallel methods those whose colours are not left to chance fail for many colours. A matrix needs its
/// colours once, whatever its values become.
/// @param space  instance whose work is waited for; what is returned is there
/// @throws ShapeMismatch if the matrix is not square, Error if it has more than 2^31 - 1 rows, or if this Kokkos
/// Kernels
///         was built without its graphs
template <class Real>
RowColors color_rows(const Space& space, const Csr<Real>& a,
                     std::source_location place = std::source_location::current());

/// Colours that the caller knows, such as red and black for the cells of a grid.
/// @param colors  (rows), from 0 on; one that no row has takes no time in a sweep
/// @throws as above; ShapeMismatch if `colors` has another extent, Error if a colour is negative or not below the
/// number
///         of rows, or if two neighbours have the same: the message names the first row of such
template <class Real>
RowColors group_rows(const Space& space, const Csr<Real>& a, const Field<const std::int32_t, 1>& colors,
                     std::source_location place = std::source_location::current());

}  // namespace tarn::ops
