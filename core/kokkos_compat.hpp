#pragma once

#include <string>

#include <Kokkos_Core.hpp>

// The only file that looks at Kokkos' version. tarn works with 3.4 (Debian 12) to 5.x.

#if KOKKOS_VERSION < 30400
#error "tarn needs Kokkos 3.4 or newer"
#endif

namespace tarn::kokkos_compat {

/// The version of Kokkos that tarn was compiled against, such as "4.6.99".
inline std::string version() {
  return std::to_string(KOKKOS_VERSION / 10000) + "." + std::to_string(KOKKOS_VERSION / 100 % 100) + "." +
         std::to_string(KOKKOS_VERSION % 100);
}

/// Starts Kokkos.
/// @param device_id  the device of this process, or -1 to leave the choice to Kokkos
inline void initialize(int device_id) {
#if KOKKOS_VERSION >= 30700
  Kokkos::InitializationSettings settings;
  settings.set_disable_warnings(true);
  if (device_id >= 0) settings.set_device_id(device_id);
  Kokkos::initialize(settings);
#else
  Kokkos::InitArguments arguments;
  arguments.disable_warnings = true;
  arguments.device_id = device_id;
  Kokkos::initialize(arguments);
#endif
}

/// Whether Kokkos has been started and finalised: it cannot be started a second time.
inline bool was_finalized() {
#if KOKKOS_VERSION >= 30700
  return Kokkos::is_finalized();
#else
  return false;  // 3.4 can be started again
#endif
}

/// An instance of the same device whose work is not ordered with that of `space`, where the device has such: a stream
/// of its own.
template <class Space>
Space another_instance(const Space& space) {
#if defined(KOKKOS_ENABLE_CUDA)
  return Kokkos::Experimental::partition_space(space, 1).front();
#else
  return space;
#endif
}

#if defined(KOKKOS_ENABLE_CUDA)
using PinnedSpace = Kokkos::CudaHostPinnedSpace;
#else
using PinnedSpace = Kokkos::HostSpace;
#endif

}  // namespace tarn::kokkos_compat

namespace tarn {
/// Host memory that the device copies to and from at full speed.
using PinnedSpace = kokkos_compat::PinnedSpace;
}  // namespace tarn
