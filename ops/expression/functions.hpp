#pragma once

#include <cmath>

#include "tarn/ops/expression/comparison.hpp"
#include "tarn/ops/expression/complex_math.hpp"

// Mathematical functions of one element; see arithmetic.hpp.

namespace tarn::ops::detail {

/// Functions with a floating-point result; integers are computed in double, uint8 and bool in float.
struct FloatFunction {
  template <class C>
  using loop = std::conditional_t<ComplexElement<C>, C, float_of<C>>;
};
struct RealFunction {
  template <class C>
  using loop = unless_complex<typename FloatFunction::loop<C>>;
};

#define TARN_FUNCTION(Name, spelled, base)                   \
  struct Name : base {                                       \
    static constexpr const char* name = #spelled;            \
    template <class T>                                       \
    KOKKOS_FORCEINLINE_FUNCTION static T apply(const T& x) { \
      if constexpr (ComplexElement<T>)                       \
        return complex_math::spelled(x);                     \
      else                                                   \
        return std::spelled(x);                              \
    }                                                        \
  };
TARN_FUNCTION(Sqrt, sqrt, FloatFunction)
TARN_FUNCTION(Exp, exp, FloatFunction)
TARN_FUNCTION(Expm1, expm1, FloatFunction)
TARN_FUNCTION(Log, log, FloatFunction)
TARN_FUNCTION(Log1p, log1p, FloatFunction)
TARN_FUNCTION(Sin, sin, FloatFunction)
TARN_FUNCTION(Cos, cos, FloatFunction)
TARN_FUNCTION(Tan, tan, FloatFunction)
TARN_FUNCTION(Asin, asin, FloatFunction)
TARN_FUNCTION(Acos, acos, FloatFunction)
TARN_FUNCTION(Atan, atan, FloatFunction)
TARN_FUNCTION(Sinh, sinh, FloatFunction)
TARN_FUNCTION(Cosh, cosh, FloatFunction)
TARN_FUNCTION(Tanh, tanh, FloatFunction)
#undef TARN_FUNCTION

#define TARN_FUNCTION(Name, spelled)                         \
  struct Name : RealFunction {                               \
    static constexpr const char* name = #spelled;            \
    template <class T>                                       \
    KOKKOS_FORCEINLINE_FUNCTION static T apply(const T& x) { \
      return std::spelled(x);                                \
    }                                                        \
  };
TARN_FUNCTION(Cbrt, cbrt)
TARN_FUNCTION(Floor, floor)
TARN_FUNCTION(Ceil, ceil)
TARN_FUNCTION(Trunc, trunc)
#undef TARN_FUNCTION

#define TARN_FUNCTION(Name, spelled, factor)                      \
  struct Name : FloatFunction {                                   \
    static constexpr const char* name = #spelled;                 \
    template <class T>                                            \
    KOKKOS_FORCEINLINE_FUNCTION static T apply(const T& x) {      \
      if constexpr (ComplexElement<T>) {                          \
        const T natural = complex_math::log(x);                   \
        constexpr auto scale = static_cast<real_of<T>>(factor);   \
        return T(natural.real() * scale, natural.imag() * scale); \
      } else {                                                    \
        return std::spelled(x);                                   \
      }                                                           \
    }                                                             \
  };
TARN_FUNCTION(Log2, log2, 1.4426950408889634)    // 1 / ln 2
TARN_FUNCTION(Log10, log10, 0.4342944819032518)  // 1 / ln 10
#undef TARN_FUNCTION

#define TARN_FUNCTION(Name, spelled)                                     \
  struct Name : RealFunction {                                           \
    static constexpr const char* name = #spelled;                        \
    template <class T>                                                   \
    KOKKOS_FORCEINLINE_FUNCTION static T apply(const T& a, const T& b) { \
      return std::spelled(a, b);                                         \
    }                                                                    \
  };
TARN_FUNCTION(Atan2, atan2)
TARN_FUNCTION(Hypot, hypot)
#undef TARN_FUNCTION

/// Half-way cases to the even neighbour; integers stay what they are.
struct Round {
  static constexpr const char* name = "round";
  template <class C>
  using loop = unless_boolean<C>;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static T apply(const T& x) {
    if constexpr (IntegerElement<T>) return x;
    if constexpr (FloatElement<T>) return std::rint(x);
    if constexpr (ComplexElement<T>) return T(std::rint(x.real()), std::rint(x.imag()));
  }
};

/// Integers: wraps around; a negative exponent gives 1 / power rounded towards 0, and 0 for base 0, where NumPy raises
/// an error.
struct Power {
  static constexpr const char* name = "power";
  template <class C>
  using loop = unless_boolean<C>;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static T apply(const T& a, const T& b) {
    if constexpr (ComplexElement<T>) {
      return complex_math::pow(a, b);
    } else if constexpr (FloatElement<T>) {
      return std::pow(a, b);
    } else {
      if constexpr (std::is_signed_v<T>) {
        if (b < 0) return a == 1 ? T(1) : (a == -1 ? (b % 2 == 0 ? T(1) : T(-1)) : T(0));
      }
      Wrapping<T> result = 1, power = static_cast<Wrapping<T>>(a);
      for (Wrapping<T> rest = static_cast<Wrapping<T>>(b); rest != 0; rest /= 2) {
        if (rest % 2 != 0) result = static_cast<Wrapping<T>>(result * power);
        power = static_cast<Wrapping<T>>(power * power);
      }
      return static_cast<T>(result);
    }
  }
};

struct Square {
  static constexpr const char* name = "square";
  template <class C>
  using loop = unless_boolean<C>;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static T apply(const T& x) {
    return Multiply::apply<T>(x, x);
  }
};

/// Magnitude of a complex number.
struct Abs {
  static constexpr const char* name = "abs";
  template <class C>
  using loop = C;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static real_of<T> apply(const T& x) {
    if constexpr (ComplexElement<T>) return complex_math::magnitude(x);
    if constexpr (FloatElement<T>) return std::abs(x);
    if constexpr (IntegerElement<T>) return x < 0 ? Negate::apply<T>(x) : x;
    if constexpr (std::same_as<T, bool>) return x;
  }
};

/// -1, 0 or 1; of a complex number that of its real part, or of its imaginary part where the real part is 0. NaN where
/// a part is NaN.
struct Sign {
  static constexpr const char* name = "sign";
  template <class C>
  using loop = unless_boolean<C>;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static T apply(const T& x) {
    if constexpr (ComplexElement<T>) {
      if (is_nan(x)) return T(x.real() + x.imag(), 0);
      return T(Sign::apply(x.real() == 0 ? x.imag() : x.real()), 0);
    } else if constexpr (FloatElement<T>) {
      return x > 0 ? T(1) : (x < 0 ? T(-1) : (x == 0 ? T(0) : x));
    } else {
      return static_cast<T>((x > 0) - (x < 0));
    }
  }
};

struct IsNan {
  static constexpr const char* name = "isnan";
  template <class C>
  using loop = C;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static bool apply(const T& x) {
    return is_nan(x);
  }
};

struct IsFinite {
  static constexpr const char* name = "isfinite";
  template <class C>
  using loop = C;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static bool apply(const T& x) {
    if constexpr (ComplexElement<T>) {
      return IsFinite::apply(x.real()) && IsFinite::apply(x.imag());
    } else if constexpr (FloatElement<T>) {
      return x - x == 0;
    } else {
      return true;
    }
  }
};

struct IsInf {
  static constexpr const char* name = "isinf";
  template <class C>
  using loop = C;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static bool apply(const T& x) {
    if constexpr (ComplexElement<T>) {
      return IsInf::apply(x.real()) || IsInf::apply(x.imag());
    } else {
      return !IsFinite::apply(x) && !is_nan(x);
    }
  }
};

struct RealPart {
  static constexpr const char* name = "real";
  template <class C>
  using loop = C;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static real_of<T> apply(const T& x) {
    if constexpr (ComplexElement<T>)
      return x.real();
    else
      return x;
  }
};

struct ImaginaryPart {
  static constexpr const char* name = "imag";
  template <class C>
  using loop = C;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static real_of<T> apply([[maybe_unused]] const T& x) {
    if constexpr (ComplexElement<T>)
      return x.imag();
    else
      return T(0);
  }
};

struct Conjugate {
  static constexpr const char* name = "conj";
  template <class C>
  using loop = unless_boolean<C>;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static T apply(const T& x) {
    if constexpr (ComplexElement<T>)
      return T(x.real(), -x.imag());
    else
      return x;
  }
};

}  // namespace tarn::ops::detail
