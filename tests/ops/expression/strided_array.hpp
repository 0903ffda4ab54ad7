#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <vector>

#include "tarn/core/space.hpp"
#include "tarn/ops/expression/shape.hpp"

namespace tarn::ops::test {

/// How the elements of an array lie in memory.
enum class Order { c, fortran, gaps, mixed };

/// An array of rank 4 on the device, with strides, whose values tests read and write in C order.
template <class T>
class StridedArray {
 public:
  using View = Kokkos::View<T****, Kokkos::LayoutStride, Space>;

  StridedArray(const std::array<std::int64_t, 4>& extents, Order order) : extents_(extents) {
    static constexpr int orders[][4] = {{3, 2, 1, 0}, {0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}};
    std::int64_t next = order == Order::gaps ? 2 : 1;
    for (const int d : orders[static_cast<int>(order)]) {
      strides_[static_cast<std::size_t>(d)] = next;
      next = next * std::max<std::int64_t>(1, extents[static_cast<std::size_t>(d)]) + (order == Order::gaps ? 1 : 0);
    }
    first_ = order == Order::gaps ? 1 : 0;
    buffer_ = Kokkos::View<T*, Space>("test::buffer", static_cast<std::size_t>(next + first_ + 1));
  }

  std::int64_t size() const {
    return std::accumulate(extents_.begin(), extents_.end(), std::int64_t{1}, std::multiplies<>());
  }

  View view() const {
    const auto n = [this](std::size_t d) { return static_cast<std::size_t>(extents_[d]); };
    const auto s = [this](std::size_t d) { return static_cast<std::size_t>(strides_[d]); };
    const Kokkos::LayoutStride layout(n(0), s(0), n(1), s(1), n(2), s(2), n(3), s(3));
    return View(buffer_.data() + first_, layout);
  }

  /// @param bytes  of size() elements in C order
  void set(const char* bytes) {
    const auto host = Kokkos::create_mirror_view(buffer_);
    for (std::size_t n = 0; n < host.extent(0); ++n)
      host(n) = filler();
    for_each([&](std::int64_t n, std::int64_t place) {
      std::memcpy(static_cast<void*>(&host(static_cast<std::size_t>(place))),
                  bytes + n * static_cast<std::int64_t>(sizeof(T)), sizeof(T));
    });
    Kokkos::deep_copy(buffer_, host);
  }
  void fill() {
    const std::vector<char> bytes(static_cast<std::size_t>(size()) * sizeof(T), 0);
    set(bytes.data());
  }

  /// The elements in C order.
  std::vector<T> get() const {
    const auto host = Kokkos::create_mirror_view(buffer_);
    Kokkos::deep_copy(host, buffer_);
    std::vector<T> values(static_cast<std::size_t>(size()));
    for_each([&](std::int64_t n, std::int64_t place) {
      values[static_cast<std::size_t>(n)] = host(static_cast<std::size_t>(place));
    });
    return values;
  }
  /// The same as bytes.
  std::vector<char> bytes() const {
    const std::vector<T> values = get();
    std::vector<char> result(values.size() * sizeof(T));
    for (std::size_t n = 0; n < values.size(); ++n) {
      const T value = values[n];
      std::memcpy(result.data() + n * sizeof(T), static_cast<const void*>(&value), sizeof(T));
    }
    return result;
  }
  /// Whether what lies between the elements is as set() left it.
  bool gaps_are_untouched() const {
    const auto host = Kokkos::create_mirror_view(buffer_);
    Kokkos::deep_copy(host, buffer_);
    std::vector<char> is_element(host.extent(0), 0);
    for_each([&](std::int64_t, std::int64_t place) { is_element[static_cast<std::size_t>(place)] = 1; });
    for (std::size_t n = 0; n < host.extent(0); ++n) {
      if (is_element[n] == 0 && !(host(n) == filler())) return false;
    }
    return true;
  }

 private:
  static T filler() { return T(1); }

  /// Calls body(number in C order, place in the buffer).
  template <class Body>
  void for_each(const Body& body) const {
    std::int64_t n = 0;
    for (std::int64_t i = 0; i < extents_[0]; ++i)
      for (std::int64_t j = 0; j < extents_[1]; ++j)
        for (std::int64_t k = 0; k < extents_[2]; ++k)
          for (std::int64_t l = 0; l < extents_[3]; ++l)
            body(n++, first_ + i * strides_[0] + j * strides_[1] + k * strides_[2] + l * strides_[3]);
  }

  std::array<std::int64_t, 4> extents_, strides_{};
  std::int64_t first_ = 0;
  Kokkos::View<T*, Space> buffer_;
};

}  // namespace tarn::ops::test
