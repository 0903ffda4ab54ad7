#pragma once

#include "tarn/ops/expression/complex_exponential.hpp"
#include "tarn/ops/expression/complex_logarithm.hpp"

// Elementary functions of complex numbers, for hosts and GPUs alike. Branch cuts are those of C and NumPy. For finite
// arguments, from the smallest to the largest: nothing overflows or vanishes on the way to a result that does not.
// Where a part is infinite or NaN the result may differ from NumPy's.

namespace tarn::ops::detail::complex_math {

template <class R>
KOKKOS_INLINE_FUNCTION R magnitude(const Complex<R>& z) {
  return std::hypot(z.real(), z.imag());
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> times(const Complex<R>& a, const Complex<R>& b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

/// Smith, "Algorithm 116: Complex division", 1962.
template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> quotient(const Complex<R>& a, const Complex<R>& b) {
  if (std::abs(b.real()) >= std::abs(b.imag())) {
    if (b.real() == 0 && b.imag() == 0) return {a.real() / std::abs(b.real()), a.imag() / std::abs(b.real())};
    const R ratio = b.imag() / b.real(), scale = 1 / (b.real() + b.imag() * ratio);
    return {(a.real() + a.imag() * ratio) * scale, (a.imag() - a.real() * ratio) * scale};
  }
  const R ratio = b.real() / b.imag(), scale = 1 / (b.imag() + b.real() * ratio);
  return {(a.real() * ratio + a.imag()) * scale, (a.imag() * ratio - a.real()) * scale};
}

/// z / 2^exponent, its larger part in [1, 2); 0, infinities and NaN with exponent 0.
template <class R>
struct Scaled {
  Complex<R> number;
  int exponent = 0;

  KOKKOS_INLINE_FUNCTION explicit Scaled(const Complex<R>& z) : number(z) {
    const R most = larger(z.real(), z.imag());
    if (most == 0 || most - most != 0) return;
    exponent = std::ilogb(most);
    number = shifted(z, -exponent);
  }
  KOKKOS_INLINE_FUNCTION static Complex<R> shifted(const Complex<R>& z, int by) {
    return {std::scalbn(z.real(), by), std::scalbn(z.imag(), by)};
  }
};

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> divide(const Complex<R>& a, const Complex<R>& b) {
  using Bounds = Range<R>;
  const R of_a = larger(a.real(), a.imag()), of_b = larger(b.real(), b.imag());
  const bool plain_a = (of_a > Bounds::small && of_a < Bounds::large) || of_a == 0;
  if ((plain_a && of_b > Bounds::small && of_b < Bounds::large) || of_b == 0) return quotient(a, b);
  const Scaled<R> above(a), below(b);
  return Scaled<R>::shifted(quotient(above.number, below.number), above.exponent - below.exponent);
}

/// A whole power by multiplication; of a scaled number, whose powers stay in range.
/// @param n  magnitude below 100
template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> whole_power(const Complex<R>& a, int n) {
  const Scaled<R> scaled(a);
  // The larger part in [1/2, 1): 1 / 2^99 to sqrt(2)^99, and their inverses, are float's.
  Complex<R> power(scaled.number.real() / 2, scaled.number.imag() / 2), result(R(1), R(0));
  if (n < 0) power = quotient(result, power);
  for (int rest = n < 0 ? -n : n; rest > 0; rest /= 2) {
    if (rest % 2 == 1) result = times(result, power);
    power = times(power, power);
  }
  return Scaled<R>::shifted(result, (scaled.exponent + 1) * n);
}

/// Small whole powers by multiplication, as NumPy; others by logarithm.
template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> pow(const Complex<R>& a, const Complex<R>& b) {
  if (b.real() == 0 && b.imag() == 0) return {R(1), R(0)};
  if (a.real() == 0 && a.imag() == 0) {
    const R nothing = R(0);
    return b.real() > 0 && b.imag() == 0 ? Complex<R>(nothing, nothing)
                                         : Complex<R>(nothing / nothing, nothing / nothing);
  }
  if (b.imag() == 0 && std::abs(b.real()) < 100 && b.real() == std::floor(b.real()))
    return whole_power(a, static_cast<int>(b.real()));
  return complex_math::exp(times(b, complex_math::log(a)));
}

}  // namespace tarn::ops::detail::complex_math
