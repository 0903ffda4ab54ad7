#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "tarn/ops/portable/portable_math.hpp"

// Arguments to test functions with. std::mt19937_64 gives the same numbers everywhere; the distributions of
// the standard library do not, so these are made from its bits.

namespace tarn::ops::test {

using Source = std::function<double(std::mt19937_64&)>;

/// Uniform between two numbers.
inline Source between(double low, double high) {
  return [=](std::mt19937_64& bits) { return low + (high - low) * (static_cast<double>(bits() >> 11) * 0x1p-53); };
}

/// Every finite size alike, both signs: uniform in the logarithm, subnormals included.
inline Source any_size() {
  return [](std::mt19937_64& bits) {
    double x;
    do {
      x = portable::from_bits(bits());
    } while (x != x || portable::is_infinite(x));
    return x;
  };
}

/// Sizes from 2^low to 2^high alike, both signs.
inline Source of_sizes(int low, int high) {
  return [=](std::mt19937_64& bits) {
    const auto exponent = low + static_cast<int>(bits() % static_cast<std::uint64_t>(high - low));
    const double mantissa = portable::from_bits((bits() & 0x800fffffffffffffULL) | 0x3ff0000000000000ULL);
    return std::ldexp(mantissa, exponent);
  };
}

inline std::vector<double> draw(const Source& source, std::size_t count, std::uint64_t seed = 7) {
  std::mt19937_64 bits(seed);
  std::vector<double> values(count);
  for (auto& value : values)
    value = source(bits);
  return values;
}

}  // namespace tarn::ops::test
