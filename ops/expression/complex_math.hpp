#pragma once

#include <cmath>

#include "tarn/ops/expression/element.hpp"

// Elementary functions of complex numbers, for hosts and GPUs alike. Branch cuts are those of C and NumPy. For finite
// arguments; where a part is infinite or NaN the result may differ from NumPy's.

namespace tarn::ops::detail::complex_math {

template <class R>
using Complex = Kokkos::complex<R>;

template <class R>
KOKKOS_INLINE_FUNCTION R magnitude(const Complex<R>& z) {
  return std::hypot(z.real(), z.imag());
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> times(const Complex<R>& a, const Complex<R>& b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> sqrt(const Complex<R>& z) {
  const R size = magnitude(z);
  if (size == 0) return {R(0), z.imag()};
  // The larger part first: it cancels nothing.
  const R large = std::sqrt(size / 2 + std::abs(z.real()) / 2);
  const R small = std::abs(z.imag()) / 2 / large;
  return z.real() >= 0 ? Complex<R>(large, std::copysign(small, z.imag()))
                       : Complex<R>(small, std::copysign(large, z.imag()));
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> exp(const Complex<R>& z) {
  const R size = std::exp(z.real());
  return z.imag() == 0 ? Complex<R>(size, z.imag()) : Complex<R>(size * std::cos(z.imag()), size * std::sin(z.imag()));
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> expm1(const Complex<R>& z) {
  const R half = std::sin(z.imag() / 2);
  return {std::expm1(z.real()) * std::cos(z.imag()) - 2 * half * half, std::exp(z.real()) * std::sin(z.imag())};
}

/// Near the unit circle the logarithm of the magnitude is found from its distance to 1.
template <class R>
KOKKOS_INLINE_FUNCTION R log_magnitude(R x, R y) {
  const R size = std::hypot(x, y);
  if (size < R(0.5) || size > R(2)) return std::log(size);
  const R large = std::abs(x) > std::abs(y) ? std::abs(x) : std::abs(y);
  const R small = std::abs(x) > std::abs(y) ? std::abs(y) : std::abs(x);
  return std::log1p((large - 1) * (large + 1) + small * small) / 2;
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> log(const Complex<R>& z) {
  return {log_magnitude(z.real(), z.imag()), std::atan2(z.imag(), z.real())};
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> log1p(const Complex<R>& z) {
  return complex_math::log(Complex<R>(z.real() + 1, z.imag()));
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> sinh(const Complex<R>& z) {
  return {std::sinh(z.real()) * std::cos(z.imag()), std::cosh(z.real()) * std::sin(z.imag())};
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> cosh(const Complex<R>& z) {
  return {std::cosh(z.real()) * std::cos(z.imag()), std::sinh(z.real()) * std::sin(z.imag())};
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> tanh(const Complex<R>& z) {
  const R x = z.real(), y = z.imag();
  if (std::abs(x) > 22) return {std::copysign(R(1), x), 4 * std::sin(y) * std::cos(y) * std::exp(-2 * std::abs(x))};
  // Kahan, "Branch cuts for complex elementary functions", 1987.
  const R t = std::tan(y), beta = 1 + t * t, s = std::sinh(x), rho = std::sqrt(1 + s * s);
  const R scale = 1 + beta * s * s;
  return {beta * rho * s / scale, t / scale};
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> sin(const Complex<R>& z) {
  return {std::sin(z.real()) * std::cosh(z.imag()), std::cos(z.real()) * std::sinh(z.imag())};
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> cos(const Complex<R>& z) {
  return {std::cos(z.real()) * std::cosh(z.imag()), -std::sin(z.real()) * std::sinh(z.imag())};
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> tan(const Complex<R>& z) {
  const Complex<R> turned = complex_math::tanh(Complex<R>(-z.imag(), z.real()));
  return {turned.imag(), -turned.real()};
}

// The inverse functions are Kahan's, 1987.
template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> asin(const Complex<R>& z) {
  const Complex<R> lower = complex_math::sqrt(Complex<R>(1 - z.real(), -z.imag())),
                   upper = complex_math::sqrt(Complex<R>(1 + z.real(), z.imag()));
  return {std::atan2(z.real(), times(lower, upper).real()),
          std::asinh(lower.real() * upper.imag() - lower.imag() * upper.real())};
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> acos(const Complex<R>& z) {
  const Complex<R> lower = complex_math::sqrt(Complex<R>(1 - z.real(), -z.imag())),
                   upper = complex_math::sqrt(Complex<R>(1 + z.real(), z.imag()));
  return {2 * std::atan2(lower.real(), upper.real()),
          std::asinh(upper.real() * lower.imag() - upper.imag() * lower.real())};
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> atan(const Complex<R>& z) {
  const R x = z.real(), y = std::abs(z.imag());  // -i artanh(iz)
  const R to_pole = (1 - y) * (1 - y) + x * x;   // squared; near it nothing cancels
  return {std::atan2(2 * x, (1 - y) * (1 + y) - x * x) / 2, std::copysign(std::log1p(4 * y / to_pole) / 4, z.imag())};
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
  if (b.imag() == 0 && std::abs(b.real()) < 100 && b.real() == std::floor(b.real())) {
    Complex<R> power = a, result(R(1), R(0));
    for (int rest = static_cast<int>(std::abs(b.real())); rest > 0; rest /= 2) {
      if (rest % 2 == 1) result = times(result, power);
      power = times(power, power);
    }
    if (b.real() > 0) return result;
    const R size = result.real() * result.real() + result.imag() * result.imag();
    return {result.real() / size, -result.imag() / size};
  }
  return complex_math::exp(times(b, complex_math::log(a)));
}

}  // namespace tarn::ops::detail::complex_math
