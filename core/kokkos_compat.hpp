#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

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

/// What Kokkos was built with, such as "CUDA 13.0, Serial".
inline std::string built_with() {
  std::string parts;
  const auto add = [&](const std::string& part) { parts += parts.empty() ? part : ", " + part; };
#if defined(KOKKOS_ENABLE_CUDA)
  add("CUDA " + std::to_string(CUDART_VERSION / 1000) + "." + std::to_string(CUDART_VERSION % 1000 / 10));
#endif
#if defined(KOKKOS_ENABLE_HIP)
  add("HIP");
#endif
#if defined(KOKKOS_ENABLE_SYCL)
  add("SYCL");
#endif
#if defined(KOKKOS_ENABLE_OPENMP)
  add("OpenMP");
#endif
#if defined(KOKKOS_ENABLE_THREADS)
  add("Threads");
#endif
#if defined(KOKKOS_ENABLE_SERIAL)
  add("Serial");
#endif
#if defined(KOKKOS_ENABLE_DEBUG)
  add("debug");
#endif
#if defined(KOKKOS_ENABLE_DEBUG_BOUNDS_CHECK)
  add("bounds checks");
#endif
  return parts;
}

/// The policy, with the wish that a GPU kernel's functor travels as the argument of its launch, which takes 4 KB.
/// Kokkos puts a functor of 512 bytes and more into one buffer on the device otherwise, and the host waits until the
/// kernel is done that used it before: for small grids longer than the kernel takes.
template <class Policy>
auto sent_with_launch(const Policy& policy) {
  return Kokkos::Experimental::require(policy, Kokkos::Experimental::WorkItemProperty::HintLightWeight);
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

/// Tells instances of an execution space apart: work on instances of one number is done in order.
template <class ExecutionSpace>
std::uintptr_t instance_number(const ExecutionSpace& space) {
#if defined(KOKKOS_ENABLE_CUDA)
  if constexpr (std::is_same_v<ExecutionSpace, Kokkos::Cuda>) {
    return reinterpret_cast<std::uintptr_t>(space.cuda_stream());
  }
#elif defined(KOKKOS_ENABLE_HIP) || defined(KOKKOS_ENABLE_SYCL)
  if constexpr (std::is_same_v<ExecutionSpace, Kokkos::DefaultExecutionSpace>) return space.impl_instance_id();
#endif
  static_cast<void>(space);
  return 0;
}

/// An instance whose work runs beside that of the others; on a host, where there is one, that one.
template <class ExecutionSpace>
ExecutionSpace new_instance() {
#if KOKKOS_VERSION >= 40000
  return Kokkos::Experimental::partition_space(ExecutionSpace(), 1)[0];
#else
  return ExecutionSpace();
#endif
}

namespace detail {

using AnyRecord = Kokkos::Impl::SharedAllocationRecord<void, void>;

#if defined(KOKKOS_ENABLE_CUDA)
/// What counts the copies of a View. Kokkos' own records wait for the whole device when they die; this one does not.
template <class Release>
class Record : public AnyRecord {
 public:
  static AnyRecord* make(const std::string& label, Release release) { return new Record(label, std::move(release)); }
  std::string get_label() const override { return m_label; }

 private:
  Record(const std::string& label, Release release)
      : AnyRecord(
#ifdef KOKKOS_ENABLE_DEBUG
            &root(),
#endif
            header(), sizeof(Kokkos::Impl::SharedAllocationHeader), &end, label),
        release_(std::move(release)) {
  }

  /// Kokkos refuses a record without one; it belongs to no memory, and nothing is read from it.
  static Kokkos::Impl::SharedAllocationHeader* header() {
    static Kokkos::Impl::SharedAllocationHeader none;
    return &none;
  }

  static void end(AnyRecord* record) {
    auto* const own = static_cast<Record*>(record);
    own->release_();
    delete own;
  }

#ifdef KOKKOS_ENABLE_DEBUG
  static AnyRecord& root() {
    static AnyRecord first;
    return first;
  }
#endif

  Release release_;
};
#else
/// What counts the copies of a View: Kokkos' record of an empty allocation, which keeps the label.
template <class Release>
struct Record {
  struct Destroy {
    Release release;
    void destroy_shared_allocation() { release(); }
  };

  static AnyRecord* make(const std::string& label, Release release) {
    auto* const record =
        Kokkos::Impl::SharedAllocationRecord<Kokkos::HostSpace, Destroy>::allocate(Kokkos::HostSpace(), label, 0);
    record->m_destroy.release = std::move(release);
    return record;
  }
};
#endif

}  // namespace detail

/// A View of memory that is already there and that the View owns: its last copy calls `release`.
/// @param release  called as release(); default constructible and movable
template <class ViewType, class Release>
ViewType owning_view(const std::string& label, typename ViewType::pointer_type data,
                     const typename ViewType::array_layout& layout, Release release) {
  const ViewType unmanaged(data, layout);
  Kokkos::Impl::SharedAllocationTracker tracker;
  tracker.assign_allocated_record_to_uninitialized(detail::Record<Release>::make(label, std::move(release)));
#if KOKKOS_VERSION < 40600 || defined(KOKKOS_ENABLE_IMPL_VIEW_LEGACY)
  return ViewType(tracker, unmanaged.impl_map());
#else
  return ViewType(typename ViewType::data_handle_type(tracker, data), unmanaged.mapping());
#endif
}

#if defined(KOKKOS_ENABLE_CUDA)
using PinnedSpace = Kokkos::CudaHostPinnedSpace;
#elif defined(KOKKOS_ENABLE_HIP) || defined(KOKKOS_ENABLE_SYCL)
using PinnedSpace = Kokkos::SharedHostPinnedSpace;
#else
using PinnedSpace = Kokkos::HostSpace;
#endif

}  // namespace tarn::kokkos_compat

namespace tarn {
/// Host memory that the device copies to and from at full speed.
using PinnedSpace = kokkos_compat::PinnedSpace;
}  // namespace tarn
