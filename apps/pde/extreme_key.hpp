#pragma once

#include <cstdint>

#include <Kokkos_Core.hpp>

#include "tarn/ops/portable/double_double.hpp"

// Which cells are the extreme ones. Values are compared by the 20 binary digits behind their first, and of cells that
// are alike in these the first counts; a least value that is infinite is none, nor is a greatest one of minus infinity.
// So a value and the number of its element fit into one integer, its key, and a GPU finds both in one pass over the
// cells: threads agree by atomic minima and maxima of keys, which do not depend on their order.

namespace tarn::apps::pde {

/// Keys before a value is known: none is above the one or below the other.
inline constexpr std::int64_t least_unknown = INT64_MAX, greatest_unknown = INT64_MIN;

/// Keys hold the numbers of so many elements.
inline constexpr std::int64_t most_elements_of_keys = std::int64_t{1} << 32;

/// Digits of a double that are compared, beside its sign and exponent.
inline constexpr std::uint64_t compared_digits = 0xffffffff00000000;

/// A value with the digits that are compared; a float has them too.
template <class Real>
KOKKOS_INLINE_FUNCTION Real compared(Real value) {
  return static_cast<Real>(ops::portable::from_bits(ops::portable::bits_of(value) & compared_digits));
}

/// Whether a value may be a least or a greatest one: it is a number, and not infinite the other way.
KOKKOS_INLINE_FUNCTION bool may_be_extreme(double value, bool greatest) {
  return greatest ? value > -ops::portable::infinity : value < ops::portable::infinity;
}

/// The integer of a value and its element. Of values that may be extreme the least key belongs to the least value, the
/// greatest to the greatest, and to the first element of those alike. (The bits of a double above 0 are in order as
/// integers; of one below 0 all but the sign are turned round.)
KOKKOS_INLINE_FUNCTION std::int64_t extreme_key(double value, std::int64_t element, bool greatest) {
  const double without_sign_of_zero = compared(value) + 0.0;
  auto key = static_cast<std::int64_t>(ops::portable::bits_of(without_sign_of_zero));
  if (key < 0) key ^= INT64_MAX;
  constexpr std::int64_t low = most_elements_of_keys - 1;
  return (key & ~low) | (greatest ? low - element : element);
}

/// The element of a known key.
KOKKOS_INLINE_FUNCTION std::int64_t element_of(std::int64_t key, bool greatest) {
  constexpr std::int64_t low = most_elements_of_keys - 1;
  return greatest ? low - (key & low) : key & low;
}

}  // namespace tarn::apps::pde
