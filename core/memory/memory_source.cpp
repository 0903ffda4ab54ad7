#include "tarn/core/memory/memory_source.hpp"

#include <malloc.h>
#include <unistd.h>

#include <cstdlib>
#include <sys/mman.h>

#include "tarn/core/memory/large_pages.hpp"
#include "tarn/core/space.hpp"

namespace tarn {

namespace {

constexpr std::size_t alignment = 256;
/// Blocks from here on are mapped by themselves, so that giving one back reaches the system.
constexpr std::size_t mapped_from = 1 << 17;

class HostSource final : public MemorySource {
 public:
  const char* name() const noexcept override { return "host"; }

  void* allocate(std::size_t bytes) noexcept override {
    if (bytes < mapped_from) return std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    void* const data = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (data == MAP_FAILED) return nullptr;
    wish_large_pages(data, bytes);
    return data;
  }

  void deallocate(void* data, std::size_t bytes) noexcept override {
    if (bytes < mapped_from) {
      std::free(data);
    } else {
      munmap(data, bytes);
    }
  }

  MemoryTotals totals() const noexcept override {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    return {page * static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)),
            page * static_cast<std::size_t>(sysconf(_SC_AVPHYS_PAGES))};
  }

  void trim() noexcept override {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
  }
};

}  // namespace

std::unique_ptr<MemorySource> host_source() {
  return std::make_unique<HostSource>();
}

#ifndef TARN_GPU
std::unique_ptr<MemorySource> device_source() {
  return host_source();
}

std::unique_ptr<MemorySource> pinned_source() {
  return host_source();
}

bool is_pinned(const void*, std::size_t) noexcept {
  return false;
}
#endif

}  // namespace tarn
