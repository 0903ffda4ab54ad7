#pragma once

#include <utility>

#include "tarn/core/space.hpp"

namespace tarn {

/// A place in the work of a space instance that can be waited for without waiting for what comes after it.
class Event {
 public:
  Event() = default;
  ~Event();
  Event(Event&& other) noexcept : handle_(other.handle_) { other.handle_ = nullptr; }  ///< the other one is empty then
  /// swaps: the other one then has what was recorded here
  Event& operator=(Event&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }

  /// Marks what has been enqueued on the instance so far.
  /// @throws Error if the device cannot
  void record(const Space& space);

  /// Whether what was marked is done; true where nothing was.
  bool done() const;

  /// Returns when what was marked is done.
  void wait() const;

 private:
  void* handle_ = nullptr;  ///< a CUDA event; on a host work is done when its call returns
};

}  // namespace tarn
