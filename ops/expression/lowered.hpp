#pragma once

#include <cstddef>
#include <cstdint>

#include <Kokkos_Core.hpp>

#include "tarn/core/pragmas.hpp"
#include "tarn/ops/expression/element.hpp"
#include "tarn/ops/expression/shape.hpp"

// Expressions as kernels see them: pointers, strides and operations. Their types know neither rank nor layout, so that
// one kernel serves all of them. An expression is evaluated
// - on a host in pieces of a row: bind() points every leaf at contiguous elements, gathered into a buffer where they
//   are not, and the loop over operator[] is one that the compiler vectorises;
// - on a GPU in strips of Width elements along the innermost axis, which a leaf loads with one instruction where it
// can;
// - anywhere at one place, by at().

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

  void bind(const Leaf& whole, const Place& place, std::int64_t count, Scratch& scratch) {
    const T* const from = whole.address(place);
    const std::int64_t step = whole.strides[max_rank - 1];
    data = from;
    if (step == 1) return;
    T* const buffer = scratch.take<T>();
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
  void bind(const Constant&, const Place&, std::int64_t, Scratch&) {}
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
  void bind(const Counter& whole, const Place& place, std::int64_t, Scratch&) { first = whole.count(place); }
};

/// An operation on one operand, computed in Type.
template <class Op, class Type, class A>
struct Unary {
  using value_type = decltype(Op::template apply<Type>(Type()));
  static constexpr int leaves = A::leaves;
  static constexpr int least_bytes = A::least_bytes;

  A a;

  KOKKOS_FORCEINLINE_FUNCTION static value_type apply(const typename A::value_type& x) {
    return Op::template apply<Type>(convert<Type>(x));
  }
  KOKKOS_FORCEINLINE_FUNCTION value_type at(const Place& place) const { return apply(a.at(place)); }
  KOKKOS_FORCEINLINE_FUNCTION value_type flat(std::int64_t n) const { return apply(a.flat(n)); }
  KOKKOS_FORCEINLINE_FUNCTION value_type operator[](std::int64_t n) const { return apply(a[n]); }
  template <int Width>
  KOKKOS_FORCEINLINE_FUNCTION static Strip<value_type, Width> all(const Strip<typename A::value_type, Width>& x) {
    Strip<value_type, Width> result;
    TARN_UNROLL
    for (int m = 0; m < Width; ++m)
      result.values[m] = apply(x.values[m]);
    return result;
  }
  template <int Width>
  KOKKOS_FORCEINLINE_FUNCTION Strip<value_type, Width> flat_strip(std::int64_t n) const {
    return all<Width>(a.template flat_strip<Width>(n));
  }
  template <int Width>
  KOKKOS_FORCEINLINE_FUNCTION Strip<value_type, Width> strip(const Place& place, int count) const {
    return all<Width>(a.template strip<Width>(place, count));
  }
  template <int Width>
  void mark_packed(std::int64_t inner) {
    a.template mark_packed<Width>(inner);
  }
  bool is_contiguous() const { return a.is_contiguous(); }
  bool is_aligned(std::size_t width) const { return a.is_aligned(width); }
  void bind(const Unary& whole, const Place& place, std::int64_t count, Scratch& scratch) {
    a.bind(whole.a, place, count, scratch);
  }
};

/// An operation on two operands, computed in Type.
template <class Op, class Type, class A, class B>
struct Binary {
  using value_type = decltype(Op::template apply<Type>(Type(), Type()));
  static constexpr int leaves = A::leaves + B::leaves;
  static constexpr int least_bytes = A::least_bytes < B::least_bytes ? A::least_bytes : B::least_bytes;

  A a;
  B b;

