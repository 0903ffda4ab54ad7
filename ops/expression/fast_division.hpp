#pragma once

#include <cstdint>

#include <Kokkos_Core.hpp>

namespace tarn::ops::detail {

/// Division of 32-bit numbers by one that is known before the kernel: a multiplication and a shift. Granlund and
/// Montgomery, "Division by invariant integers using multiplication", PLDI 1994, for numbers below 2^31.
struct FastDivision {
  FastDivision() = default;
  /// @param by  1 to 2^31 - 1
  explicit FastDivision(std::uint32_t by) : divisor(by) {
    while ((std::uint64_t{1} << shift) < by)
      ++shift;
    factor = ((std::uint64_t{1} << (31 + shift)) + by - 1) / by;
  }

  /// @param n  below 2^31
  KOKKOS_FORCEINLINE_FUNCTION std::uint32_t quotient(std::uint32_t n) const {
    return static_cast<std::uint32_t>((n * factor) >> (31 + shift));
  }

  std::uint32_t divisor = 1;
  std::uint32_t shift = 0;
  std::uint64_t factor = std::uint64_t{1} << 31;  // < 2^32
};

}  // namespace tarn::ops::detail
