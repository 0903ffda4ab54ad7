#include "tarn/core/memory/memory_source.hpp"

#include <malloc.h>
#include <unistd.h>

#include <cstdlib>
#include <sys/mman.h>

#include "tarn/core/space.hpp"

#ifdef KOKKOS_ENABLE_CUDA
#include <cuda_runtime_api.h>
#endif

namespace tarn {

namespace {

constexpr std::size_t alignment = 256;
/// Blocks from here on are mapped by themselves, so that giving one back reaches the system.
constexpr std::size_t mapped_from = 1 << 17;
/// Blocks from here on ask for large pages, which spare the processor most of its address translation.
constexpr std::size_t large_pages_from = 1 << 22;

class HostSource final : public MemorySource {
 public:
  const char* name() const noexcept override { return "host"; }

  void* allocate(std::size_t bytes) noexcept override {
    if (bytes < mapped_from) return std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    void* const data = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (data == MAP_FAILED) return nullptr;
    if (bytes >= large_pages_from) madvise(data, bytes, MADV_HUGEPAGE);  // a wish; refused without harm
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

#ifdef KOKKOS_ENABLE_CUDA

/// What the sources that CUDA gives share. Every thread has its own current device, so the one that Kokkos was started
/// with is chosen before each call.
class CudaSource : public MemorySource {
 public:
  CudaSource() { cudaGetDevice(&device_); }

  MemoryTotals totals() const noexcept override {
    MemoryTotals found;
    cudaSetDevice(device_);
    if (cudaMemGetInfo(&found.free, &found.total) != cudaSuccess) return {};
    return found;
  }

  void wait_for_device() noexcept override {
    cudaSetDevice(device_);
    cudaDeviceSynchronize();
  }

  void order(Stream earlier, Stream later) noexcept override {
    cudaSetDevice(device_);
    cudaEvent_t done = nullptr;
    if (cudaEventCreateWithFlags(&done, cudaEventDisableTiming) != cudaSuccess) return wait_for_device();
    cudaEventRecord(done, reinterpret_cast<cudaStream_t>(earlier));
    cudaStreamWaitEvent(reinterpret_cast<cudaStream_t>(later), done, 0);
    cudaEventDestroy(done);  // lives on until the wait is over
  }

 protected:
  /// A failed allocation is an answer, not an error to be found by a later call.
  static void* checked(cudaError_t status, void* data) noexcept {
    if (status == cudaSuccess) return data;
    cudaGetLastError();
    return nullptr;
  }

  int device_ = 0;
};

class DeviceSource final : public CudaSource {
 public:
  const char* name() const noexcept override { return "device"; }

  void* allocate(std::size_t bytes) noexcept override {
    void* data = nullptr;
    cudaSetDevice(device_);
    const auto status = cudaMalloc(&data, bytes);
    return checked(status, data);
  }

  void deallocate(void* data, std::size_t) noexcept override {
    cudaSetDevice(device_);
    cudaFree(data);
  }
};

class PinnedSource final : public CudaSource {
 public:
  const char* name() const noexcept override { return "pinned"; }

  void* allocate(std::size_t bytes) noexcept override {
    void* data = nullptr;
    cudaSetDevice(device_);
    const auto status = cudaHostAlloc(&data, bytes, cudaHostAllocDefault);
    return checked(status, data);
  }

  void deallocate(void* data, std::size_t) noexcept override { cudaFreeHost(data); }

  MemoryTotals totals() const noexcept override { return HostSource().totals(); }
};

#endif

}  // namespace

std::unique_ptr<MemorySource> host_source() {
  return std::make_unique<HostSource>();
}

#ifdef KOKKOS_ENABLE_CUDA
std::unique_ptr<MemorySource> device_source() {
  return std::make_unique<DeviceSource>();
}

std::unique_ptr<MemorySource> pinned_source() {
  return std::make_unique<PinnedSource>();
}

bool is_pinned(const void* data, std::size_t bytes) noexcept {
  if (bytes == 0) return false;
  for (const char* const end : {static_cast<const char*>(data), static_cast<const char*>(data) + bytes - 1}) {
    cudaPointerAttributes attributes{};
    if (cudaPointerGetAttributes(&attributes, end) != cudaSuccess) {
      cudaGetLastError();
      return false;
    }
    if (attributes.type != cudaMemoryTypeHost) return false;
  }
  return true;
}
#else
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
