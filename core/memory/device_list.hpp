#pragma once

#include <string>
#include <vector>

#include "tarn/core/memory/transfer.hpp"

namespace tarn {

/// A list of the host as an array on the device, with memory of the device's pool. Complete on return, so the list may
/// die.
/// @param space  instance whose kernels read the array; its earlier work is waited for, and no other instance's
/// @param label  what the ledger calls the copy
/// @throws TransferRefused, OutOfMemory
template <class T>
Field<const T, 1> device_list(const Space& space, const std::string& label, const std::vector<T>& list) {
  const auto target = pool_view<Field<T, 1>>(memory().device(), stream_of(space), label, list.size());
  using Source =
      Kokkos::View<const T*, Kokkos::LayoutRight, Kokkos::HostSpace, Kokkos::MemoryTraits<Kokkos::Unmanaged>>;
  upload(space, target, Source(list.data(), list.size()), label);
  return target;
}

}  // namespace tarn
