#pragma once

#include <cstdint>

#include "tarn/core/pragmas.hpp"
#include "tarn/ops/expression/leaves.hpp"
#include "tarn/ops/expression/vector_functions.hpp"

// Expressions as kernels see them: pointers, strides and operations. Their types know neither rank nor layout, so that
// one kernel serves all of them. An expression is evaluated
// - on a host in pieces of a row: bind() points every leaf at contiguous elements, gathered into a buffer where they
//   are not, and the loop over operator[] is one that the compiler vectorises;
// - on a GPU in strips of Width elements along the innermost axis, which a leaf loads at once where it can;
// - anywhere at one place, by at().

namespace tarn::ops::detail {

/// On a host: see Leaf; for expressions that read arrays as they stand.
template <int Count, class E>
void fetch(const E& expression, std::int64_t n) {
  if constexpr (requires { expression.template fetch<Count>(n); }) expression.template fetch<Count>(n);
}

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
  template <class Buffers>
  void bind(const Unary& whole, const Place& place, std::int64_t count, Buffers& buffers) {
    a.bind(whole.a, place, count, buffers);
  }
  template <int Count>
  void fetch(std::int64_t n) const {
    detail::fetch<Count>(a, n);
  }
};

/// A function on a host that has a vector version: bind() computes it for a piece of a row.
template <class Op, class Type, class A>
struct VectorUnary {
  using value_type = Type;
  static constexpr int leaves = A::leaves + 1;
  static constexpr int least_bytes = A::least_bytes;

  A a;
  const Type* values = nullptr;

  Type at(const Place& place) const { return apply_to_one<Op>(convert<Type>(a.at(place))); }
  Type operator[](std::int64_t n) const { return values[n]; }
  bool is_contiguous() const { return false; }
  template <class Buffers>
  void bind(const VectorUnary& whole, const Place& place, std::int64_t count, Buffers& buffers) {
    a.bind(whole.a, place, count, buffers);
    Type* const buffer = buffers.template take<Type>();
    TARN_INDEPENDENT_ITERATIONS
    for (std::int64_t n = 0; n < count; ++n)
      buffer[n] = convert<Type>(a[n]);
    apply_to_vectors<Op>(buffer, count);
    values = buffer;
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
  template <class Buffers>
  void bind(const Binary& whole, const Place& place, std::int64_t count, Buffers& buffers) {
    a.bind(whole.a, place, count, buffers);
    b.bind(whole.b, place, count, buffers);
  }
  template <int Count>
  void fetch(std::int64_t n) const {
    detail::fetch<Count>(a, n);
    detail::fetch<Count>(b, n);
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
  template <class Buffers>
  void bind(const Ternary& whole, const Place& place, std::int64_t count, Buffers& buffers) {
    a.bind(whole.a, place, count, buffers);
    b.bind(whole.b, place, count, buffers);
    c.bind(whole.c, place, count, buffers);
  }
};

}  // namespace tarn::ops::detail
