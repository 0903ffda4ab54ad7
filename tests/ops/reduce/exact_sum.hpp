#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace tarn::ops::test {

/// A sum of finite doubles without any rounding, in fixed point over their whole range; of less than 2^30 terms.
class ExactSum {
 public:
  void add(double x) {
    int exponent = 0;
    const double fraction = std::frexp(std::abs(x), &exponent);
    const auto mantissa = static_cast<std::uint64_t>(std::ldexp(fraction, 53));
    const int place = exponent - 53 + offset;
    const auto limb = static_cast<std::size_t>(place / 32);
    const std::uint64_t low = (mantissa & 0xffffffff) << (place % 32), high = (mantissa >> 32) << (place % 32);
    const std::int64_t sign = x < 0 ? -1 : 1;
    limbs_[limb] += sign * static_cast<std::int64_t>(low & 0xffffffff);
    limbs_[limb + 1] += sign * static_cast<std::int64_t>((low >> 32) + (high & 0xffffffff));
    limbs_[limb + 2] += sign * static_cast<std::int64_t>(high >> 32);
  }

  /// The sum, rounded to the nearest double.
  double rounded() const {
    auto limbs = limbs_;
    carry(limbs);
    const bool negative = limbs.back() < 0;
    if (negative) {
      for (auto& limb : limbs)
        limb = -limb;
      carry(limbs);
    }
    std::size_t first = limbs.size() - 1;
    while (first > 2 && limbs[first] == 0)
      --first;
    // 64 bits from the first one, the last of which stands for all that follow.
    const auto at = [&](std::size_t n) { return static_cast<std::uint64_t>(limbs[n]); };
    const int shift = std::countl_zero(at(first)) - 32;
    std::uint64_t head = (at(first) << 32 | at(first - 1)) << shift | at(first - 2) >> (32 - shift);
    bool more = (at(first - 2) << shift & 0xffffffff) != 0;
    for (std::size_t n = 0; n + 2 < first; ++n)
      more = more || limbs[n] != 0;
    head |= more ? 1 : 0;
    const double result = std::ldexp(static_cast<double>(head), static_cast<int>(first) * 32 - 32 - offset - shift);
    return negative ? -result : result;
  }

 private:
  static constexpr int offset = 1074 + 128;  ///< the first limb's unit is 2^-offset
  using Limbs = std::array<std::int64_t, 76>;

  /// All limbs but the last end in [0, 2^32).
  static void carry(Limbs& limbs) {
    for (std::size_t n = 0; n + 1 < limbs.size(); ++n) {
      limbs[n + 1] += limbs[n] >> 32;
      limbs[n] &= 0xffffffff;
    }
  }

  Limbs limbs_{};
};

}  // namespace tarn::ops::test
