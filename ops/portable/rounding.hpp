#pragma once

#include "tarn/ops/portable/double_double.hpp"

// Functions whose result is exact.

namespace tarn::ops::portable {

/// The correctly rounded square root (IEEE 754).
KOKKOS_INLINE_FUNCTION double sqrt(double x) {
  return ::sqrt(x);
}
KOKKOS_INLINE_FUNCTION double floor(double x) {
  return ::floor(x);
}
KOKKOS_INLINE_FUNCTION double ceil(double x) {
  return ::ceil(x);
}

namespace detail {
/// Splits |x|, finite and not 0, into an integer below 2^53 times 2^exponent.
KOKKOS_INLINE_FUNCTION std::uint64_t split(double x, int& exponent) {
  const std::uint64_t bits = bits_of(x);
  const int field = static_cast<int>(bits >> 52 & 0x7ff);
  const std::uint64_t fraction = bits & 0xfffffffffffffULL;
  exponent = (field == 0 ? 1 : field) - 1075;
  return field == 0 ? fraction : fraction | 0x10000000000000ULL;
}

/// integer * 2^exponent, where the result is a double and the integer is below 2^53.
KOKKOS_INLINE_FUNCTION double join(std::uint64_t integer, int exponent) {
  const auto value = static_cast<double>(integer);
  if (exponent >= -1022) return value * power_of_two(exponent);
  return value * power_of_two(-1022) * power_of_two(exponent + 1022);
}
}  // namespace detail

/// x - n y for the whole number n that makes it smaller than |y| and of the sign of x, as C's fmod. Exact.
///
/// Long division of the integers behind the two numbers, 11 bits at a time.
KOKKOS_INLINE_FUNCTION double fmod(double x, double y) {
  if (is_nan(x) || is_nan(y) || is_infinite(x) || y == 0) return not_a_number;
  if (fabs(x) < fabs(y)) return x;  // also every finite x for an infinite y
  int x_exponent, y_exponent;
  std::uint64_t rest = detail::split(x, x_exponent);
  const std::uint64_t divisor = detail::split(y, y_exponent);
  rest %= divisor;
  for (int left = x_exponent - y_exponent; left > 0 && rest != 0;) {
    const int bits = left < 11 ? left : 11;
    rest = (rest << bits) % divisor;
    left -= bits;
  }
  return with_sign(detail::join(rest, y_exponent), x);
}

}  // namespace tarn::ops::portable
