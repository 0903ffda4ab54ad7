#pragma once

#include "tarn/core/grid/grid.hpp"
#include "tarn/core/space.hpp"

namespace tarn {

/// Copies the block's own cells of a field to the host, without ghosts.
/// @param space  instance that packs and copies; fenced, the host array is complete on return
/// @param field  (extent z, y, x) of the grid
/// @param host   (cells z, y, x) of the grid
/// @throws ShapeMismatch if an extent differs
template <class Real>
void copy_interior_to_host(const Space& space, const Grid& grid, const Field<Real, 3>& field,
                           const HostField<Real, 3>& host);

/// Copies a host array into the block's own cells of a field; ghosts stay as they are.
/// @param space  instance that copies and unpacks; fenced, the host array may change on return
/// @param host   (cells z, y, x) of the grid
/// @param field  (extent z, y, x) of the grid
/// @throws ShapeMismatch if an extent differs
template <class Real>
void copy_interior_from_host(const Space& space, const Grid& grid, const HostField<Real, 3>& host,
                             const Field<Real, 3>& field);

}  // namespace tarn
