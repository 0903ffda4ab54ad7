#pragma once

#include "tarn/core/grid/grid.hpp"
#include "tarn/core/space.hpp"

// Diffusivity on the faces of cells, from what it is in the cells.

namespace tarn::ops {

/// Sets the lower face of each cell along an axis, the upper end of the block included, to the harmonic mean of the two
/// cells beside it (0 where their sum is not above 0): it makes the flux through a jump between two materials exact (S.
/// V. Patankar, Numerical Heat Transfer and Fluid Flow, 1980, section 4.2-3).
/// @param in_cells  >= 0, ghosts filled
/// @param on_face   of the grid's extents
template <class Real>
void set_harmonic_means(const Space& space, const Grid& grid, int axis, const Field<Real, 3>& in_cells,
                        const Field<Real, 3>& on_face);

/// Writes the values of a face of the domain over those of the cells' faces on it.
/// @param values  as GhostCells::given()
template <class Real>
void set_on_boundary(const Space& space, const Grid& grid, int axis, int side, const Field<Real, 2>& values,
                     const Field<Real, 3>& on_face);

}  // namespace tarn::ops
