#include "tarn/core/memory/async_transfer.hpp"

namespace tarn::detail {

namespace {

using Unmanaged = Kokkos::MemoryTraits<Kokkos::Unmanaged>;
using DeviceBytes = Kokkos::View<char*, Kokkos::LayoutRight, Space, Unmanaged>;
using PinnedBytes = Kokkos::View<char*, Kokkos::LayoutRight, PinnedSpace, Unmanaged>;

char* bytes_of(const void* data) {
  return static_cast<char*>(const_cast<void*>(data));
}

}  // namespace

Crossing& Crossing::operator=(Crossing&& other) noexcept {
  std::swap(direction_, other.direction_);
  std::swap(label_, other.label_);
  std::swap(begun_, other.begun_);
  std::swap(end_, other.end_);
  std::swap(running_, other.running_);
  return *this;
}

void Crossing::begin(Direction direction, const std::string& label, std::size_t bytes) {
  memory().transfers().require_allowed(direction, label, bytes);
  direction_ = direction;
  label_ = label;
  begun_ = std::chrono::steady_clock::now();
  running_ = true;
  memory().transfers().record(direction, label, bytes, 0);
}

void Crossing::finish() {
  if (!running_) return;
  end_.wait();
  running_ = false;
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begun_;
  memory().transfers().add_seconds(direction_, label_, seconds.count());
}

void enqueue_to_pinned(const Space& space, void* pinned, const void* device, std::size_t bytes) {
  Kokkos::deep_copy(space, PinnedBytes(bytes_of(pinned), bytes), DeviceBytes(bytes_of(device), bytes));
}

void enqueue_from_pinned(const Space& space, void* device, const void* pinned, std::size_t bytes) {
  Kokkos::deep_copy(space, DeviceBytes(bytes_of(device), bytes), PinnedBytes(bytes_of(pinned), bytes));
}

}  // namespace tarn::detail
