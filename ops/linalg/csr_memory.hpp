#pragma once

#include "tarn/ops/linalg/csr.hpp"
#include "tarn/ops/linalg/strided.hpp"

// Whether what is written to lies on what is read, for vectors and sparse matrices.

namespace tarn::ops::detail {

template <class T>
Footprint footprint_of(const Field<T, 1>& v) {
  return {reinterpret_cast<std::uintptr_t>(v.data()),
          {1, static_cast<std::int64_t>(v.extent(0)), 1},
          {0, sizeof(T), 0},
          sizeof(T)};
}

/// Whether a target lies on a vector.
template <class Real>
bool shares_memory(const Field<const Real, 1>& v, const Field<Real, 1>& target) {
  return overlaps(footprint_of<Real>(target), footprint_of<const Real>(v));
}

/// Whether a target lies on what describes the matrix.
template <class Real>
bool shares_memory(const Csr<Real>& a, const Field<Real, 1>& target) {
  const Footprint own = footprint_of<Real>(target);
  return overlaps(own, footprint_of<const Real>(a.values)) ||
         overlaps(own, footprint_of<const std::int32_t>(a.columns)) ||
         overlaps(own, footprint_of<const std::int64_t>(a.offsets));
}

}  // namespace tarn::ops::detail
