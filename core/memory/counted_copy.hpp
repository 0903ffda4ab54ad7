#pragma once

#include <string>

#include "tarn/core/memory/memory.hpp"
#include "tarn/core/memory/view_parts.hpp"

// Kokkos::deep_copy between the device and the host, with an entry in the ledger. For copies that stay enqueued, of
// arrays in memory that was chosen for it; upload() and download() are for all others.

namespace tarn {

namespace detail {

template <class Target, class Source>
void counted_copy(const Space& space, Direction direction, const std::string& label, const Target& target,
                  const Source& source) {
  const std::size_t bytes = source.size() * sizeof(Element<Source>);
  if (bytes == 0 || static_cast<const void*>(target.data()) == static_cast<const void*>(source.data())) return;
  memory().transfers().require_allowed(direction, label, bytes);
  const Kokkos::Timer timer;
  Kokkos::deep_copy(space, target, source);
  memory().transfers().record(direction, label, bytes, timer.seconds());
}

}  // namespace detail

/// Enqueues a copy of a device array to host memory that the device reaches (pinned); nothing if the two are one. Where
/// the host memory is pageable it returns when the copy is done.
/// @throws TransferRefused
template <detail::IsView Target, detail::IsView Source>
void copy_to_host(const Space& space, const std::string& label, const Target& target, const Source& source) {
  detail::counted_copy(space, Direction::to_host, label, target, source);
}

/// The counterpart of copy_to_host().
/// @throws TransferRefused
template <detail::IsView Target, detail::IsView Source>
void copy_to_device(const Space& space, const std::string& label, const Target& target, const Source& source) {
  detail::counted_copy(space, Direction::to_device, label, target, source);
}

}  // namespace tarn
