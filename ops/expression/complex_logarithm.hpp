#pragma once

#include "tarn/ops/expression/complex_range.hpp"

// Roots, logarithms and inverse functions of complex numbers; see complex_math.hpp.

namespace tarn::ops::detail::complex_math {

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> sqrt(const Complex<R>& z) {
  using Bounds = Range<R>;
  R x = std::abs(z.real()), y = std::abs(z.imag()), scale = 1;
  const R most = larger(x, y);
  if (most == 0) return {R(0), z.imag()};
  if (y - y != 0) return {y, z.imag()};
  if (most > Bounds::large) {
    x *= Bounds::shrink;
    y *= Bounds::shrink;
    scale = 1 / Bounds::root_of_shrink;
  } else if (most < Bounds::small) {
    x *= Bounds::grow;
    y *= Bounds::grow;
    scale = 1 / Bounds::root_of_grow;
  }
  // The larger part first: it cancels nothing.
  const R part = std::sqrt((std::hypot(x, y) + x) / 2);
  const R large = part * scale, small = y / (2 * part) * scale;
  return z.real() >= 0 ? Complex<R>(large, std::copysign(small, z.imag()))
                       : Complex<R>(small, std::copysign(large, z.imag()));
}

/// The logarithm of the magnitude; near the unit circle from the distance to 1.
template <class R>
KOKKOS_INLINE_FUNCTION R log_magnitude(R x, R y) {
  using Bounds = Range<R>;
  const R most = larger(x, y);
  if (most > Bounds::large) return std::log(std::hypot(x * Bounds::shrink, y * Bounds::shrink)) - Bounds::log_of_shrink;
  if (most < Bounds::small) return std::log(std::hypot(x * Bounds::grow, y * Bounds::grow)) - Bounds::log_of_grow;
  const R size = std::hypot(x, y);
  if (size < R(0.5) || size > R(2)) return std::log(size);
  return std::log1p(add_squares(R(-1), x, y)) / 2;
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> log(const Complex<R>& z) {
  return {log_magnitude(z.real(), z.imag()), std::atan2(z.imag(), z.real())};
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> log1p(const Complex<R>& z) {
  const R x = 1 + z.real(), y = z.imag();
  const bool is_near_circle = larger(x, y) < 2 && larger(x, y) > R(0.5);
  const R size = is_near_circle ? std::log1p(add_squares(2 * z.real(), z.real(), y)) / 2 : log_magnitude(x, y);
  return {size, std::atan2(y, x)};
}

// The inverse functions are those of Kahan, 1987; far from 0, and beside it, the first term of a series.

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> asin(const Complex<R>& z) {
  using Bounds = Range<R>;
  const R x = z.real(), y = z.imag(), most = larger(x, y);
  if (most < Bounds::near) return z;
  if (most > Bounds::far) {
    const R size = log_magnitude(x, y) + R(0.6931471805599453);
    return {std::atan2(x, std::abs(y)), std::copysign(size, y)};
  }
  const Complex<R> lower = complex_math::sqrt(Complex<R>(1 - x, -y)), upper = complex_math::sqrt(Complex<R>(1 + x, y));
  return {std::atan2(x, lower.real() * upper.real() - lower.imag() * upper.imag()),
          std::asinh(lower.real() * upper.imag() - lower.imag() * upper.real())};
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> acos(const Complex<R>& z) {
  using Bounds = Range<R>;
  const R x = z.real(), y = z.imag(), most = larger(x, y);
  if (most < Bounds::near) return {R(1.5707963267948966) - x, -y};
  if (most > Bounds::far) {
    const R size = log_magnitude(x, y) + R(0.6931471805599453);
    return {std::atan2(std::abs(y), x), -std::copysign(size, y)};
  }
  const Complex<R> lower = complex_math::sqrt(Complex<R>(1 - x, -y)), upper = complex_math::sqrt(Complex<R>(1 + x, y));
  return {2 * std::atan2(lower.real(), upper.real()),
          std::asinh(upper.real() * lower.imag() - upper.imag() * lower.real())};
}

template <class R>
KOKKOS_INLINE_FUNCTION Complex<R> atan(const Complex<R>& z) {
  using Bounds = Range<R>;
  const R x = z.real(), y = std::abs(z.imag()), most = larger(x, y);
  if (most < Bounds::near) return z;
  if (most > Bounds::far) {  // pi/2 - 1/z
    const R ratio = smaller(x, y) / most, size = 1 + ratio * ratio;
    return {std::copysign(R(1.5707963267948966), x) - x / most / size / most,
            std::copysign(y / most / size / most, z.imag())};
  }
  // -i artanh(iz); 1 - y is exact near the pole at 1
  const R distance = std::hypot(1 - y, x), square = distance * distance;
  const R imaginary =
      distance < R(0.25) ? (std::log(4 * y + square) - 2 * std::log(distance)) / 4 : std::log1p(4 * y / square) / 4;
  return {std::atan2(2 * x, (1 - y) * (1 + y) - x * x) / 2, std::copysign(imaginary, z.imag())};
}

}  // namespace tarn::ops::detail::complex_math
