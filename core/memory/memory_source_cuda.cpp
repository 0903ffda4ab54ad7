// The memory of NVIDIA's GPUs, and the host memory that they copy to and from at full speed.
#include "tarn/core/memory/memory_source.hpp"
#include "tarn/core/space.hpp"

#ifdef KOKKOS_ENABLE_CUDA

#include <cuda_runtime_api.h>

namespace tarn {

namespace {

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

  MemoryTotals totals() const noexcept override { return host_source()->totals(); }
};

}  // namespace

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

}  // namespace tarn

#endif
