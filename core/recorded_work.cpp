#include "tarn/core/recorded_work.hpp"

#include "tarn/core/error.hpp"

#ifdef KOKKOS_ENABLE_CUDA
#include <cuda_runtime_api.h>

#include <fmt/format.h>
#endif

namespace tarn {

#ifdef KOKKOS_ENABLE_CUDA

namespace {

/// @throws Error that says what could not be done, and why
void require_cuda(cudaError_t status, const char* what) {
  if (status == cudaSuccess) return;
  cudaGetLastError();  // it is told here, and no later call's
  throw Error(fmt::format("{}: {}", what, cudaGetErrorString(status)));
}

/// Ends the recording on a stream. @returns what was recorded; null if it is of no use
cudaGraph_t end_recording(cudaStream_t stream, cudaError_t& status) {
  cudaGraph_t recorded = nullptr;
  status = cudaStreamEndCapture(stream, &recorded);
  return recorded;
}

}  // namespace

RecordedWork::~RecordedWork() {
  if (graph_ != nullptr) cudaGraphExecDestroy(static_cast<cudaGraphExec_t>(graph_));
}

bool RecordedWork::possible(const Space& space) {
  const cudaStream_t stream = space.cuda_stream();
  return stream != nullptr && stream != cudaStreamLegacy && !Kokkos::Tools::profileLibraryLoaded();
}

void RecordedWork::record(const Space& space, const std::function<void()>& enqueue) {
  require(possible(space), "recorded work: not on this instance");
  cudaSetDevice(space.cuda_device());  // the current device is the thread's own
  const cudaStream_t stream = space.cuda_stream();
  // What other threads do meanwhile, such as writing files, is none of this recording's business.
  require_cuda(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), "work cannot be recorded");
  cudaError_t status = cudaSuccess;
  try {
    enqueue();
  } catch (...) {
    if (const cudaGraph_t part = end_recording(stream, status); part != nullptr) cudaGraphDestroy(part);
    cudaGetLastError();
    throw;
  }
  const cudaGraph_t recorded = end_recording(stream, status);
  require_cuda(status, "work could not be recorded");
  cudaGraphExec_t graph = nullptr;
  status = cudaGraphInstantiateWithFlags(&graph, recorded, 0);
  cudaGraphDestroy(recorded);
  require_cuda(status, "recorded work cannot be made ready");
  if (graph_ != nullptr) cudaGraphExecDestroy(static_cast<cudaGraphExec_t>(graph_));
  graph_ = graph;
}

void RecordedWork::replay(const Space& space) const {
  require(graph_ != nullptr, "recorded work: nothing was recorded");
  cudaSetDevice(space.cuda_device());
  require_cuda(cudaGraphLaunch(static_cast<cudaGraphExec_t>(graph_), space.cuda_stream()),
               "recorded work cannot be enqueued");
}

#else

RecordedWork::~RecordedWork() = default;

bool RecordedWork::possible(const Space& /*space*/) {
  return false;
}

void RecordedWork::record(const Space& space, const std::function<void()>& /*enqueue*/) {
  require(possible(space), "recorded work: not on this instance");
}

void RecordedWork::replay(const Space& /*space*/) const {
  require(graph_ != nullptr, "recorded work: nothing was recorded");
}

#endif

}  // namespace tarn
