#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "tarn/core/grid/grid.hpp"
#include "tarn/core/parallel/communicator.hpp"
#include "tarn/core/space.hpp"

namespace tarn::ops {

/// What is said about a field in one line.
struct Statistics {
  double minimum = 0, maximum = 0;     ///< of the finite values; NaN if there is none; zeros are positive
  double sum = 0, sum_of_squares = 0;  ///< NaN if a value is not finite; infinite beyond the largest double
  std::int64_t not_finite = 0;         ///< cells that are NaN or infinite
  std::array<std::int64_t, 3>
      first_not_finite{};  ///< x, y, z in the domain of the first of them, x fastest; valid if there is one
};

/// Reduces a field over the blocks of all ranks, ghosts left out; collective. Every member has the same bits
/// on every rank, for any number of ranks and on any device; see reproducible_sum.hpp for the sums. The
/// squares are taken of values scaled by a power of two, so neither overflow nor underflow of a square loses
/// anything.
/// @param space  instance the two passes over the field run on; fenced
/// @param u      (extent z, y, x) of the grid
/// @throws ShapeMismatch if `u` has not the grid's extents
template <class Real>
Statistics statistics(const Space& space, const Communicator& communicator, const Grid& grid, const Field<Real, 3>& u);

/// The place x, y, z in the domain of the first cell, x fastest, that is NaN or infinite on any rank; one
/// pass over the field, collective, the same answer on every rank. For looking now and then during a run.
/// @param space  instance the pass runs on; fenced
/// @param u      (extent z, y, x) of the grid; ghosts are left out
/// @throws ShapeMismatch if `u` has not the grid's extents
template <class Real>
std::optional<std::array<std::int64_t, 3>> first_not_finite(const Space& space, const Communicator& communicator,
                                                            const Grid& grid, const Field<Real, 3>& u);

}  // namespace tarn::ops
