// The memory of other makers' GPUs, through Kokkos alone: right, and slower than what their own interfaces can do.
// Nobody has run it yet.
#include "tarn/core/memory/memory_source.hpp"
#include "tarn/core/space.hpp"

#if defined(TARN_GPU) && !defined(KOKKOS_ENABLE_CUDA)

#include <new>
#include <stdexcept>

namespace tarn {

namespace {

/// Memory of one of Kokkos' spaces. What comes of freed memory waits for the whole device.
template <class MemorySpace>
class KokkosSource : public MemorySource {
 public:
  void* allocate(std::size_t bytes) noexcept override {
    try {
      return Kokkos::kokkos_malloc<MemorySpace>("tarn::pool", bytes);
    } catch (const std::runtime_error&) {  // an answer, not an error
      return nullptr;
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
  }
  void deallocate(void* data, std::size_t) noexcept override { Kokkos::kokkos_free<MemorySpace>(data); }
  MemoryTotals totals() const noexcept override { return {}; }
  void wait_for_device() noexcept override { Kokkos::fence("tarn::pool: memory is given back"); }
  void order(Stream, Stream) noexcept override { wait_for_device(); }
};

class DeviceSource final : public KokkosSource<Space::memory_space> {
 public:
  const char* name() const noexcept override { return "device"; }
};

class PinnedSource final : public KokkosSource<Kokkos::SharedHostPinnedSpace> {
 public:
  const char* name() const noexcept override { return "pinned"; }
  MemoryTotals totals() const noexcept override { return host_source()->totals(); }
};

}  // namespace

std::unique_ptr<MemorySource> device_source() {
  return std::make_unique<DeviceSource>();
}

std::unique_ptr<MemorySource> pinned_source() {
  return std::make_unique<PinnedSource>();
}

bool is_pinned(const void*, std::size_t) noexcept {
  return false;
}

}  // namespace tarn

#endif
