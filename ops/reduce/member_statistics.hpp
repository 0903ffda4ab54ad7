#pragma once

#include <vector>

#include "tarn/core/grid/grid.hpp"
#include "tarn/core/space.hpp"
#include "tarn/ops/reduce/statistics.hpp"

namespace tarn::ops {

/// statistics() of every member of a batch, to the last bit, in two launches for all.
///
/// The axis behind the last one of the grid's dimensions counts the members; it has no ghosts.
/// @param space  instance that the two passes over the field run on; fenced
/// @param grid   of the batch, on one rank, with one or two dimensions
/// @param u      (extent z, y, x) of the grid
/// @returns one for each member; the place of a value that is not finite is that in the member's own grid
/// @throws ShapeMismatch if `u` has not the grid's extents
template <class Real>
std::vector<Statistics> statistics_of_members(const Space& space, const Grid& grid, const Field<Real, 3>& u);

}  // namespace tarn::ops
