#pragma once

#include <type_traits>

#include <Kokkos_Core.hpp>

namespace tarn::ops::detail {

/// a b, where integers wrap around as NumPy's do. Signed ones are multiplied as unsigned: their own overflow is
/// undefined in C++.
template <class T>
KOKKOS_FORCEINLINE_FUNCTION T multiply(const T& a, const T& b) {
  if constexpr (std::is_integral_v<T>) {
    using Unsigned = std::make_unsigned_t<T>;
    return static_cast<T>(static_cast<Unsigned>(static_cast<Unsigned>(a) * static_cast<Unsigned>(b)));
  } else {
    return a * b;
  }
}

/// a + b, where integers wrap around.
template <class T>
KOKKOS_FORCEINLINE_FUNCTION T add(const T& a, const T& b) {
  if constexpr (std::is_integral_v<T>) {
    using Unsigned = std::make_unsigned_t<T>;
    return static_cast<T>(static_cast<Unsigned>(static_cast<Unsigned>(a) + static_cast<Unsigned>(b)));
  } else {
    return a + b;
  }
}

}  // namespace tarn::ops::detail
