#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace tarn {

/// The number of a space instance (a CUDA stream): work of one number is done in order; see stream_of().
using Stream = std::uintptr_t;

/// Bytes of a memory as a whole, whoever uses them.
struct MemoryTotals {
  std::size_t total = 0;  ///< [bytes]
  std::size_t free = 0;   ///< [bytes]
};

/// Where a pool gets its memory from, and gives it back to.
class MemorySource {
 public:
  MemorySource() = default;
  virtual ~MemorySource() = default;
  MemorySource(const MemorySource&) = delete;
  MemorySource& operator=(const MemorySource&) = delete;

  /// The memory in a word, for messages: "device", "host", "pinned".
  virtual const char* name() const noexcept = 0;

  /// @returns memory aligned to 256 bytes, or null if there is none
  virtual void* allocate(std::size_t bytes) noexcept = 0;
  /// @param bytes  as they were asked for
  virtual void deallocate(void* data, std::size_t bytes) noexcept = 0;

  virtual MemoryTotals totals() const noexcept = 0;  ///< as the system tells it now; zeros if it does not

  /// Returns when nothing on the device can still touch memory that was freed.
  virtual void wait_for_device() noexcept {}
  /// Makes what comes on stream `later` wait for what was enqueued on stream `earlier`; returns at once.
  virtual void order(Stream earlier, Stream later) noexcept {
    static_cast<void>(earlier);
    static_cast<void>(later);
  }
  /// Hands memory that was deallocated on to the system where a library still holds it.
  virtual void trim() noexcept {}
};

/// Pageable memory of the host.
std::unique_ptr<MemorySource> host_source();

/// Memory of this build's device: the GPU's, or the host's.
std::unique_ptr<MemorySource> device_source();

/// Host memory that the device copies to and from at full speed; the host's where the device is the host.
std::unique_ptr<MemorySource> pinned_source();

/// Whether the device copies to and from all of this host memory at full speed as it is; never on a host build, where
/// there is no such difference.
bool is_pinned(const void* data, std::size_t bytes) noexcept;

}  // namespace tarn
