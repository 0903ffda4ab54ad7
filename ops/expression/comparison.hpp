#pragma once

#include "tarn/ops/expression/arithmetic.hpp"

// Comparisons, logic and choice of elements; see arithmetic.hpp.

namespace tarn::ops::detail {

template <class T>
KOKKOS_FORCEINLINE_FUNCTION bool is_nan(const T& x) {
  if constexpr (ComplexElement<T>) {
    return x.real() != x.real() || x.imag() != x.imag();
  } else if constexpr (FloatElement<T>) {
    return x != x;
  } else {
    return false;
  }
}

/// NumPy's order: complex numbers by real part, then imaginary part, and none where a part is NaN.
template <class T>
KOKKOS_FORCEINLINE_FUNCTION bool is_less(const T& a, const T& b) {
  if constexpr (ComplexElement<T>) {
    return (a.real() < b.real() && a.imag() == a.imag() && b.imag() == b.imag()) ||
           (a.real() == b.real() && a.imag() < b.imag());
  } else {
    return a < b;
  }
}

template <class T>
KOKKOS_FORCEINLINE_FUNCTION bool is_less_equal(const T& a, const T& b) {
  if constexpr (ComplexElement<T>) {
    return (a.real() < b.real() && a.imag() == a.imag() && b.imag() == b.imag()) ||
           (a.real() == b.real() && a.imag() <= b.imag());
  } else {
    return a <= b;
  }
}

template <class T>
KOKKOS_FORCEINLINE_FUNCTION bool is_equal(const T& a, const T& b) {
  if constexpr (ComplexElement<T>) {
    return a.real() == b.real() && a.imag() == b.imag();
  } else {
    return a == b;
  }
}

struct Not {
  static constexpr const char* name = "logical_not";
  template <class C>
  using loop = bool;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static bool apply(bool a) {
    return !a;
  }
};

struct And {
  static constexpr const char* name = "logical_and";
  template <class C>
  using loop = bool;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static bool apply(bool a, bool b) {
    return a && b;
  }
};

struct Or {
  static constexpr const char* name = "logical_or";
  template <class C>
  using loop = bool;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static bool apply(bool a, bool b) {
    return a || b;
  }
};

struct Comparison {
  template <class C>
  using loop = C;
};

#define TARN_COMPARISON(Name, spelled, expression)                          \
  struct Name : Comparison {                                                \
    static constexpr const char* name = #spelled;                           \
    template <class T>                                                      \
    KOKKOS_FORCEINLINE_FUNCTION static bool apply(const T& a, const T& b) { \
      return expression;                                                    \
    }                                                                       \
  };
TARN_COMPARISON(Less, less, is_less(a, b))
TARN_COMPARISON(LessEqual, less_equal, is_less_equal(a, b))
TARN_COMPARISON(Greater, greater, is_less(b, a))
TARN_COMPARISON(GreaterEqual, greater_equal, is_less_equal(b, a))
TARN_COMPARISON(Equal, equal, is_equal(a, b))
TARN_COMPARISON(NotEqual, not_equal, !is_equal(a, b))
#undef TARN_COMPARISON

/// NaN if either is, as NumPy's minimum.
struct Minimum {
  static constexpr const char* name = "minimum";
  template <class C>
  using loop = C;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static T apply(const T& a, const T& b) {
    return is_nan(a) || is_less_equal(a, b) ? a : b;
  }
};

/// NaN if either is, as NumPy's maximum.
struct Maximum {
  static constexpr const char* name = "maximum";
  template <class C>
  using loop = C;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static T apply(const T& a, const T& b) {
    return is_nan(a) || is_less_equal(b, a) ? a : b;
  }
};

/// NaN where anything is; the upper limit where the limits cross.
struct Clip {
  static constexpr const char* name = "clip";
  template <class C>
  using loop = unless_boolean<C>;
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static T apply(const T& x, const T& low, const T& high) {
    return Minimum::apply<T>(Maximum::apply<T>(x, low), high);
  }
};

struct Where {
  static constexpr const char* name = "where";
  template <class T>
  KOKKOS_FORCEINLINE_FUNCTION static T apply(bool condition, const T& a, const T& b) {
    return condition ? a : b;
  }
};

}  // namespace tarn::ops::detail
