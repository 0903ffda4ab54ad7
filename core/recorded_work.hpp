#pragma once

#include <functional>
#include <utility>

#include "tarn/core/space.hpp"

namespace tarn {

/// Kernels that are enqueued again and again, all of them at the cost of one launch: where kernels are short, a GPU
/// would wait for the host that launches them one by one. With CUDA it is a graph.
class RecordedWork {
 public:
  RecordedWork() = default;
  ~RecordedWork();  ///< what is under way ends as if nothing had happened
  RecordedWork(RecordedWork&& other) noexcept : graph_(std::exchange(other.graph_, nullptr)) {}  ///< leaves nothing
  /// swaps: the other one then has what was recorded here
  RecordedWork& operator=(RecordedWork&& other) noexcept {
    std::swap(graph_, other.graph_);
    return *this;
  }

  /// Whether work of this instance can be recorded. Never on a host, where a launch is a call; nor while a tool of
  /// Kokkos is loaded, which wants to see each kernel.
  static bool possible(const Space& space);

  /// Calls `enqueue` and keeps the kernels that it launches on the instance, in their order, in place of running them.
  /// What they read and write must outlive this object.
  /// @param enqueue  launches kernels that have run before; it neither waits, nor allocates, nor copies
  /// @throws Error if the device cannot, or the instance is not possible(); what `enqueue` throws
  void record(const Space& space, const std::function<void()>& enqueue);

  /// Enqueues what was recorded; returns at once.
  /// @throws Error if nothing was, or the device cannot
  void replay(const Space& space) const;

 private:
  void* graph_ = nullptr;  ///< a cudaGraphExec_t
};

}  // namespace tarn
