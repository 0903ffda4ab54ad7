#pragma once

#include "tarn/ops/portable/double_double.hpp"

// Exponential, logarithms and powers. Each is computed in double-double and rounded once at the end, so that
// the error stays near half a unit in the last place.

namespace tarn::ops::portable {

namespace detail {

/// exp(r) - 1 for |r| <= 0.35, relative error about 2^-58: the Taylor series to r^14, its first two terms in
/// double-double.
KOKKOS_INLINE_FUNCTION DoubleDouble exp_minus_one(DoubleDouble r) {
  constexpr double coefficients[] = {1.0 / 87178291200, 1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800,
                                     1.0 / 3628800,     1.0 / 362880,     1.0 / 40320,     1.0 / 5040,
                                     1.0 / 720,         1.0 / 120,        1.0 / 24,        1.0 / 6};
  double tail = 0;
  for (const double c : coefficients)
    tail = tail * r.hi + c;
  const DoubleDouble square = multiply(r, r);
  const double cubic_and_more = square.hi * (r.hi * tail);
  return add_smaller(add_smaller(r, scaled(square, 0.5)), cubic_and_more);
}

/// exp(x) = result * 2^n with 0.7 < result < 1.42, for |x| < 800.
///
/// x = n ln 2 + r, |r| <= ln(2) / 2 (Cody and Waite): ln 2 in three parts, of which the first has 42 bits, so
/// that its product with n is exact.
KOKKOS_INLINE_FUNCTION DoubleDouble exp_scaled(DoubleDouble x, int& n) {
  const double turns = ::floor(x.hi * 0x1.71547652b82fep+0 + 0.5);
  n = static_cast<int>(turns);
  const DoubleDouble middle = two_product(turns, 0x1.ef35793c76730p-45);
  DoubleDouble r = two_sum(x.hi - turns * 0x1.62e42fefa3800p-1, -middle.hi);
  r.lo += (x.lo - middle.lo) - turns * 0x1.f97b57a079a19p-103;
  return add_smaller(1.0, exp_minus_one(fast_two_sum(r.hi, r.lo)));
}

/// exp of a double-double of any size, rounded to double.
KOKKOS_INLINE_FUNCTION double exp_rounded(DoubleDouble x) {
  if (x.hi > 710) return infinity;
  if (x.hi < -746) return 0;
  int n;
  const DoubleDouble value = exp_scaled(x, n);
  return scale(value.hi, n);
}

/// log(x) for finite x > 0, relative error about 2^-75.
///
/// x = 2^n m with m between sqrt(1/2) and sqrt(2); log m = 2 atanh(s), s = (m - 1) / (m + 1), |s| < 0.172, by
/// its series: the first four terms in double-double, the others, which weigh less than 2^-23, in double.
KOKKOS_INLINE_FUNCTION DoubleDouble log_of(double x) {
  int n = 0;
  if (exponent_of(x) == -1023) {
    x *= 0x1p54;
    n = -54;
  }
  n += exponent_of(x);
  double m = from_bits((bits_of(x) & 0xfffffffffffffULL) | 0x3ff0000000000000ULL);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    ++n;
  }
  const DoubleDouble s = divide({m - 1, 0.0}, two_sum(m, 1.0));
  const DoubleDouble z = multiply(s, s);
  constexpr double coefficients[] = {1.0 / 33, 1.0 / 31, 1.0 / 29, 1.0 / 27, 1.0 / 25, 1.0 / 23, 1.0 / 21,
                                     1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9};
  double tail = 0;
  for (const double c : coefficients)
    tail = tail * z.hi + c;
  DoubleDouble sum = add_smaller({0x1.2492492492492p-3, 0x1.2492492492492p-57}, z.hi * tail);  // 1/7
  sum = add_smaller({0x1.999999999999ap-3, -0x1.999999999999ap-57}, multiply(z, sum));         // 1/5
  sum = add_smaller({0x1.5555555555555p-2, 0x1.5555555555555p-56}, multiply(z, sum));          // 1/3
  const DoubleDouble log_m = scaled(add_smaller(s, multiply(s, multiply(z, sum))), 2.0);
  if (n == 0) return log_m;
  constexpr DoubleDouble ln2{0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
  return add_smaller(multiply(ln2, {static_cast<double>(n), 0.0}), log_m);
}

/// Whether y is an odd whole number; not one of 2^53 and more is odd.
KOKKOS_INLINE_FUNCTION bool is_odd(double y) {
  return fabs(y) < 0x1p53 && ::floor(y) == y && ::floor(y * 0.5) * 2 != y;
}

/// pow where x or y is 0, infinite or NaN, or where |x| = 1, as C99 (annex F.9.4.4) has it.
KOKKOS_INLINE_FUNCTION double special_power(double x, double y) {
  if (y == 0 || x == 1) return 1;
  if (is_nan(x) || is_nan(y)) return not_a_number;
  if (is_infinite(y)) {
    if (x == -1) return 1;
    return (fabs(x) > 1) == (y > 0) ? infinity : 0;
  }
  const double magnitude = (x == 0) == (y > 0) ? 0 : infinity;  // x is 0 or infinite
  return is_odd(y) ? with_sign(magnitude, x) : magnitude;
}

}  // namespace detail

/// e^x; largest error 0.51 units in the last place (0.76 where the result is subnormal).
KOKKOS_INLINE_FUNCTION double exp(double x) {
  return is_nan(x) ? not_a_number : detail::exp_rounded({x, 0.0});
}

/// The natural logarithm; NaN below 0, -infinity at 0; largest error 0.51 units in the last place.
KOKKOS_INLINE_FUNCTION double log(double x) {
  if (is_nan(x) || x < 0) return not_a_number;
  if (x == 0) return -infinity;
  return x == infinity ? infinity : detail::log_of(x).hi;
}

/// The decimal logarithm; exact for powers of ten; otherwise as log.
KOKKOS_INLINE_FUNCTION double log10(double x) {
  if (is_nan(x) || x < 0) return not_a_number;
  if (x == 0) return -infinity;
  if (x == infinity) return infinity;
  return multiply(detail::log_of(x), {0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57}).hi;
}

/// x^y as exp(y log x); exact where the result is a double; largest error 0.56 units in the last place (0.8
/// where the result is subnormal). Special cases are those of C99.
KOKKOS_INLINE_FUNCTION double pow(double x, double y) {
  if (y == 0 || x == 1 || x == 0 || is_nan(x) || is_nan(y) || is_infinite(x) || is_infinite(y)) {
    return detail::special_power(x, y);
  }
  if (x < 0 && ::floor(y) != y) return not_a_number;
  const double sign = x < 0 && detail::is_odd(y) ? -1 : 1;
  const DoubleDouble logarithm = detail::log_of(fabs(x));
  const double rough = y * logarithm.hi;  // may be infinite; the double-double product then would be NaN
  if (rough > 710) return sign * infinity;
  if (rough < -746) return sign * 0.0;
  return sign * detail::exp_rounded(multiply(logarithm, {y, 0.0}));
}

}  // namespace tarn::ops::portable
