#pragma once

#include <complex>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

#include <Kokkos_Complex.hpp>
#include <Kokkos_Core.hpp>

#include "tarn/core/error.hpp"

// The types of elements, and what a mixture of them becomes: NumPy's table for arrays with arrays. C++ scalars are
// weak, as Python's are in NEP 50: they follow the array's type as far as their kind (bool, integer, real, complex)
// allows.

namespace tarn::ops {

template <class T>
concept ComplexElement = std::same_as<T, Kokkos::complex<float>> || std::same_as<T, Kokkos::complex<double>>;

template <class T>
concept FloatElement = std::same_as<T, float> || std::same_as<T, double>;

template <class T>
concept IntegerElement =
    std::same_as<T, std::int32_t> || std::same_as<T, std::int64_t> || std::same_as<T, std::uint8_t>;

/// A type of array elements.
template <class T>
concept Element = ComplexElement<T> || FloatElement<T> || IntegerElement<T> || std::same_as<T, bool>;

template <class T>
concept RealElement = Element<T> && !ComplexElement<T>;

namespace detail {

enum class Kind { boolean, integer, real, complex };

template <class T>
inline constexpr bool is_complex_scalar = false;
template <class R>
inline constexpr bool is_complex_scalar<Kokkos::complex<R>> = true;
template <class R>
inline constexpr bool is_complex_scalar<std::complex<R>> = true;

template <class T>
inline constexpr Kind kind_of = std::same_as<T, bool>         ? Kind::boolean
                                : std::integral<T>            ? Kind::integer
                                : std::is_floating_point_v<T> ? Kind::real
                                                              : Kind::complex;

/// The real type behind a complex one; a real type itself.
template <class T>
struct RealOf {
  using type = T;
};
template <class R>
struct RealOf<Kokkos::complex<R>> {
  using type = R;
};
template <class T>
using real_of = typename RealOf<T>::type;

/// The floating-point type that holds every value of T, or what NumPy takes for it. NumPy's float16 is not here: what
/// would be one is float.
template <class T>
using float_of = std::conditional_t<std::same_as<T, bool> || std::same_as<T, std::uint8_t>, float,
                                    std::conditional_t<std::integral<T>, double, real_of<T>>>;

template <class A, class B>
struct Promote {
  static constexpr bool floating = kind_of<A> >= Kind::real || kind_of<B> >= Kind::real;
  static constexpr bool complex = kind_of<A> == Kind::complex || kind_of<B> == Kind::complex;
  using Real =
      std::conditional_t<std::same_as<float_of<A>, double> || std::same_as<float_of<B>, double>, double, float>;
  using Floating = std::conditional_t<complex, Kokkos::complex<Real>, Real>;
  using Larger = std::conditional_t<(sizeof(A) > sizeof(B)), A, B>;  // of two integers, or with bool the other
  using Whole = std::conditional_t<std::same_as<A, bool>, B, std::conditional_t<std::same_as<B, bool>, A, Larger>>;
  using type = std::conditional_t<floating, Floating, Whole>;
};

}  // namespace detail

/// The type of an operation on arrays of A and of B: NumPy's result_type.
template <Element A, Element B>
using promote = typename detail::Promote<A, B>::type;

/// Whether every A can be stored as a T under NumPy's rules, without `cast`.
template <class A, class T>
concept StorableAs = Element<A> && Element<T> && std::same_as<promote<A, T>, T>;

namespace detail {

/// The type of a C++ scalar's kind alone.
template <Kind kind>
using default_type =
    std::conditional_t<kind == Kind::boolean, bool,
                       std::conditional_t<kind == Kind::integer, std::int64_t,
                                          std::conditional_t<kind == Kind::real, double, Kokkos::complex<double>>>>;

/// What an array of T becomes beside a C++ scalar of a kind; void for T is no array yet.
template <class T, Kind kind>
struct WithScalar {
  static constexpr Kind own = kind_of<T>;
  using Complex = Kokkos::complex<std::conditional_t<std::same_as<T, float>, float, double>>;
  using type =
      std::conditional_t<(own >= kind), T, std::conditional_t<kind == Kind::complex, Complex, default_type<kind>>>;
};
template <Kind kind>
struct WithScalar<void, kind> {
  using type = default_type<kind>;
};

/// Name of a type of elements in messages, as NumPy spells it.
template <Element T>
constexpr const char* type_name() {
  if constexpr (std::same_as<T, bool>) return "bool";
  if constexpr (std::same_as<T, std::uint8_t>) return "uint8";
  if constexpr (std::same_as<T, std::int32_t>) return "int32";
  if constexpr (std::same_as<T, std::int64_t>) return "int64";
  if constexpr (std::same_as<T, float>) return "float32";
  if constexpr (std::same_as<T, double>) return "float64";
  if constexpr (std::same_as<T, Kokkos::complex<float>>) return "complex64";
  if constexpr (std::same_as<T, Kokkos::complex<double>>) return "complex128";
}

/// Converts as a C++ cast does; a complex value loses its imaginary part to a real type, and is true unless 0.
template <Element To, Element From>
KOKKOS_FORCEINLINE_FUNCTION To convert(const From& value) {
  if constexpr (std::same_as<To, From>) {
    return value;
  } else if constexpr (ComplexElement<From>) {
    using Real = real_of<To>;
    if constexpr (ComplexElement<To>) {
      return To(static_cast<Real>(value.real()), static_cast<Real>(value.imag()));
    } else if constexpr (std::same_as<To, bool>) {
      return value.real() != 0 || value.imag() != 0;
    } else {
      return static_cast<To>(value.real());
    }
  } else if constexpr (ComplexElement<To>) {
    return To(static_cast<real_of<To>>(value));
  } else {
    return static_cast<To>(value);
  }
}

/// A C++ scalar as an element of an array.
/// @throws Error if it is an integer that T does not hold
template <Element T, class S>
T from_scalar(const S& value) {
  if constexpr (is_complex_scalar<S>) {
    using Real = real_of<T>;
    return T(static_cast<Real>(value.real()), static_cast<Real>(value.imag()));
  } else {
    if constexpr (std::integral<S> && !std::same_as<S, bool> && IntegerElement<T>) {
      require(std::in_range<T>(value), "the number " + std::to_string(value) + " does not fit into " + type_name<T>());
    }
    return T(static_cast<real_of<T>>(value));
  }
}

}  // namespace detail
}  // namespace tarn::ops
