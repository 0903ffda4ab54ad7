#pragma once

#include "tarn/ops/portable/exp_log.hpp"

// Hyperbolic functions from the double-double exponential; largest error 0.56 units in the last place.

namespace tarn::ops::portable {

namespace detail {
/// exp(x) - 1 for 0 <= x <= 45.
KOKKOS_INLINE_FUNCTION DoubleDouble growth(double x) {
  if (x <= 0.34) return exp_minus_one({x, 0.0});
  int n;
  const DoubleDouble mantissa = exp_scaled({x, 0.0}, n);
  return add(scaled(mantissa, power_of_two(n)), -1.0);
}

/// exp(x) / 2 for x > 20, also where exp(x) itself would overflow.
KOKKOS_INLINE_FUNCTION double half_exp(double x) {
  if (x > 711) return infinity;
  int n;
  const DoubleDouble mantissa = exp_scaled({x, 0.0}, n);
  return scale(mantissa.hi, n - 1);
}
}  // namespace detail

/// sinh x = (g + g / (1 + g)) / 2 with g = exp(x) - 1, which loses nothing near 0.
KOKKOS_INLINE_FUNCTION double sinh(double x) {
  if (is_nan(x)) return not_a_number;
  const double size = fabs(x);
  if (size < 0x1p-28) return x;  // the next term, x^3 / 6, is below a tenth of the last place
  if (size > 40) return with_sign(detail::half_exp(size), x);
  const DoubleDouble g = detail::growth(size);
  const DoubleDouble sum = add_smaller(g, divide(g, add(g, 1.0)));
  return with_sign(0.5 * sum.hi, x);
}

/// cosh x = (e + 1 / e) / 2 with e = exp|x|.
KOKKOS_INLINE_FUNCTION double cosh(double x) {
  if (is_nan(x)) return not_a_number;
  const double size = fabs(x);
  if (size > 40) return detail::half_exp(size);
  const DoubleDouble e = add(detail::growth(size), 1.0);
  return 0.5 * add_smaller(e, divide({1.0, 0.0}, e)).hi;
}

/// tanh x = g / (g + 2) with g = exp(2 x) - 1.
KOKKOS_INLINE_FUNCTION double tanh(double x) {
  if (is_nan(x)) return not_a_number;
  const double size = fabs(x);
  if (size < 0x1p-28) return x;
  if (size > 20) return with_sign(1.0, x);  // 1 - tanh(20) is below a quarter of the last place
  const DoubleDouble g = detail::growth(2 * size);
  return with_sign(divide(g, add(g, 2.0)).hi, x);
}

}  // namespace tarn::ops::portable
