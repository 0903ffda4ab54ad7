#include "tarn/core/memory/staging.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "tarn/core/kokkos_compat.hpp"

namespace tarn {

namespace {

constexpr int most_transfers = 2;
constexpr std::size_t largest_piece = std::size_t{8} << 20;
/// Below this a piece costs more to start than to move.
constexpr std::size_t smallest_piece = std::size_t{2} << 20;
/// What a thread copies past the caches: of less, the array may well be in them when it is read.
constexpr std::size_t past_caches = std::size_t{1} << 18;

using Unmanaged = Kokkos::MemoryTraits<Kokkos::Unmanaged>;
using DeviceBytes = Kokkos::View<char*, Kokkos::LayoutRight, Space, Unmanaged>;
using PinnedBytes = Kokkos::View<char*, Kokkos::LayoutRight, PinnedSpace, Unmanaged>;

/// Elements of a piece: four pieces or more, so that there is something to overlap, of a size that the bus likes.
std::size_t piece_elements(const HostRegion& region) {
  const std::size_t bytes = region.elements() * region.element_bytes;
  const std::size_t piece = std::clamp(bytes / 4, smallest_piece, largest_piece);
  return std::max<std::size_t>(1, piece / region.element_bytes);
}

/// Calls body(offset, run): `run` elements in a row, of equal distance `step`, from the element at `offset`.
template <class Body>
void for_each_run(const HostRegion& region, std::size_t first, std::size_t last, const Body& body) {
  const int inner = region.rank - 1;
  const std::size_t row = region.extents[static_cast<std::size_t>(inner)];
  while (first < last) {
    std::size_t offset = 0, rest = first;
    for (int axis = inner; axis >= 0; --axis) {
      const auto a = static_cast<std::size_t>(axis);
      offset += rest % region.extents[a] * region.strides[a];
      rest /= region.extents[a];
    }
    const std::size_t run = std::min(row - first % row, last - first);
    body(offset, run);
    first += run;
  }
}

}  // namespace

std::size_t HostRegion::elements() const {
  std::size_t product = 1;
  for (int axis = 0; axis < rank; ++axis)
    product *= extents[static_cast<std::size_t>(axis)];
  return product;
}

bool HostRegion::is_c_order() const {
  std::size_t expected = 1;
  for (int axis = rank - 1; axis >= 0; --axis) {
    const auto a = static_cast<std::size_t>(axis);
    if (extents[a] != 1 && strides[a] != expected) return false;
    expected *= extents[a];
  }
  return true;
}

void HostRegion::gather(std::size_t first, std::size_t last, void* packed) const {
  const auto* const from = static_cast<const char*>(data);
  auto* to = static_cast<char*>(packed);
  if (is_c_order()) {
    std::memcpy(to, from + first * element_bytes, (last - first) * element_bytes);
    return;
  }
  const std::size_t step = strides[static_cast<std::size_t>(rank - 1)] * element_bytes;
  for_each_run(*this, first, last, [&](std::size_t offset, std::size_t run) {
    const char* element = from + offset * element_bytes;
    for (std::size_t n = 0; n < run; ++n, element += step, to += element_bytes)
      std::memcpy(to, element, element_bytes);
  });
}

void HostRegion::scatter(std::size_t first, std::size_t last, const void* packed) const {
  auto* const to = static_cast<char*>(data);
  const auto* from = static_cast<const char*>(packed);
  if (is_c_order()) {
    const std::size_t bytes = (last - first) * element_bytes;
    if (bytes < past_caches) {
      std::memcpy(to + first * element_bytes, from, bytes);
    } else {
      copy_past_caches(to + first * element_bytes, from, bytes);
    }
    return;
  }
  const std::size_t step = strides[static_cast<std::size_t>(rank - 1)] * element_bytes;
  for_each_run(*this, first, last, [&](std::size_t offset, std::size_t run) {
    char* element = to + offset * element_bytes;
    for (std::size_t n = 0; n < run; ++n, element += step, from += element_bytes)
      std::memcpy(element, from, element_bytes);
  });
}

/// Lanes for one transfer, with buffers, given back at its end.
class Staging::Held {
 public:
  Held(Staging& staging, std::size_t bytes) : staging_(staging), lanes_(staging.acquire()) {
    try {
      for (auto& lane : *lanes_)
        lane.buffer = Scratch(staging.pinned_, bytes);
    } catch (...) {
      staging_.release(std::move(lanes_));
      throw;
    }
  }
  ~Held() { staging_.release(std::move(lanes_)); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  Lane& operator[](std::size_t piece) { return (*lanes_)[piece % lanes_->size()]; }
  std::size_t count() const { return lanes_->size(); }
  void wait() {
    for (auto& lane : *lanes_)
      lane.instance.fence();
  }

 private:
  Staging& staging_;
  std::unique_ptr<Lanes> lanes_;
};

Staging::Lane Staging::new_lane() {
  return {kokkos_compat::new_instance<Space>(), {}};
}

std::unique_ptr<Staging::Lanes> Staging::acquire() {
  std::unique_lock lock(mutex_);
  freed_.wait(lock, [&] { return !idle_.empty() || made_ < most_transfers; });
  if (idle_.empty()) {
    auto lanes = std::make_unique<Lanes>(Lanes{{new_lane(), new_lane(), new_lane(), new_lane()}});
    ++made_;
    idle_.reserve(most_transfers);
    return lanes;
  }
  auto lanes = std::move(idle_.back());
  idle_.pop_back();
  return lanes;
}

void Staging::release(std::unique_ptr<Lanes> lanes) noexcept {
  for (auto& lane : *lanes) {
    lane.instance.fence();  // after an error a copy may still be under way
    lane.buffer = {};
  }
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(lanes));
  freed_.notify_one();
}

void Staging::to_device(const HostRegion& from, void* device) {
  const std::size_t elements = from.elements(), size = from.element_bytes;
  if (elements == 0) return;
  auto* const target = static_cast<char*>(device);
  if (from.is_c_order() && is_pinned(from.data, elements * size)) {
    Held lanes(*this, 0);
    Kokkos::deep_copy(lanes[0].instance, DeviceBytes(target, elements * size),
                      PinnedBytes(static_cast<char*>(from.data), elements * size));
    return lanes.wait();
  }
  const std::size_t piece = std::min(elements, piece_elements(from));
  Held lanes(*this, piece * size);
  for (std::size_t first = 0, number = 0; first < elements; first += piece, ++number) {
    const std::size_t count = std::min(piece, elements - first);
    auto& lane = lanes[number];
    auto* const buffer = lane.buffer.as<char>();
    lane.instance.fence();  // the buffer's last piece is on the device
    crew_.run(count, size, [&](std::size_t a, std::size_t b) { from.gather(first + a, first + b, buffer + a * size); });
    Kokkos::deep_copy(lane.instance, DeviceBytes(target + first * size, count * size),
                      PinnedBytes(buffer, count * size));
  }
  lanes.wait();
}

void Staging::to_host(const void* device, const HostRegion& to) {
  const std::size_t elements = to.elements(), size = to.element_bytes;
  if (elements == 0) return;
  auto* const source = static_cast<char*>(const_cast<void*>(device));
  if (to.is_c_order() && is_pinned(to.data, elements * size)) {
    Held lanes(*this, 0);
    Kokkos::deep_copy(lanes[0].instance, PinnedBytes(static_cast<char*>(to.data), elements * size),
                      DeviceBytes(source, elements * size));
    return lanes.wait();
  }
  const std::size_t piece = std::min(elements, piece_elements(to));
  Held lanes(*this, piece * size);
  const auto fetch = [&](std::size_t number) {
    const std::size_t first = number * piece, count = std::min(piece, elements - first);
    Kokkos::deep_copy(lanes[number].instance, PinnedBytes(lanes[number].buffer.template as<char>(), count * size),
                      DeviceBytes(source + first * size, count * size));
  };
  const std::size_t pieces = (elements + piece - 1) / piece;
  const std::size_t ahead = lanes.count() - 1;
  for (std::size_t number = 0; number < std::min(ahead, pieces); ++number)
    fetch(number);
  for (std::size_t number = 0; number < pieces; ++number) {
    const std::size_t first = number * piece, count = std::min(piece, elements - first);
    if (number + ahead < pieces) fetch(number + ahead);
    lanes[number].instance.fence();
    const auto* const buffer = lanes[number].buffer.as<char>();
    crew_.run(count, size, [&](std::size_t a, std::size_t b) { to.scatter(first + a, first + b, buffer + a * size); });
  }
}

}  // namespace tarn