  KOKKOS_FORCEINLINE_FUNCTION static value_type apply(const typename A::value_type& x,
                                                      const typename B::value_type& y) {
    return Op::template apply<Type>(convert<Type>(x), convert<Type>(y));
  }
  KOKKOS_FORCEINLINE_FUNCTION value_type at(const Place& place) const { return apply(a.at(place), b.at(place)); }
  KOKKOS_FORCEINLINE_FUNCTION value_type flat(std::int64_t n) const { return apply(a.flat(n), b.flat(n)); }
  KOKKOS_FORCEINLINE_FUNCTION value_type operator[](std::int64_t n) const { return apply(a[n], b[n]); }
  template <int Width>
  KOKKOS_FORCEINLINE_FUNCTION static Strip<value_type, Width> all(const Strip<typename A::value_type, Width>& x,
                                                                  const Strip<typename B::value_type, Width>& y) {
    Strip<value_type, Width> result;
    TARN_UNROLL
    for (int m = 0; m < Width; ++m)
      result.values[m] = apply(x.values[m], y.values[m]);
    return result;
  }
  template <int Width>
  KOKKOS_FORCEINLINE_FUNCTION Strip<value_type, Width> flat_strip(std::int64_t n) const {
    return all<Width>(a.template flat_strip<Width>(n), b.template flat_strip<Width>(n));
  }
  template <int Width>
  KOKKOS_FORCEINLINE_FUNCTION Strip<value_type, Width> strip(const Place& place, int count) const {
    return all<Width>(a.template strip<Width>(place, count), b.template strip<Width>(place, count));
  }
  template <int Width>
  void mark_packed(std::int64_t inner) {
    a.template mark_packed<Width>(inner);
    b.template mark_packed<Width>(inner);
  }
  bool is_contiguous() const { return a.is_contiguous() && b.is_contiguous(); }
  bool is_aligned(std::size_t width) const { return a.is_aligned(width) && b.is_aligned(width); }
  void bind(const Binary& whole, const Place& place, std::int64_t count, Scratch& scratch) {
    a.bind(whole.a, place, count, scratch);
    b.bind(whole.b, place, count, scratch);
  }
};

/// An operation on three operands: a in First, b and c in Type.
template <class Op, class First, class Type, class A, class B, class C>
struct Ternary {
  using value_type = decltype(Op::template apply<Type>(First(), Type(), Type()));
  static constexpr int leaves = A::leaves + B::leaves + C::leaves;
  static constexpr int least_of_two = A::least_bytes < B::least_bytes ? A::least_bytes : B::least_bytes;
  static constexpr int least_bytes = least_of_two < C::least_bytes ? least_of_two : C::least_bytes;

  A a;
  B b;
  C c;

  KOKKOS_FORCEINLINE_FUNCTION static value_type apply(const typename A::value_type& x, const typename B::value_type& y,
                                                      const typename C::value_type& z) {
    return Op::template apply<Type>(convert<First>(x), convert<Type>(y), convert<Type>(z));
  }
  KOKKOS_FORCEINLINE_FUNCTION value_type at(const Place& place) const {
    return apply(a.at(place), b.at(place), c.at(place));
  }
  KOKKOS_FORCEINLINE_FUNCTION value_type flat(std::int64_t n) const { return apply(a.flat(n), b.flat(n), c.flat(n)); }
  KOKKOS_FORCEINLINE_FUNCTION value_type operator[](std::int64_t n) const { return apply(a[n], b[n], c[n]); }
  template <int Width, class X, class Y, class Z>
  KOKKOS_FORCEINLINE_FUNCTION static Strip<value_type, Width> all(const X& x, const Y& y, const Z& z) {
    Strip<value_type, Width> result;
    TARN_UNROLL
    for (int m = 0; m < Width; ++m)
      result.values[m] = apply(x.values[m], y.values[m], z.values[m]);
    return result;
  }
  template <int Width>
  KOKKOS_FORCEINLINE_FUNCTION Strip<value_type, Width> flat_strip(std::int64_t n) const {
    return all<Width>(a.template flat_strip<Width>(n), b.template flat_strip<Width>(n),
                      c.template flat_strip<Width>(n));
  }
  template <int Width>
  KOKKOS_FORCEINLINE_FUNCTION Strip<value_type, Width> strip(const Place& place, int count) const {
    return all<Width>(a.template strip<Width>(place, count), b.template strip<Width>(place, count),
                      c.template strip<Width>(place, count));
  }
  template <int Width>
  void mark_packed(std::int64_t inner) {
    a.template mark_packed<Width>(inner);
    b.template mark_packed<Width>(inner);
    c.template mark_packed<Width>(inner);
  }
  bool is_contiguous() const { return a.is_contiguous() && b.is_contiguous() && c.is_contiguous(); }
  bool is_aligned(std::size_t width) const { return a.is_aligned(width) && b.is_aligned(width) && c.is_aligned(width); }
  void bind(const Ternary& whole, const Place& place, std::int64_t count, Scratch& scratch) {
    a.bind(whole.a, place, count, scratch);
    b.bind(whole.b, place, count, scratch);
    c.bind(whole.c, place, count, scratch);
  }
};

}  // namespace tarn::ops::detail
