#pragma once

#include "tarn/core/grid/grid.hpp"

// Copies and fills of whole arrays, compiled once: each call of Kokkos::deep_copy() is a second of compiling.

namespace tarn {

/// to = from, ghosts included; enqueued, no fence.
/// @throws what Kokkos throws where the extents differ
template <class Real>
void copy_fields(const Space& space, const Fields<Real>& from, const Fields<Real>& to);

/// Every cell of a field gets a value, ghosts too; enqueued, no fence.
template <class Real>
void fill_field(const Space& space, const Field<Real, 3>& field, Real value);

}  // namespace tarn
