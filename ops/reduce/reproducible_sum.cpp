#include "tarn/ops/reduce/reproducible_sum.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "tarn/core/error.hpp"

namespace tarn::ops {

namespace {

constexpr std::int64_t most_terms = std::int64_t{1} << 42;

/// The least n with 2^n >= number, for number >= 1.
int ceil_log2(std::int64_t number) {
  int power = 0;
  while ((std::int64_t{1} << power) < number)
    ++power;
  return power;
}

/// Moves what a digit holds beyond its own range into the one before: digits 1 and 2 end in [0, 2^bits).
void carry(std::int64_t (&digits)[3], int bits) {
  for (int n = 2; n > 0; --n) {
    const std::int64_t over = digits[n] >> bits;  // towards minus infinity
    digits[n] -= over << bits;
    digits[n - 1] += over;
  }
}

}  // namespace

SumUnits::SumUnits(double bound, std::int64_t terms) {
  require(std::isfinite(bound) && bound >= 0, "a reproducible sum needs a finite bound of its terms");
  require(terms >= 1 && terms <= most_terms, "a reproducible sum takes 1 to 2^42 terms");
  bits = 62 - ceil_log2(terms);
  std::frexp(bound, &exponent);  // bound < 2^exponent
  // For the tiniest bounds the scale would overflow; coarser units still reach below the least subnormal.
  exponent = std::max(exponent, bits - 1022);
  scale = std::ldexp(1.0, bits - exponent);
  step = std::ldexp(1.0, bits);
}

void add_over_ranks(const Communicator& communicator, DigitSum* sums, int count) {
  std::vector<std::int64_t> digits;
  for (int n = 0; n < count; ++n)
    digits.insert(digits.end(), sums[n].digits, sums[n].digits + 3);
  communicator.sum(digits.data(), static_cast<int>(digits.size()));
  for (int n = 0; n < count; ++n)
    std::copy_n(digits.begin() + 3 * n, 3, sums[n].digits);
}

double to_double(const DigitSum& sum, const SumUnits& units, int power_of_two) {
  std::int64_t digits[3] = {sum.digits[0], sum.digits[1], sum.digits[2]};
  carry(digits, units.bits);
  // With the sign apart all digits are positive, and adding them up cancels nothing.
  const bool negative = digits[0] < 0;
  if (negative) {
    for (auto& digit : digits)
      digit = -digit;
    carry(digits, units.bits);
  }
  const double fine = static_cast<double>(digits[2]) / units.step;
  const double middle = (static_cast<double>(digits[1]) + fine) / units.step;
  const double total = static_cast<double>(digits[0]) + middle;
  return std::ldexp(negative ? -total : total, units.exponent - units.bits + power_of_two);
}

}  // namespace tarn::ops
