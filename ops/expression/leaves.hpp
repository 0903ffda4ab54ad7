#pragma once

#include <cstddef>
#include <cstdint>

#include <Kokkos_Core.hpp>

#include "tarn/core/error.hpp"
#include "tarn/core/pragmas.hpp"
#include "tarn/ops/expression/element.hpp"
#include "tarn/ops/expression/shape.hpp"

// What expressions are made of, as kernels see them: arrays, numbers, counters; see lowered.hpp.

namespace tarn::ops::detail {

/// Elements of a row that are computed at once on a host where operands are gathered.
inline constexpr std::int64_t piece_elements = 512;

/// A place in a Loop.
struct Place {
  std::int64_t outer[max_rank - 1];
  std::int64_t inner;
};

/// Moves a place on by number n of the loop over `extents`, the last axis fastest. Divides only where it must.
KOKKOS_FORCEINLINE_FUNCTION void add_place(Place& place, const Kokkos::Array<std::int64_t, max_rank>& extents,
                                           std::int64_t n) {
  if (extents[max_rank - 1] != 1) {
    if (n < extents[max_rank - 1]) {
      place.inner += n;
      return;
    }
    place.inner += n % extents[max_rank - 1];
    n /= extents[max_rank - 1];
  }
  TARN_UNROLL
  for (int d = max_rank - 2; d >= 0; --d) {
    if (extents[d] == 1) continue;
    if (n < extents[d]) {
      place.outer[d] += n;
      return;
    }
    place.outer[d] += n % extents[d];
    n /= extents[d];
  }
}

/// Elements that a GPU thread handles together.
template <class T, int Width>
struct alignas(Width * sizeof(T) < 16 ? Width * sizeof(T) : 16) Strip {
  T values[Width];
};

/// Where bind() puts elements that are not contiguous.
struct Scratch {
  std::byte* next;

  template <class T>
  T* take() {
    T* const buffer = reinterpret_cast<T*>(next);
    next += piece_elements * sizeof(T);
    return buffer;
  }
};

/// For operands that are contiguous, of which bind() puts nothing anywhere.
struct NoScratch {
  /// @throws Error always
  template <class T>
  [[noreturn]] T* take() {
    throw Error("an operand that is not contiguous was bound without a buffer");
  }
};

/// Elements of an array.
template <class T>
struct Leaf {
  using value_type = T;
  static constexpr int leaves = 1;
  static constexpr int least_bytes = sizeof(T);

  const T* data;
  std::int64_t strides[max_rank];
  bool packed = false;  ///< whether strips are aligned and contiguous

  KOKKOS_FORCEINLINE_FUNCTION const T* address(const Place& place) const {
    std::int64_t offset = place.inner * strides[max_rank - 1];
    TARN_UNROLL
    for (int d = 0; d < max_rank - 1; ++d)
      offset += place.outer[d] * strides[d];
    return data + offset;
  }
  KOKKOS_FORCEINLINE_FUNCTION T at(const Place& place) const { return *address(place); }

  template <int Width>
  KOKKOS_FORCEINLINE_FUNCTION Strip<T, Width> flat_strip(std::int64_t n) const {
    return reinterpret_cast<const Strip<T, Width>*>(data)[n];
  }
  KOKKOS_FORCEINLINE_FUNCTION T flat(std::int64_t n) const { return data[n]; }

  template <int Width>
  KOKKOS_FORCEINLINE_FUNCTION Strip<T, Width> strip(const Place& place, int count) const {
    const T* const from = address(place);
    if (packed) return *reinterpret_cast<const Strip<T, Width>*>(from);
    const std::int64_t step = strides[max_rank - 1];
    Strip<T, Width> result;
    TARN_UNROLL
    for (int m = 0; m < Width; ++m)
      result.values[m] = m < count ? from[m * step] : T(1);
    return result;
  }

  template <int Width>
  bool packs(std::int64_t inner) const {
    bool even = inner % Width == 0 && strides[max_rank - 1] == 1;
    for (int d = 0; d < max_rank - 1; ++d)
      even = even && strides[d] % Width == 0;
    return even && reinterpret_cast<std::uintptr_t>(data) % alignof(Strip<T, Width>) == 0;
  }
  template <int Width>
  void mark_packed(std::int64_t inner) {
    packed = packs<Width>(inner);
  }
  bool is_contiguous() const { return strides[max_rank - 1] == 1; }
  bool is_aligned(std::size_t width) const {
    return reinterpret_cast<std::uintptr_t>(data) % (width * sizeof(T) < 16 ? width * sizeof(T) : 16) == 0;
  }

