#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "tarn/core/memory/event.hpp"
#include "tarn/core/memory/memory.hpp"
#include "tarn/core/memory/view_parts.hpp"

namespace tarn {

namespace detail {

/// A transfer under way: when it began, what marks its end, and its line in the ledger.
class Crossing {
 public:
  Crossing() = default;
  Crossing(Crossing&& other) noexcept { *this = std::move(other); }
  Crossing& operator=(Crossing&& other) noexcept;

  /// @throws TransferRefused
  void begin(Direction direction, const std::string& label, std::size_t bytes);
  void mark_end(const Space& space) { end_.record(space); }

  bool done() const { return !running_ || end_.done(); }
  /// Returns when the transfer is done.
  void finish();

 private:
  Direction direction_ = Direction::to_host;
  std::string label_;
  std::chrono::steady_clock::time_point begun_;
  Event end_;
  bool running_ = false;
};

/// Bytes between the device and pinned memory, enqueued.
void enqueue_to_pinned(const Space& space, void* pinned, const void* device, std::size_t bytes);
void enqueue_from_pinned(const Space& space, void* device, const void* pinned, std::size_t bytes);

}  // namespace detail

/// A copy of a device array that is on its way to the host while the device works on: the array may be written to by
/// what is enqueued on the same instance afterwards.
template <class T, int Rank>
class AsyncDownload {
 public:
  /// None.
  AsyncDownload() = default;

  /// Starts the copy and returns. Copied in every build, into pinned memory of the pool.
  /// @param space   instance on which the copy is enqueued, after the work that is on it already
  /// @param source  device array of any layout; packed on the device first where it is not in C order
  /// @param label   what the ledger calls it
  /// @throws TransferRefused, OutOfMemory
  template <detail::IsView Source>
  AsyncDownload(const Space& space, const Source& source, const std::string& label)
      : host_(detail::new_like<HostField<T, Rank>>(memory().pinned(), 0, label, detail::extents_of(source))) {
    static_assert(detail::is_device_view<Source> && std::is_same_v<detail::Element<Source>, T>);
    const std::size_t bytes = source.size() * sizeof(T);
    if (bytes == 0) return;
    crossing_.begin(Direction::to_host, label, bytes);
    Scratch packed;  // freed when enqueued: the instance's order keeps it until the copy is done
    const void* device = source.data();
    if (!detail::is_c_order(source)) {
      packed = Scratch(memory().device(), bytes, stream_of(space));
      device = packed.data();
      Kokkos::deep_copy(space, detail::c_order_view<Field<T, Rank>>(packed.as<T>(), detail::extents_of(source)),
                        source);
    }
    detail::enqueue_to_pinned(space, host_.data(), device, bytes);
    crossing_.mark_end(space);
  }

  /// Waits: the memory that is written to must not die.
  ~AsyncDownload() { crossing_.finish(); }
  AsyncDownload(AsyncDownload&&) noexcept = default;  ///< the other one then has nothing under way
  /// swaps: the other one then waits for what was under way here
  AsyncDownload& operator=(AsyncDownload&& other) noexcept {
    std::swap(host_, other.host_);
    std::swap(crossing_, other.crossing_);
    return *this;
  }

  /// Whether wait() would return at once.
  bool ready() const { return crossing_.done(); }

  /// Returns when the copy is there. Its memory goes back to the pool with the last copy of the View; the same View
  /// comes again from a second call.
  const HostField<T, Rank>& wait() {
    crossing_.finish();
    return host_;
  }

 private:
  HostField<T, Rank> host_;
  detail::Crossing crossing_;
};

/// A pinned buffer of the host that is filled (from a file, say) and then copied to a device array while the host goes
/// on. Can be used again and again: fill host(), start(), wait().
///
/// Where the device's memory is the host's and the target is in C order, host() is the target itself and nothing is
/// copied.
template <class T, int Rank>
class AsyncUpload {
 public:
  /// None.
  AsyncUpload() = default;

  /// @param space   instance on which copies are enqueued
  /// @param target  device array; written through a packed copy on the device where it is not in C order
  /// @param label   what the ledger calls it
  /// @throws OutOfMemory
  AsyncUpload(const Space& space, const Field<T, Rank>& target, const std::string& label)
      : space_(space), target_(target), label_(label) {
    if constexpr (detail::spaces_are_one) {
      if (detail::is_c_order(target)) {
        host_ = target;
        return;
      }
    }
    host_ = detail::new_like<HostField<T, Rank>>(memory().pinned(), 0, label, detail::extents_of(target));
  }

  /// Waits: the memory that is read must not die.
  ~AsyncUpload() { crossing_.finish(); }
  AsyncUpload(AsyncUpload&&) noexcept = default;  ///< the other one then has nothing under way
  /// swaps: the other one then waits for what was under way here
  AsyncUpload& operator=(AsyncUpload&& other) noexcept {
    std::swap(space_, other.space_);
    std::swap(target_, other.target_);
    std::swap(host_, other.host_);
    std::swap(label_, other.label_);
    std::swap(crossing_, other.crossing_);
    return *this;
  }

  /// To be written to while no copy is under way.
  const HostField<T, Rank>& host() const { return host_; }

  /// Enqueues the copy and returns: what is enqueued on the instance afterwards sees the new elements. Until wait()
  /// returned, host() must not be written to.
  /// @throws TransferRefused, OutOfMemory
  void start() {
    crossing_.finish();
    const std::size_t bytes = target_.size() * sizeof(T);
    if (bytes == 0 || host_.data() == target_.data()) return;
    crossing_.begin(Direction::to_device, label_, bytes);
    if (detail::is_c_order(target_)) {
      detail::enqueue_from_pinned(space_, target_.data(), host_.data(), bytes);
    } else {
      const Scratch packed(memory().device(), bytes, stream_of(space_));
      detail::enqueue_from_pinned(space_, packed.data(), host_.data(), bytes);
      Kokkos::deep_copy(space_, target_,
                        detail::c_order_view<Field<T, Rank>>(packed.as<T>(), detail::extents_of(target_)));
    }
    crossing_.mark_end(space_);
  }

  /// Whether wait() would return at once.
  bool ready() const { return crossing_.done(); }
  /// Returns when the elements are on the device and host() may be written to.
  void wait() { crossing_.finish(); }

 private:
  Space space_;
  Field<T, Rank> target_;
  HostField<T, Rank> host_;
  std::string label_;
  detail::Crossing crossing_;
};

}  // namespace tarn
