#pragma once

#include "tarn/ops/expression/complex_range.hpp"

// Exponential, hyperbolic and trigonometric functions of complex numbers; see complex_math.hpp.

namespace tarn::ops::detail::complex_math {

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> exp(const Complex<R>& z) {
  if (z.imag() == 0) return {std::exp(z.real()), z.imag()};
  const Exponential<R> size(z.real());
  return {size.times(std::cos(z.imag())), size.times(std::sin(z.imag()))};
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> expm1(const Complex<R>& z) {
  if (z.real() > Range<R>::most_exponent) return complex_math::exp(z);  // beside which 1 is nothing
  const R half = std::sin(z.imag() / 2);
  return {std::expm1(z.real()) * std::cos(z.imag()) - 2 * half * half,
          Exponential<R>(z.real()).times(std::sin(z.imag()))};
}

/// sinh(x) times a factor of at most 1.
template <class R>
KOKKOS_INLINE_FUNCTION R sinh_times(R x, R factor) {
  using Bounds = Range<R>;
  const R size = std::abs(x);
  if (size <= Bounds::most_exponent) return std::sinh(x) * factor;
  if (factor == 0) return std::copysign(R(1), x) * factor;
  return std::copysign(Exponential<R>(size - Bounds::step).times(Bounds::exp_of_step / 2 * std::abs(factor)),
                       std::copysign(R(1), x) * factor);
}

/// cosh(x) times a factor of at most 1.
template <class R>
KOKKOS_INLINE_FUNCTION R cosh_times(R x, R factor) {
  using Bounds = Range<R>;
  const R size = std::abs(x);
  if (size <= Bounds::most_exponent) return std::cosh(x) * factor;
  if (factor == 0) return factor;
  return Exponential<R>(size - Bounds::step).times(Bounds::exp_of_step / 2 * factor);
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> sinh(const Complex<R>& z) {
  return {sinh_times(z.real(), std::cos(z.imag())), cosh_times(z.real(), std::sin(z.imag()))};
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> cosh(const Complex<R>& z) {
  return {cosh_times(z.real(), std::cos(z.imag())), sinh_times(z.real(), std::sin(z.imag()))};
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> tanh(const Complex<R>& z) {
  const R x = z.real(), y = z.imag();
  if (std::abs(x) > Range<R>::saturation) {
    const R factor = 4 * std::sin(y) * std::cos(y);
    return {std::copysign(R(1), x), Exponential<R>(-2 * std::abs(x)).times(factor)};
  }
  // Kahan, "Branch cuts for complex elementary functions", 1987.
  const R t = std::tan(y), beta = 1 + t * t, s = std::sinh(x), rho = std::sqrt(1 + s * s);
  const R scale = 1 + beta * s * s;
  return {beta * rho * s / scale, t / scale};
}

// Of the hyperbolic functions of iz.
template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> sin(const Complex<R>& z) {
  const Complex<R> turned = complex_math::sinh(Complex<R>(-z.imag(), z.real()));
  return {turned.imag(), -turned.real()};
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> cos(const Complex<R>& z) {
  return complex_math::cosh(Complex<R>(-z.imag(), z.real()));
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> tan(const Complex<R>& z) {
  const Complex<R> turned = complex_math::tanh(Complex<R>(-z.imag(), z.real()));
  return {turned.imag(), -turned.real()};
}

}  // namespace tarn::ops::detail::complex_math
