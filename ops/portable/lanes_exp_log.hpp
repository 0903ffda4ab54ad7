#pragma once

#include "tarn/ops/portable/lanes.hpp"

// Lanes of the exponential and of the logarithm; see portable/exp_log.hpp for the methods.

namespace tarn::ops::portable::lanes {

/// x = n ln 2 + r as detail::exp_scaled() has it.
struct ExpParts {
  DoubleDouble r;   ///< |r| <= ln 2 / 2
  std::uint64_t n;  ///< in two's complement
};

/// For |x| < 800.
inline ExpParts exp_parts(DoubleDouble x) {
  const double turns = ::floor(x.hi * 0x1.71547652b82fep+0 + 0.5);
  const DoubleDouble middle = two_product(turns, 0x1.ef35793c76730p-45);
  DoubleDouble r = two_sum(x.hi - turns * 0x1.62e42fefa3800p-1, -middle.hi);
  r.lo += (x.lo - middle.lo) - turns * 0x1.f97b57a079a19p-103;
  return {fast_two_sum(r.hi, r.lo), whole_number(turns)};
}

/// As detail::exp_scaled(), of the parts.
inline DoubleDouble exp_of(const ExpParts& parts) {
  return portable::add_smaller(1.0, portable::detail::exp_minus_one(parts.r));
}

/// x, or the nearer end where it is beyond those of a double: there the result is that at 710 or -746, infinity or 0.
inline DoubleDouble within_exp(DoubleDouble x) {
  const bool above = x.hi > 710, below = x.hi < -746;
  return {above ? 710.0 : (below ? -746.0 : x.hi), above || below ? 0.0 : x.lo};
}

/// The end of the series of detail::log_of(), from 1/9 on, in z = s * s.
inline double log_tail(DoubleDouble s) {
  const double z = portable::multiply(s, s).hi;
  constexpr double coefficients[] = {1.0 / 33, 1.0 / 31, 1.0 / 29, 1.0 / 27, 1.0 / 25, 1.0 / 23, 1.0 / 21,
                                     1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9};
  double tail = 0;
  for (const double c : coefficients)
    tail = tail * z + c;
  return tail;
}

/// The series of detail::log_of().
inline DoubleDouble log_series(DoubleDouble s, double tail) {
  const DoubleDouble z = portable::multiply(s, s);
  DoubleDouble sum = portable::add_smaller({0x1.2492492492492p-3, 0x1.2492492492492p-57}, z.hi * tail);     // 1/7
  sum = portable::add_smaller({0x1.999999999999ap-3, -0x1.999999999999ap-57}, portable::multiply(z, sum));  // 1/5
  sum = portable::add_smaller({0x1.5555555555555p-2, 0x1.5555555555555p-56}, portable::multiply(z, sum));   // 1/3
  return scaled(portable::add_smaller(s, portable::multiply(s, portable::multiply(z, sum))), 2.0);
}

/// x = 2^n m as detail::log_of() has it; log m is the series of s.
struct LogParts {
  DoubleDouble s;  ///< (m - 1) / (m + 1)
  double n;        ///< a whole number
};

/// For finite x > 0.
inline LogParts log_parts(double x) {
  const bool is_subnormal = x < 0x1p-1022;
  const std::uint64_t bits = bits_of(is_subnormal ? x * 0x1p54 : x);
  double m = from_bits((bits & 0xfffffffffffffULL) | 0x3ff0000000000000ULL);
  const bool above = m > 1.4142135623730951;
  m = above ? m * 0.5 : m;
  const double n = (as_double(bits >> 52) - (is_subnormal ? 1077.0 : 1023.0)) + (above ? 1.0 : 0.0);
  return {portable::divide({m - 1, 0.0}, two_sum(m, 1.0)), n};
}

/// As detail::log_of(), from the series and n.
inline DoubleDouble log_of(DoubleDouble log_m, double n) {
  constexpr DoubleDouble ln2{0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
  return choose(n == 0, log_m, portable::add_smaller(portable::multiply(ln2, {n, 0.0}), log_m));
}

}  // namespace tarn::ops::portable::lanes
