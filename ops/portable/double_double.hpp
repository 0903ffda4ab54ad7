#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include <Kokkos_Core.hpp>

// What the portable functions stand on: the bits of a double, and numbers held as the sum of two doubles.
// Only
// + - * /, sqrt, fma and integer arithmetic are used, all of them exact or correctly rounded wherever tarn
// runs, so results have the same bits on every host and GPU.

namespace tarn::ops::portable {

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

KOKKOS_INLINE_FUNCTION std::uint64_t bits_of(double x) {
  std::uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

KOKKOS_INLINE_FUNCTION double from_bits(std::uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

KOKKOS_INLINE_FUNCTION bool is_nan(double x) {
  return x != x;
}
KOKKOS_INLINE_FUNCTION bool is_infinite(double x) {
  return x == infinity || x == -infinity;
}
/// Whether the sign bit is set, which it is for -0.
KOKKOS_INLINE_FUNCTION bool is_negative(double x) {
  return (bits_of(x) >> 63) != 0;
}
KOKKOS_INLINE_FUNCTION double fabs(double x) {
  return from_bits(bits_of(x) & 0x7fffffffffffffffULL);
}
/// The magnitude of `x` with the sign of `sign`.
KOKKOS_INLINE_FUNCTION double with_sign(double x, double sign) {
  return from_bits((bits_of(x) & 0x7fffffffffffffffULL) | (bits_of(sign) & 0x8000000000000000ULL));
}

/// The exponent field less its bias: floor(log2|x|) of a normal number, -1023 of a subnormal one.
KOKKOS_INLINE_FUNCTION int exponent_of(double x) {
  return static_cast<int>(bits_of(x) >> 52 & 0x7ff) - 1023;
}

/// 2^n, -1022 <= n <= 1023.
KOKKOS_INLINE_FUNCTION double power_of_two(int n) {
  return from_bits(static_cast<std::uint64_t>(n + 1023) << 52);
}

/// x * 2^n with one rounding, for x between 1/2 and 2 and |n| <= 2000. In halves, since 2^n itself may not
/// exist.
KOKKOS_INLINE_FUNCTION double scale(double x, int n) {
  const int half = n / 2;
  return x * power_of_two(half) * power_of_two(n - half);
}

/// hi + lo, where |lo| is at most half a unit in the last place of hi: about 106 bits.
struct DoubleDouble {
  double hi;  ///< the value rounded
  double lo;  ///< what is missing of it
};

// Error-free transformations and arithmetic after Dekker (1971) and Knuth, as in Joldes, Muller, Popescu,
// "Tight and rigorous error bounds for basic building blocks of double-word arithmetic", ACM TOMS 44 (2017).

/// a + b exactly.
KOKKOS_INLINE_FUNCTION DoubleDouble two_sum(double a, double b) {
  const double sum = a + b;
  const double b_part = sum - a;
  return {sum, (a - (sum - b_part)) + (b - b_part)};
}

/// a + b exactly, for |a| >= |b|.
KOKKOS_INLINE_FUNCTION DoubleDouble fast_two_sum(double a, double b) {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}

/// a * b exactly, unless it overflows or underflows.
KOKKOS_INLINE_FUNCTION DoubleDouble two_product(double a, double b) {
  const double product = a * b;
  return {product, ::fma(a, b, -product)};
}

KOKKOS_INLINE_FUNCTION DoubleDouble add(DoubleDouble a, double b) {
  const DoubleDouble high = two_sum(a.hi, b);
  return fast_two_sum(high.hi, high.lo + a.lo);
}

// The same in half the work, where |a| >= |b| and the sum is not much smaller than a, or where a is 0; relative error
// about 2^-103.

KOKKOS_INLINE_FUNCTION DoubleDouble add_smaller(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble high = fast_two_sum(a.hi, b.hi);
  return fast_two_sum(high.hi, high.lo + (a.lo + b.lo));
}
KOKKOS_INLINE_FUNCTION DoubleDouble add_smaller(DoubleDouble a, double b) {
  const DoubleDouble high = fast_two_sum(a.hi, b);
  return fast_two_sum(high.hi, high.lo + a.lo);
}
KOKKOS_INLINE_FUNCTION DoubleDouble add_smaller(double a, DoubleDouble b) {
  const DoubleDouble high = fast_two_sum(a, b.hi);
  return fast_two_sum(high.hi, high.lo + b.lo);
}

KOKKOS_INLINE_FUNCTION DoubleDouble negate(DoubleDouble a) {
  return {-a.hi, -a.lo};
}

KOKKOS_INLINE_FUNCTION DoubleDouble multiply(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble product = two_product(a.hi, b.hi);
  return fast_two_sum(product.hi, product.lo + (a.hi * b.lo + a.lo * b.hi));
}

/// Multiplies by a power of two.
KOKKOS_INLINE_FUNCTION DoubleDouble scaled(DoubleDouble a, double power) {
  return {a.hi * power, a.lo * power};
}

/// a / b with one division, where neither 1 / b nor a / b is subnormal; relative error about 2^-102. As Joldes and
/// others divide, but by the inverse of b.
KOKKOS_INLINE_FUNCTION DoubleDouble divide(DoubleDouble a, DoubleDouble b) {
  const double inverse = 1 / b.hi;
  const double quotient = a.hi * inverse;
  const double rest = ::fma(-quotient, b.hi, a.hi) + ::fma(-quotient, b.lo, a.lo);
  return fast_two_sum(quotient, rest * inverse);
}

/// The square root of a >= 0.
KOKKOS_INLINE_FUNCTION DoubleDouble square_root(DoubleDouble a) {
  if (a.hi <= 0) return {0.0, 0.0};
  const double root = ::sqrt(a.hi);
  return fast_two_sum(root, (::fma(-root, root, a.hi) + a.lo) / (2 * root));
}

}  // namespace tarn::ops::portable
