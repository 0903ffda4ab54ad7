#pragma once

#include <cstdint>

#include "tarn/core/grid/grid.hpp"
#include "tarn/ops/formula/formula.hpp"

namespace tarn::ops {

/// Sets cells of a field to a formula of x, y, z [length] and t [time] at their centres, computed in double
/// precision and rounded to Real. The same bits on every host, GPU and decomposition; `random` takes the
/// cell's number in the whole domain, x fastest, and a ghost cell beyond the domain's end the number of the
/// cell that it would be on a periodic axis.
/// @param space    instance the work is enqueued on; no fence. The first call with a formula copies it to the
/// device.
/// @param formula  of variables named x, y, z and t, in any order
/// @param range    the cells to set, ghosts counted, within the field
/// @param field    shape of the grid with ghosts; cells outside `range` stay as they are
/// @param seed, stream  of the formula's random numbers; formulas with different streams have different
/// numbers
/// @throws ShapeMismatch if the field has not the grid's shape; Error if the formula uses another variable or
/// the range
///     leaves the field
template <class Real>
void set_from_formula(const Space& space, const Formula& formula, const Grid& grid, const CellRange& range,
                      const Field<Real, 3>& field, double t, std::uint64_t seed, std::uint64_t stream);

}  // namespace tarn::ops