  template <class Buffers>
  void bind(const Leaf& whole, const Place& place, std::int64_t count, Buffers& buffers) {
    const T* const from = whole.address(place);
    const std::int64_t step = whole.strides[max_rank - 1];
    data = from;
    if (step == 1) return;
    T* const buffer = buffers.template take<T>();
    if (step == 0) {
      const T value = *from;
      for (std::int64_t n = 0; n < count; ++n)
        buffer[n] = value;
    } else {
      for (std::int64_t n = 0; n < count; ++n)
        buffer[n] = from[n * step];
    }
    data = buffer;
  }
  KOKKOS_FORCEINLINE_FUNCTION T operator[](std::int64_t n) const { return data[n]; }
  /// On a host: asks the memory for elements n to n + Count - 1, which are needed soon; beyond the end it does no harm.
  template <int Count>
  void fetch(std::int64_t n) const {
#if defined(__GNUC__)
    constexpr std::uintptr_t line = 64;
    const auto from = reinterpret_cast<std::uintptr_t>(data) + static_cast<std::uintptr_t>(n) * sizeof(T);
    for (std::uintptr_t byte = 0; byte < Count * sizeof(T); byte += line)
      __builtin_prefetch(reinterpret_cast<const void*>(from + byte));
#else
    (void)n;
#endif
  }
};

/// One number everywhere.
template <class T>
struct Constant {
  using value_type = T;
  static constexpr int leaves = 0;
  static constexpr int least_bytes = 16;

  T value;

  KOKKOS_FORCEINLINE_FUNCTION T at(const Place&) const { return value; }
  KOKKOS_FORCEINLINE_FUNCTION T flat(std::int64_t) const { return value; }
  KOKKOS_FORCEINLINE_FUNCTION T operator[](std::int64_t) const { return value; }
  template <int Width>
  KOKKOS_FORCEINLINE_FUNCTION Strip<T, Width> flat_strip(std::int64_t) const {
    Strip<T, Width> result;
    TARN_UNROLL
    for (int m = 0; m < Width; ++m)
      result.values[m] = value;
    return result;
  }
  template <int Width>
  KOKKOS_FORCEINLINE_FUNCTION Strip<T, Width> strip(const Place&, int) const {
    return flat_strip<Width>(0);
  }
  template <int Width>
  void mark_packed(std::int64_t) {}
  bool is_contiguous() const { return true; }
  bool is_aligned(std::size_t) const { return true; }
  template <class Buffers>
  void bind(const Constant&, const Place&, std::int64_t, Buffers&) {}
};

/// start, start + step, ... along an axis.
template <class T>
struct Counter {
  using value_type = T;
  static constexpr int leaves = 1;
  static constexpr int least_bytes = 16;

  T start, step;
  std::int64_t strides[max_rank];  ///< steps from one place of the loop to the next
  std::int64_t first = 0;          ///< of a bound piece

  KOKKOS_FORCEINLINE_FUNCTION T number(std::int64_t n) const { return start + static_cast<T>(n) * step; }
  KOKKOS_FORCEINLINE_FUNCTION std::int64_t count(const Place& place) const {
    std::int64_t steps = place.inner * strides[max_rank - 1];
    TARN_UNROLL
    for (int d = 0; d < max_rank - 1; ++d)
      steps += place.outer[d] * strides[d];
    return steps;
  }
  KOKKOS_FORCEINLINE_FUNCTION T at(const Place& place) const { return number(count(place)); }
  KOKKOS_FORCEINLINE_FUNCTION T flat(std::int64_t n) const { return number(n); }
  KOKKOS_FORCEINLINE_FUNCTION T operator[](std::int64_t n) const { return number(first + n * strides[max_rank - 1]); }
  template <int Width>
  KOKKOS_FORCEINLINE_FUNCTION Strip<T, Width> flat_strip(std::int64_t n) const {
    Strip<T, Width> result;
    TARN_UNROLL
    for (int m = 0; m < Width; ++m)
      result.values[m] = number(n * Width + m);
    return result;
  }
  template <int Width>
  KOKKOS_FORCEINLINE_FUNCTION Strip<T, Width> strip(const Place& place, int) const {
    const std::int64_t from = count(place);
    Strip<T, Width> result;
    TARN_UNROLL
    for (int m = 0; m < Width; ++m)
      result.values[m] = number(from + m * strides[max_rank - 1]);
    return result;
  }
  template <int Width>
  void mark_packed(std::int64_t) {}
  bool is_contiguous() const { return strides[max_rank - 1] == 1; }
  bool is_aligned(std::size_t) const { return true; }
  template <class Buffers>
  void bind(const Counter& whole, const Place& place, std::int64_t, Buffers&) {
    first = whole.count(place);
  }
};

}  // namespace tarn::ops::detail
