#include "tarn/core/memory/event.hpp"

#include "tarn/core/error.hpp"

#ifdef KOKKOS_ENABLE_CUDA
#include <cuda_runtime_api.h>
#endif

namespace tarn {

#ifdef KOKKOS_ENABLE_CUDA

Event::~Event() {
  if (handle_ != nullptr) cudaEventDestroy(static_cast<cudaEvent_t>(handle_));
}

void Event::record(const Space& space) {
  cudaSetDevice(space.cuda_device());  // the current device is the thread's own
  auto event = static_cast<cudaEvent_t>(handle_);
  if (event == nullptr) {
    require(cudaEventCreateWithFlags(&event, cudaEventDisableTiming) == cudaSuccess, "no CUDA event can be made");
    handle_ = event;
  }
  require(cudaEventRecord(event, space.cuda_stream()) == cudaSuccess, "a CUDA event cannot be recorded");
}

bool Event::done() const {
  return handle_ == nullptr || cudaEventQuery(static_cast<cudaEvent_t>(handle_)) != cudaErrorNotReady;
}

void Event::wait() const {
  if (handle_ != nullptr) cudaEventSynchronize(static_cast<cudaEvent_t>(handle_));
}

#else

Event::~Event() = default;

void Event::record(const Space& space) {
  space.fence();
}

bool Event::done() const {
  return true;
}

void Event::wait() const {}

#endif

}  // namespace tarn
