#pragma once

#include <cstddef>

#include "tarn/core/grid/grid.hpp"

namespace tarn::apps {

/// The part of one member in the fields of a batch, or of a batch of one: a run of numbers in each field.
template <class Real>
struct MemberPart {
  Fields<Real> fields;      ///< (field, k, j, i), of one member or of all
  std::size_t member = 0;   ///< its place
  std::size_t members = 1;  ///< that the fields hold

  std::size_t size() const { return fields.size() / (fields.extent(0) * members); }  ///< numbers of one field
  /// Where the numbers of a field begin.
  Real* data(std::size_t field) const { return fields.data() + (field * members + member) * size(); }
};

/// Enqueues a copy of consecutive numbers on the device.
template <class Real>
void copy_numbers(const Space& space, const Real* from, Real* to, std::size_t count) {
  using From = Kokkos::View<const Real*, Kokkos::LayoutRight, Space, Kokkos::MemoryTraits<Kokkos::Unmanaged>>;
  using To = Kokkos::View<Real*, Kokkos::LayoutRight, Space, Kokkos::MemoryTraits<Kokkos::Unmanaged>>;
  Kokkos::deep_copy(space, To(to, count), From(from, count));
}

/// Enqueues a copy of a member's state, ghosts included.
template <class Real>
void copy_member(const Space& space, const MemberPart<Real>& from, const MemberPart<Real>& to) {
  for (std::size_t field = 0; field < from.fields.extent(0); ++field)
    copy_numbers<Real>(space, from.data(field), to.data(field), from.size());
}

}  // namespace tarn::apps
