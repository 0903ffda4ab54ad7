#pragma once

#include <cmath>
#include <limits>

#include "tarn/ops/expression/element.hpp"

// What the elementary functions of complex numbers share: where parts have to be scaled, and sums that cancel.

namespace tarn::ops::detail::complex_math {

template <class R>
using Complex = Kokkos::complex<R>;

/// Bounds of the numbers that functions can take as they are.
template <class R>
struct Range;
template <>
struct Range<double> {
  static constexpr double large = 0x1p1020, small = 0x1p-900;  ///< beyond, sums of squares may be out of range
  static constexpr double shrink = 0x1p-4, root_of_shrink = 0x1p-2;
  static constexpr double grow = 0x1p200, root_of_grow = 0x1p100;
  static constexpr double log_of_shrink = -2.772588722239781, log_of_grow = 138.62943611198907;
  static constexpr double far = 0x1p30, near = 0x1p-30;  ///< series end with their first term
  static constexpr double most_exponent = 700, step = 512;
  static constexpr double exp_of_step = 2.2844135865397565e222, exp_of_minus_step = 4.377491037053051e-223;
  static constexpr double saturation = 22;  ///< tanh is 1
};
template <>
struct Range<float> {
  static constexpr float large = 0x1p120f, small = 0x1p-90f;
  static constexpr float shrink = 0x1p-4f, root_of_shrink = 0x1p-2f;
  static constexpr float grow = 0x1p80f, root_of_grow = 0x1p40f;
  static constexpr float log_of_shrink = -2.772588722239781f, log_of_grow = 55.451774444795625f;
  static constexpr float far = 0x1p14f, near = 0x1p-14f;
  static constexpr float most_exponent = 85, step = 64;
  static constexpr float exp_of_step = 6.2351490808116168e27f, exp_of_minus_step = 1.6038108905486378e-28f;
  static constexpr float saturation = 10;
};

/// The larger magnitude of two; no number if one of them is none.
template <class R>
KOKKOS_FORCEINLINE_FUNCTION R larger(R a, R b) {
  const R x = std::abs(a), y = std::abs(b);
  return x > y || x != x ? x : y;
}
template <class R>
KOKKOS_FORCEINLINE_FUNCTION R smaller(R a, R b) {
  const R x = std::abs(a), y = std::abs(b);
  return x > y ? y : x;
}

/// first + x^2 + y^2 with small error where the three cancel: in twice the digits.
KOKKOS_INLINE_FUNCTION float add_squares(float first, float x, float y) {
  const double more = larger(x, y), less = smaller(x, y);
  return static_cast<float>((first + more * more) + less * less);
}
KOKKOS_INLINE_FUNCTION double add_squares(double first, double x, double y) {
  const double a = larger(x, y), b = smaller(x, y);
  const double more = a * a, less = b * b;
  // Knuth's sums with the errors, and the errors of the squares.
  const double part = first + more, from_more = part - first;
  const double sum = part + less, from_less = sum - part;
  const double error_of_part = (first - (part - from_more)) + (more - from_more);
  const double error_of_sum = (part - (sum - from_less)) + (less - from_less);
  return sum + ((error_of_part + error_of_sum) + (std::fma(a, a, -more) + std::fma(b, b, -less)));
}

/// e^x as a product: it overflows or vanishes only where a product with it does.
template <class R>
struct Exponential {
  R first = 1, second = 1, rest;

  KOKKOS_INLINE_FUNCTION explicit Exponential(R x) {
    using Bounds = Range<R>;
    if (x > Bounds::most_exponent) {
      first = Bounds::exp_of_step;
      x -= Bounds::step;
      if (x > Bounds::most_exponent) {
        second = Bounds::exp_of_step;
        x -= Bounds::step;
      }
    } else if (x < -Bounds::most_exponent) {
      first = Bounds::exp_of_minus_step;
      x += Bounds::step;
    }
    rest = std::exp(x);
  }
  KOKKOS_FORCEINLINE_FUNCTION R times(R factor) const { return factor * first * second * rest; }
};

}  // namespace tarn::ops::detail::complex_math
