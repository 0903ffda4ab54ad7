#pragma once

#include "tarn/ops/portable/lanes.hpp"

// Lanes of sine, cosine and tangent; see portable/trigonometry.hpp for the methods.

namespace tarn::ops::portable::lanes {

/// An unsigned number of 192 bits, its most significant word first.
struct Wide {
  std::uint64_t w2, w1, w0;  ///< 64 bits each
};

/// The exponent field of the bits of a number above 0, less `n`. A shift by 52 comes last here, and below: g++ computes
/// a sum that says how far to shift in 32 bits, and then makes no vectors.
inline std::uint64_t field_less(std::uint64_t bits, std::uint64_t n) {
  return (bits - (n << 52)) >> 52;
}
/// `n` less the exponent field.
inline std::uint64_t less_field(std::uint64_t n, std::uint64_t bits) {
  return (((n + 1) << 52) - 1 - bits) >> 52;
}

/// Shifted left by 0 < n < 64 bits.
/// @param back  64 - n
inline Wide shifted(const Wide& a, std::uint64_t n, std::uint64_t back) {
  return {a.w2 << n | a.w1 >> back, a.w1 << n | a.w0 >> back, a.w0 << n};
}

inline Wide choose(bool condition, const Wide& a, const Wide& b) {
  return {condition ? a.w2 : b.w2, condition ? a.w1 : b.w1, condition ? a.w0 : b.w0};
}

/// a * b for a < 2^53: its upper and its lower 64 bits.
struct Product {
  /// @param a  < 2^53
  Product(std::uint64_t a, std::uint64_t b) {
    constexpr std::uint64_t mask = 0xffffffffULL;
    const std::uint64_t a0 = a & mask, a1 = a >> 32, b0 = b & mask, b1 = b >> 32;
    const std::uint64_t lowest = a0 * b0;
    const std::uint64_t cross = a1 * b0 + (lowest >> 32);
    const std::uint64_t carried = a0 * b1 + (cross & mask);
    high = a1 * b1 + (cross >> 32) + (carried >> 32);
    low = carried << 32 | (lowest & mask);
  }
  std::uint64_t high, low;  ///< 64 bits each
};

/// 1 where sum = a + b went beyond 64 bits.
inline std::uint64_t carry_of(std::uint64_t a, std::uint64_t b, std::uint64_t sum) {
  return ((a & b) | ((a | b) & ~sum)) >> 63;
}

/// |x| * 2/pi modulo 4 as detail::reduce_angle() has it, in units of 2^-190, for |x| < 2^53: all the bits of 2/pi then
/// stand in three words. Of |x| < 0.75, which is not reduced, that of 1.
inline Wide turns_of(double x) {
  const double size = fabs(x) < 0.75 ? 1.0 : fabs(x);
  // g++ makes no vectors of constants that are shifted; it does not see that this is 0.
  const std::uint64_t bits = bits_of(size), zero = bits_of(size * 0.0);
  const std::uint64_t first = 0xa2f9836e4e441529ULL + zero, second = 0xfc2757d1f534ddc0ULL + zero,
                      third = 0xdb6295993c439041ULL + zero;
  const std::uint64_t m = (bits & 0xfffffffffffffULL) | 0x10000000000000ULL;
  const std::uint64_t shift = field_less(bits, 1023 - 10), back = less_field(1023 - 10 + 64, bits);  // shift: 9 to 62
  const std::uint64_t w2 = first >> back, w1 = first << shift | second >> back, w0 = second << shift | third >> back;
  const Product lower(m, w0), upper(m, w1);
  const std::uint64_t f1 = upper.low + lower.high;
  return {m * w2 + upper.high + carry_of(upper.low, lower.high, f1), f1, lower.low};
}

/// The complement to 2^192 of f where `mask` has all bits, f where it has none.
inline Wide negated_by(const Wide& f, std::uint64_t mask) {
  const std::uint64_t w0 = (f.w0 ^ mask) - mask;
  const std::uint64_t from_w0 = w0 == 0 ? mask : 0;
  const std::uint64_t w1 = (f.w1 ^ mask) - from_w0;
  const std::uint64_t from_w1 = w1 == 0 ? from_w0 : 0;
  return {(f.w2 ^ mask) - from_w1, w1, w0};
}

/// As detail::quarter_turns().
inline DoubleDouble quarter_turns(Wide f) {
  const bool is_near = (f.w2 >> 32) == 0;  // to a multiple of pi/2
  f = choose(is_near, shifted(f, 31, 33), f);
  // As many zeros stand before the first bit as the exponent of a double says.
  const std::uint64_t bits = bits_of(as_double(f.w2 >> 11)), zeros = less_field(1023 + 52, bits);
  f = shifted(f, zeros, field_less(bits, 1023 + 52 - 64));
  const std::uint64_t field = 1022 - zeros - (is_near ? 31 : 0);
  const double high = from_bits((f.w2 >> 11 & 0xfffffffffffffULL) | field << 52);
  const std::uint64_t low_bits = (f.w2 & 0x7ff) << 42 | f.w1 >> 22;
  // 53 bits in two parts.
  const double low = as_double(low_bits >> 32) * 0x1p32 + as_double(low_bits & 0xffffffffULL);
  const double unit = from_bits((field - 105) << 52);
  constexpr DoubleDouble half_pi{0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};
  return portable::multiply(half_pi, fast_two_sum(high, low * unit));
}

/// An angle as quadrant * pi/2 + rest, |rest| <= pi/4.
struct Angle {
  std::uint64_t quadrant;  ///< modulo 4 it tells which
  DoubleDouble rest;       ///< [radian]
};

/// As detail::reduce_any_angle(), from turns_of(x).
inline Angle reduced_angle(double x, const Wide& turns) {
  const bool is_small = fabs(x) < 0.75;
  Wide f = shifted(turns, 2, 62);
  const std::uint64_t beyond_half = f.w2 >> 63, x_is_negative = bits_of(x) >> 63;
  f = negated_by(f, 0 - beyond_half);
  const std::uint64_t quadrant = (turns.w2 >> 62) + beyond_half;
  const DoubleDouble rest = quarter_turns(f);
  const std::uint64_t flip = (beyond_half ^ x_is_negative) << 63;
  const std::uint64_t mirrored = x_is_negative != 0 ? 4 - quadrant : quadrant;
  const DoubleDouble signed_rest{from_bits(bits_of(rest.hi) ^ flip), from_bits(bits_of(rest.lo) ^ flip)};
  return {is_small ? 0 : mirrored, choose(is_small, DoubleDouble{x, 0.0}, signed_rest)};
}

/// The rounded sine of an angle, `quarters` * pi/2 further.
inline double sin_of_angle(const Angle& angle, std::uint64_t quarters) {
  const std::uint64_t quadrant = angle.quadrant + quarters;
  const double sine = portable::detail::sin_of_rest(angle.rest).hi,
               cosine = portable::detail::cos_of_rest(angle.rest).hi;
  const double value = (quadrant & 1) != 0 ? cosine : sine;
  return from_bits(bits_of(value) ^ (quadrant & 2) << 62);
}

inline double tan_of_angle(const Angle& angle) {
  const bool is_odd = (angle.quadrant & 1) != 0;
  const DoubleDouble sine = portable::detail::sin_of_rest(angle.rest),
                     cosine = portable::detail::cos_of_rest(angle.rest);
  return portable::divide(choose(is_odd, negate(cosine), sine), choose(is_odd, sine, cosine)).hi;
}

}  // namespace tarn::ops::portable::lanes
