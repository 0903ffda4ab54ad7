#include "tarn/ops/reduce/reproducible_sum.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "tarn/core/error.hpp"

namespace tarn::ops {

namespace {

constexpr std::int64_t most_terms = std::int64_t{1} << 42;
constexpr int most_bits = 32;
constexpr int bins_below = 64;  ///< of bin 64 + ..., which holds numbers near 1: more than the range of a double has

/// A sum's digits without a sign: all of them positive, and all but the first below 2^bits.
struct Magnitude {
  bool negative = false;
  std::int64_t digits[BinnedSum::bins];
};

/// Moves what a digit holds beyond its own range into the one before: all but the first end in [0, 2^bits).
void carry(std::int64_t (&digits)[BinnedSum::bins], int bits) {
  for (int n = BinnedSum::bins - 1; n > 0; --n) {
    const std::int64_t over = digits[n] >> bits;  // towards minus infinity
    digits[n] -= over << bits;
    digits[n - 1] += over;
  }
}

Magnitude magnitude_of(const BinnedSum& sum, int bits) {
  Magnitude result;
  std::copy_n(sum.digits, BinnedSum::bins, result.digits);
  carry(result.digits, bits);
  result.negative = result.digits[0] < 0;
  if (result.negative) {
    for (auto& digit : result.digits)
      digit = -digit;
    carry(result.digits, bits);
  }
  return result;
}

}  // namespace

SumBins::SumBins(std::int64_t terms) {
  require(terms >= 1 && terms <= most_terms, "a reproducible sum takes 1 to 2^42 terms");
  const int doublings = std::bit_width(static_cast<std::uint64_t>(terms - 1));  // terms <= 2^doublings
  bits = std::min(most_bits, 63 - doublings);
  // Numbers from 2^(-bits/2) to 2^(bits/2) have one top bin: many data lie in there.
  const int near_one = 1 - bits / 2;
  first = near_one - bins_below * bits;
  offset = -1022 - first;
  reciprocal = static_cast<unsigned>(((1 << 17) + bits - 1) / bits);  // exact for exponent + offset below 2^12
}

void add_over_ranks(const Communicator& communicator, BinnedSum* sums, int count) {
  constexpr int per_sum = BinnedSum::bins + 3;
  std::vector<std::int64_t> numbers;
  for (int n = 0; n < count; ++n) {
    sums[n].raise(static_cast<std::int32_t>(communicator.max(std::int64_t{sums[n].top})));
    numbers.insert(numbers.end(), sums[n].digits, sums[n].digits + BinnedSum::bins);
    for (const auto special : {BinnedSum::nan, BinnedSum::up, BinnedSum::down})
      numbers.push_back((sums[n].specials & special) != 0 ? 1 : 0);
  }
  communicator.sum(numbers.data(), static_cast<int>(numbers.size()));
  for (int n = 0; n < count; ++n) {
    const std::int64_t* const own = numbers.data() + per_sum * n;
    std::copy_n(own, BinnedSum::bins, sums[n].digits);
    const std::int64_t* const specials = own + BinnedSum::bins;
    sums[n].specials = (specials[0] > 0 ? BinnedSum::nan : 0) | (specials[1] > 0 ? BinnedSum::up : 0) |
                       (specials[2] > 0 ? BinnedSum::down : 0);
  }
}

template <class T>
T to_number(const BinnedSum& sum, const SumBins& bins, int power_of_two) {
  if (sum.specials == BinnedSum::up) return std::numeric_limits<T>::infinity();
  if (sum.specials == BinnedSum::down) return -std::numeric_limits<T>::infinity();
  if (sum.specials != 0) return std::numeric_limits<T>::quiet_NaN();
  const Magnitude magnitude = magnitude_of(sum, bins.bits);
  // The first 64 bits, the last of which stands for all that follow: rounding them is rounding the whole.
  auto head = static_cast<std::uint64_t>(magnitude.digits[0]);
  int exponent = bins.unit(sum.top);
  bool more = false;
  for (int n = 1; n < BinnedSum::bins; ++n) {
    const auto digit = static_cast<std::uint64_t>(magnitude.digits[n]);
    const int taken = std::min(std::countl_zero(head), bins.bits), left = bins.bits - taken;
    head = head << taken | digit >> left;
    more = more || (digit & ((std::uint64_t{1} << left) - 1)) != 0;
    exponent -= taken;
  }
  const T rounded = std::ldexp(static_cast<T>(head | (more ? 1 : 0)), exponent + power_of_two);
  return magnitude.negative ? -rounded : rounded;
}

template float to_number<float>(const BinnedSum&, const SumBins&, int);
template double to_number<double>(const BinnedSum&, const SumBins&, int);

}  // namespace tarn::ops
