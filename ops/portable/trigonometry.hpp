#pragma once

#include "tarn/ops/portable/double_double.hpp"

// Sine, cosine and tangent, right for every finite double; largest error 0.56 units in the last place.

namespace tarn::ops::portable {

namespace detail {

/// The upper 64 bits of a * b.
KOKKOS_INLINE_FUNCTION std::uint64_t multiply_high(std::uint64_t a, std::uint64_t b) {
  const std::uint64_t mask = 0xffffffffULL;
  const std::uint64_t a0 = a & mask, a1 = a >> 32, b0 = b & mask, b1 = b >> 32;
  const std::uint64_t cross = a1 * b0 + (a0 * b0 >> 32);
  const std::uint64_t carried = a0 * b1 + (cross & mask);
  return a1 * b1 + (cross >> 32) + (carried >> 32);
}

/// 64 bits of 2/pi from bit `position` on, where bits 0 to 63 are zeros and bit 64 weighs 1/2.
KOKKOS_INLINE_FUNCTION std::uint64_t two_over_pi_bits(int position) {
  constexpr std::uint64_t words[] = {
      0x0000000000000000ULL, 0xa2f9836e4e441529ULL, 0xfc2757d1f534ddc0ULL, 0xdb6295993c439041ULL, 0xfe5163abdebbc561ULL,
      0xb7246e3a424dd2e0ULL, 0x06492eea09d1921cULL, 0xfe1deb1cb129a73eULL, 0xe88235f52ebb4484ULL, 0xe99c7026b45f7e41ULL,
      0x3991d639835339f4ULL, 0x9c845f8bbdf9283bULL, 0x1ff897ffde05980fULL, 0xef2f118b5a0a6d1fULL, 0x6d367ecf27cb09b7ULL,
      0x4f463f669e5fea2dULL, 0x7527bac7ebe5f17bULL, 0x3d0739f78a5292eaULL, 0x6bfb5fb11f8d5d08ULL, 0x56033046fc7b6babULL,
      0xf0cfbc209af4361dULL};
  const int word = position / 64, shift = position % 64;
  return shift == 0 ? words[word] : words[word] << shift | words[word + 1] >> (64 - shift);
}

/// An angle as quadrant * pi/2 + rest, |rest| <= pi/4 but for a rounding.
struct ReducedAngle {
  std::uint64_t quadrant;  ///< its last two bits tell which
  DoubleDouble rest;       ///< [radian]
};

/// Angles below it are reduced by a multiple of pi/2 that is subtracted.
inline constexpr double near_angle = 0x1p30;

/// Reduces |x| < near_angle: pi/2 in three parts after Cody and Waite, "Software Manual for the Elementary Functions"
/// (1980). x less the multiple of the first part is exact with fma: where the multiple is not 0, both are whole
/// multiples of 2^-53, and the result is below 1. So the rest is right to 2^-130, where no double comes nearer to a
/// multiple of pi/2 than 2^-62.
KOKKOS_INLINE_FUNCTION ReducedAngle reduce_near_angle(double x) {
  // The last bits of a double between 2^52 and 2^53 are those of the whole number in it.
  const double turns_in_last_bits = x * 0x1.45f306dc9c883p-1 + 0x1.8p52;
  const double turns = turns_in_last_bits - 0x1.8p52;
  const DoubleDouble second = two_product(turns, 0x1.1a62633145c07p-54);
  const DoubleDouble rest = two_sum(::fma(-turns, 0x1.921fb54442d18p+0, x), -second.hi);
  const double low = rest.lo - second.lo + turns * 0x1.f1976b7ed8fbcp-110;
  return {bits_of(turns_in_last_bits), fast_two_sum(rest.hi, low)};
}

/// A fraction of 192 bits (most significant word first) with its first bit clear, times pi/2.
KOKKOS_INLINE_FUNCTION DoubleDouble quarter_turns(std::uint64_t f2, std::uint64_t f1, std::uint64_t f0) {
  double unit = 1;
  while ((f2 >> 63) == 0) {  // no double comes nearer than 2^-62 to a multiple of pi/2, so this ends
    f2 = f2 << 1 | f1 >> 63;
    f1 = f1 << 1 | f0 >> 63;
    f0 <<= 1;
    unit *= 0.5;
  }
  const double high = static_cast<double>(f2 >> 11) * 0x1p-53;
  const double low = static_cast<double>((f2 & 0x7ff) << 42 | f1 >> 22) * 0x1p-106;
  constexpr DoubleDouble half_pi{0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};
  return multiply(half_pi, scaled(fast_two_sum(high, low), unit));
}

/// Reduces any finite x >= 1/2, after Payne and Hanek, "Radian reduction for trigonometric functions", SIGNUM
/// 18 (1983). With x = m 2^e, the bits of 2/pi that weigh 4 or more once multiplied by 2^e add whole turns
/// and are left out; the 192 bits that follow give the quadrant in their product's first two bits, and the
/// rest to about 2^-137.
KOKKOS_INLINE_FUNCTION ReducedAngle reduce_far_angle(double x) {
  const std::uint64_t m = (bits_of(x) & 0xfffffffffffffULL) | 0x10000000000000ULL;
  const int position = exponent_of(x) - 52 + 62;
  const std::uint64_t w2 = two_over_pi_bits(position), w1 = two_over_pi_bits(position + 64),
                      w0 = two_over_pi_bits(position + 128);
  std::uint64_t f0 = m * w0;
  std::uint64_t f1 = m * w1 + multiply_high(m, w0);
  const std::uint64_t carry = f1 < m * w1 ? 1 : 0;  // unsigned sums wrap
  std::uint64_t f2 = m * w2 + multiply_high(m, w1) + carry;
  const std::uint64_t quadrant = f2 >> 62;
  f2 = f2 << 2 | f1 >> 62;
  f1 = f1 << 2 | f0 >> 62;
  f0 <<= 2;
  if ((f2 >> 63) == 0) return {quadrant, quarter_turns(f2, f1, f0)};
  // More than half a quadrant: the distance to the next one, a negative rest.
  f0 = ~f0 + 1;
  f1 = ~f1 + (f0 == 0 ? 1 : 0);
  f2 = ~f2 + (f0 == 0 && f1 == 0 ? 1 : 0);
  return {quadrant + 1, negate(quarter_turns(f2, f1, f0))};
}

KOKKOS_INLINE_FUNCTION ReducedAngle reduce_angle(double x) {
  if (fabs(x) < near_angle) return reduce_near_angle(x);
  const ReducedAngle angle = reduce_far_angle(fabs(x));
  return x > 0 ? angle : ReducedAngle{4 - angle.quadrant, negate(angle.rest)};
}

/// sin r for |r| <= pi/4: Taylor to r^19, the first two terms in double-double.
KOKKOS_INLINE_FUNCTION DoubleDouble sin_of_rest(DoubleDouble r) {
  constexpr double coefficients[] = {
      -1.0 / 121645100408832000, 1.0 / 355687428096000, -1.0 / 1307674368000, 1.0 / 6227020800,
      -1.0 / 39916800,           1.0 / 362880,          -1.0 / 5040,          1.0 / 120};
  const DoubleDouble z = multiply(r, r);
  double tail = 0;
  for (const double c : coefficients)
    tail = tail * z.hi + c;
  const DoubleDouble factor = add_smaller({-0x1.5555555555555p-3, -0x1.5555555555555p-57}, z.hi * tail);  // -1/6
  return add_smaller(r, multiply(r, multiply(z, factor)));
}

/// cos r for |r| <= pi/4: Taylor to r^18, the first two terms in double-double.
KOKKOS_INLINE_FUNCTION DoubleDouble cos_of_rest(DoubleDouble r) {
  constexpr double coefficients[] = {-1.0 / 6402373705728000, 1.0 / 20922789888000, -1.0 / 87178291200, 1.0 / 479001600,
                                     -1.0 / 3628800,          1.0 / 40320,          -1.0 / 720,         1.0 / 24};
  const DoubleDouble z = multiply(r, r);
  double tail = 0;
  for (const double c : coefficients)
    tail = tail * z.hi + c;
  return add_smaller(add_smaller(1.0, scaled(z, -0.5)), z.hi * z.hi * tail);
}

/// sin of quadrant * pi/2 + rest.
KOKKOS_INLINE_FUNCTION DoubleDouble sin_of_angle(const ReducedAngle& angle) {
  const DoubleDouble value = (angle.quadrant & 1) != 0 ? cos_of_rest(angle.rest) : sin_of_rest(angle.rest);
  return (angle.quadrant & 2) != 0 ? negate(value) : value;
}

/// Below it sin x and tan x are x to a tenth of the last place.
inline constexpr double tiny_angle = 0x1p-28;

}  // namespace detail

KOKKOS_INLINE_FUNCTION double sin(double x) {
  if (is_nan(x) || is_infinite(x)) return not_a_number;
  if (fabs(x) < detail::tiny_angle) return x;
  return detail::sin_of_angle(detail::reduce_angle(x)).hi;
}

KOKKOS_INLINE_FUNCTION double cos(double x) {
  if (is_nan(x) || is_infinite(x)) return not_a_number;
  detail::ReducedAngle angle = detail::reduce_angle(x);
  ++angle.quadrant;  // cos x = sin(x + pi/2)
  return detail::sin_of_angle(angle).hi;
}

KOKKOS_INLINE_FUNCTION double tan(double x) {
  if (is_nan(x) || is_infinite(x)) return not_a_number;
  if (fabs(x) < detail::tiny_angle) return x;
  const detail::ReducedAngle angle = detail::reduce_angle(x);
  const DoubleDouble sine = detail::sin_of_rest(angle.rest), cosine = detail::cos_of_rest(angle.rest);
  return (angle.quadrant & 1) != 0 ? divide(negate(cosine), sine).hi : divide(sine, cosine).hi;
}

}  // namespace tarn::ops::portable
