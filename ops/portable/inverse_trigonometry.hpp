#pragma once

#include "tarn/ops/portable/double_double.hpp"

// Inverse trigonometric functions; all from one arc tangent in double-double; largest error 0.56 units in the
// last place.

namespace tarn::ops::portable {

namespace detail {

/// atan(n / 8), n = 0 ... 8.
KOKKOS_INLINE_FUNCTION DoubleDouble atan_of_eighths(int n) {
  constexpr double hi[] = {0.0,
                           0x1.fd5ba9aac2f6ep-4,
                           0x1.f5b75f92c80ddp-3,
                           0x1.6f61941e4def1p-2,
                           0x1.dac670561bb4fp-2,
                           0x1.1e00babdefeb4p-1,
                           0x1.4978fa3269ee1p-1,
                           0x1.700a7c5784634p-1,
                           0x1.921fb54442d18p-1};
  constexpr double lo[] = {0.0,
                           -0x1.cd37686760c17p-59,
                           0x1.8ab6e3cf7afbdp-57,
                           -0x1.c63aae6f6e918p-56,
                           0x1.a2b7f222f65e2p-56,
                           -0x1.928df287a668fp-58,
                           0x1.2419a87f2a458p-56,
                           -0x1.8c34d25aadef6p-56,
                           0x1.1a62633145c07p-55};
  return {hi[n], lo[n]};
}

/// atan q for 0 <= q <= 1: atan(c) + atan((q - c) / (1 + q c)) with c the nearest eighth, and the Taylor
/// series of the second, whose argument is at most 1/16 in size.
KOKKOS_INLINE_FUNCTION DoubleDouble atan_of_fraction(DoubleDouble q) {
  const auto n = static_cast<int>(q.hi * 8 + 0.5);
  DoubleDouble t = q;
  if (n > 0) {
    const double c = n * 0.125;
    t = divide(add(q, -c), add_smaller(1.0, scaled(multiply(q, {static_cast<double>(n), 0.0}), 0.125)));
  }
  constexpr double coefficients[] = {1.0 / 17, -1.0 / 15, 1.0 / 13, -1.0 / 11, 1.0 / 9, -1.0 / 7, 1.0 / 5, -1.0 / 3};
  const double z = t.hi * t.hi;
  double tail = 0;
  for (const double c : coefficients)
    tail = tail * z + c;
  return add_smaller(atan_of_eighths(n), add_smaller(t, t.hi * (z * tail)));
}

KOKKOS_INLINE_FUNCTION DoubleDouble half_pi() {
  return {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};
}
KOKKOS_INLINE_FUNCTION DoubleDouble whole_pi() {
  return {0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53};
}

/// The angle, 0 to pi/2, of the point (x, y), x and y >= 0 and not both 0, neither so small or large that
/// their quotient, or the low part of it that matters, is lost.
KOKKOS_INLINE_FUNCTION DoubleDouble angle_of(DoubleDouble y, DoubleDouble x) {
  if (y.hi <= x.hi) return atan_of_fraction(divide(y, x));
  return add_smaller(half_pi(), negate(atan_of_fraction(divide(x, y))));
}

/// sqrt(1 - x^2) for |x| <= 1.
KOKKOS_INLINE_FUNCTION DoubleDouble other_leg(double x) {
  return square_root(multiply(two_sum(1.0, -x), two_sum(1.0, x)));
}

/// Multiplies finite x and y, not 0, by the power of two that brings x near 1; exact where their exponents
/// differ by at most 64.
KOKKOS_INLINE_FUNCTION void scale_to_one(double& x, double& y) {
  if (exponent_of(x) == -1023 || exponent_of(y) == -1023) {
    x *= 0x1p100;
    y *= 0x1p100;
  }
  const int exponent = exponent_of(x), half = exponent / 2;
  x = x * power_of_two(-half) * power_of_two(half - exponent);
  y = y * power_of_two(-half) * power_of_two(half - exponent);
}

/// atan2 where x or y is 0, infinite or NaN, as C99 (annex F.9.1.4) has it.
KOKKOS_INLINE_FUNCTION double special_atan2(double y, double x) {
  if (is_nan(x) || is_nan(y)) return not_a_number;
  if (is_infinite(x) && is_infinite(y)) {
    constexpr double quarter_pi = 0x1.921fb54442d18p-1, three_quarters_pi = 0x1.2d97c7f3321d2p+1;
    return with_sign(x > 0 ? quarter_pi : three_quarters_pi, y);
  }
  if (y == 0 || is_infinite(x)) return with_sign(is_negative(x) ? whole_pi().hi : 0.0, y);
  return with_sign(half_pi().hi, y);
}

}  // namespace detail

KOKKOS_INLINE_FUNCTION double atan(double x) {
  if (is_nan(x)) return not_a_number;
  const double size = fabs(x);
  if (size < 0x1p-28) return x;  // the next term is below a tenth of the last place
  if (size > 0x1p60) return with_sign(detail::half_pi().hi, x);
  return with_sign(detail::angle_of({size, 0.0}, {1.0, 0.0}).hi, x);
}

/// NaN beyond -1 and 1.
KOKKOS_INLINE_FUNCTION double asin(double x) {
  const double size = fabs(x);
  if (is_nan(x) || size > 1) return not_a_number;
  if (size < 0x1p-28) return x;
  return with_sign(detail::angle_of({size, 0.0}, detail::other_leg(x)).hi, x);
}

/// NaN beyond -1 and 1.
KOKKOS_INLINE_FUNCTION double acos(double x) {
  if (is_nan(x) || fabs(x) > 1) return not_a_number;
  if (fabs(x) < 0x1p-60) return detail::half_pi().hi;
  const DoubleDouble angle = detail::angle_of(detail::other_leg(x), {fabs(x), 0.0});
  return x > 0 ? angle.hi : add_smaller(detail::whole_pi(), negate(angle)).hi;
}

/// The angle of the point (x, y), -pi to pi; signs and special cases are those of C99.
KOKKOS_INLINE_FUNCTION double atan2(double y, double x) {
  if (is_nan(x) || is_nan(y) || x == 0 || y == 0 || is_infinite(x) || is_infinite(y)) {
    return detail::special_atan2(y, x);
  }
  const int difference = exponent_of(y) - exponent_of(x);
  if (difference > 64) return with_sign(detail::half_pi().hi, y);
  if (difference < -64) return x > 0 ? y / x : with_sign(detail::whole_pi().hi, y);
  double width = fabs(x), height = fabs(y);
  detail::scale_to_one(width, height);
  const DoubleDouble angle = detail::angle_of({height, 0.0}, {width, 0.0});
  return with_sign(x > 0 ? angle.hi : add_smaller(detail::whole_pi(), negate(angle)).hi, y);
}

}  // namespace tarn::ops::portable
