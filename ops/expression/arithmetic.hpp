#pragma once

#include <cmath>
#include <cstdint>
#include <type_traits>

#include "tarn/ops/expression/complex_math.hpp"

// What one element of an expression is computed by: + - * / %. Every operation names the type that it computes in
// (`loop`, void where NumPy has none) for the common type of its operands, and has `apply`. Integers wrap around, as
// NumPy's do.

namespace tarn::ops::detail {

/// The unsigned type in which integers wrap around.
template <class T>
using Wrapping = std::make_unsigned_t<T>;

template <class T>
using unless_boolean = std::conditional_t<std::same_as<T, bool>, void, T>;
template <class T>
using unless_complex = std::conditional_t<ComplexElement<T>, void, T>;
template <class T>
using real_number = std::conditional_t<std::same_as<T, bool> || ComplexElement<T>, void, T>;

struct Add {
  static constexpr const char* name = "add";
  template <class C>
  using loop = C;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static T apply(const T& a, const T& b) {
    if constexpr (std::same_as<T, bool>) return a || b;
    if constexpr (IntegerElement<T>) return static_cast<T>(Wrapping<T>(a) + Wrapping<T>(b));
    if constexpr (ComplexElement<T>) return T(a.real() + b.real(), a.imag() + b.imag());
    if constexpr (FloatElement<T>) return a + b;
  }
};

struct Subtract {
  static constexpr const char* name = "subtract";
  template <class C>
  using loop = unless_boolean<C>;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static T apply(const T& a, const T& b) {
    if constexpr (IntegerElement<T>) return static_cast<T>(Wrapping<T>(a) - Wrapping<T>(b));
    if constexpr (ComplexElement<T>) return T(a.real() - b.real(), a.imag() - b.imag());
    if constexpr (FloatElement<T>) return a - b;
  }
};

struct Multiply {
  static constexpr const char* name = "multiply";
  template <class C>
  using loop = C;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static T apply(const T& a, const T& b) {
    if constexpr (std::same_as<T, bool>) return a && b;
    if constexpr (IntegerElement<T>) return static_cast<T>(Wrapping<T>(a) * Wrapping<T>(b));
    if constexpr (FloatElement<T>) return a * b;
    if constexpr (ComplexElement<T>) {
      return T(a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real());
    }
  }
};

/// True division: integers give double. Complex numbers by Smith, Algorithm 116, CACM 5 (1962), as NumPy's.
struct Divide {
  static constexpr const char* name = "divide";
  template <class C>
  using loop = std::conditional_t<std::integral<C>, double, C>;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static T apply(const T& a, const T& b) {
    if constexpr (ComplexElement<T>) {
      return complex_math::divide(a, b);
    } else {
      return a / b;
    }
  }
};

/// Python's //: rounded towards minus infinity; integers divided by 0 give 0.
struct FloorDivide {
  static constexpr const char* name = "floor_divide";
  template <class C>
  using loop = real_number<C>;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static T apply(const T& a, const T& b) {
    if constexpr (FloatElement<T>) {
      if (b == 0) return a / b;
      const T rest = std::fmod(a, b);
      T quotient = (a - rest) / b;
      if (rest != 0 && (b < 0) != (rest < 0)) quotient -= 1;
      if (quotient == 0) return std::copysign(T(0), a / b);
      const T whole = std::floor(quotient);
      return quotient - whole > T(0.5) ? whole + 1 : whole;
    } else {
      if (b == 0) return 0;
      if constexpr (std::is_signed_v<T>) {
        if (b == -1) return static_cast<T>(Wrapping<T>(0) - Wrapping<T>(a));  // the least number has no opposite
        return static_cast<T>(a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0));
      } else {
        return static_cast<T>(a / b);
      }
    }
  }
};

/// Python's %: the sign of the divisor; integers modulo 0 give 0.
struct Remainder {
  static constexpr const char* name = "remainder";
  template <class C>
  using loop = real_number<C>;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static T apply(const T& a, const T& b) {
    if constexpr (FloatElement<T>) {
      const T rest = std::fmod(a, b);
      if (b == 0) return rest;
      if (rest == 0) return std::copysign(T(0), b);
      return (b < 0) != (rest < 0) ? rest + b : rest;
    } else {
      if (b == 0) return 0;
      if constexpr (std::is_signed_v<T>) {
        if (b == -1) return 0;
        const T rest = a % b;
        return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
      } else {
        return static_cast<T>(a % b);
      }
    }
  }
};

/// C's fmod: the sign of the dividend; integers modulo 0 give 0.
struct Fmod {
  static constexpr const char* name = "fmod";
  template <class C>
  using loop = real_number<C>;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static T apply(const T& a, const T& b) {
    if constexpr (FloatElement<T>) {
      return std::fmod(a, b);
    } else {
      if (b == 0) return 0;
      if constexpr (std::is_signed_v<T>) {
        if (b == -1) return 0;
      }
      return static_cast<T>(a % b);
    }
  }
};

struct Negate {
  static constexpr const char* name = "negative";
  template <class C>
  using loop = unless_boolean<C>;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static T apply(const T& a) {
    if constexpr (IntegerElement<T>) return static_cast<T>(Wrapping<T>(0) - Wrapping<T>(a));
    if constexpr (ComplexElement<T>) return T(-a.real(), -a.imag());
    if constexpr (FloatElement<T>) return -a;
  }
};

struct Cast {
  static constexpr const char* name = "cast";
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static T apply(const T& a) {
    return a;
  }
};

}  // namespace tarn::ops::detail
