#pragma once

#include "tarn/core/grid/grid.hpp"
#include "tarn/ops/formula/formula.hpp"

namespace tarn::apps {

/// Evaluates a formula of the grid's axes, and of t where it was compiled with it, on a face of the domain.
/// @param axis, side  the face
/// @param t           [time]
/// @param values      as GhostCells::face_values(); every entry is written
template <class Real>
void set_face_values(const Space& space, const ops::Formula& formula, const Grid& grid, int axis, int side, double t,
                     const Field<Real, 2>& values);

}  // namespace tarn::apps
