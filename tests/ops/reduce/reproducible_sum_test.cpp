#include "tarn/ops/reduce/reproducible_sum.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "tarn/core/error.hpp"

namespace tarn::ops {
namespace {

double largest_of(const std::vector<double>& terms) {
  double largest = 0;
  for (const double term : terms)
    largest = std::max(largest, std::abs(term));
  return largest;
}

double sum_of(const std::vector<double>& terms) {
  const SumUnits units(largest_of(terms), static_cast<std::int64_t>(terms.size()));
  DigitSum sum;
  for (const double term : terms)
    sum.add(units, term);
  return to_double(sum, units);
}

/// Random signs, and magnitudes over 120 powers of two.
std::vector<double> spread_terms(int count) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> mantissa(-1, 1);
  std::uniform_int_distribution<int> power(-60, 60);
  std::vector<double> terms;
  for (int n = 0; n < count; ++n)
    terms.push_back(std::ldexp(mantissa(random), power(random)));
  return terms;
}

TEST(ReproducibleSum, AddsSmallNumbersExactly) {
  EXPECT_EQ(sum_of({1, 2, 3, 4.5}), 10.5);
  EXPECT_EQ(sum_of({-1, -2, 0.25}), -2.75);
  EXPECT_EQ(sum_of({3}), 3);
  EXPECT_EQ(sum_of({0, 0, -0.0}), 0);
}

TEST(ReproducibleSum, KeepsWhatOrdinaryAdditionLoses) {
  EXPECT_EQ(sum_of({1e20, 1, -1e20}), 1);
  EXPECT_EQ(sum_of({std::ldexp(1.0, 90), 3, std::ldexp(-1.0, 90), 0.5}), 3.5);
  EXPECT_EQ(sum_of({std::ldexp(-1.0, 90), std::ldexp(1.0, 90), -1}), -1);
}

TEST(ReproducibleSum, HasTheSameBitsInEveryOrderAndGrouping) {
  auto terms = spread_terms(1000);
  const SumUnits units(largest_of(terms), 1000);
  const double wanted = sum_of(terms);
  std::mt19937_64 random(11);

  for (int repeat = 0; repeat < 20; ++repeat) {
    std::shuffle(terms.begin(), terms.end(), random);
    DigitSum parts[7];
    for (std::size_t n = 0; n < terms.size(); ++n)
      parts[n % 7].add(units, terms[n]);
    DigitSum sum;
    for (const auto& part : parts)
      sum += part;

    EXPECT_EQ(to_double(sum, units), wanted);
  }
}

TEST(ReproducibleSum, IsAsAccurateAsTheBoundAllows) {
  const auto terms = spread_terms(1000);
  long double reference = 0;
  for (const double term : terms)
    reference += term;

  const double sum = sum_of(terms);

  EXPECT_NEAR(static_cast<double>(sum - reference), 0, largest_of(terms) * 1e-16);
}

TEST(ReproducibleSum, DoesNotOverflowWhenEveryTermIsTheBound) {
  const SumUnits units(1.0, std::int64_t{1} << 42);
  DigitSum sum;
  sum.add(units, std::nextafter(1.0, 0.0));
  for (int doubling = 0; doubling < 42; ++doubling)
    sum += DigitSum(sum);  // as if every one of 2^42 terms was there

  EXPECT_EQ(to_double(sum, units), std::ldexp(std::nextafter(1.0, 0.0), 42));
}

TEST(ReproducibleSum, ReachesFromSubnormalToLargestNumbers) {
  const double least = std::numeric_limits<double>::denorm_min();
  const double largest = std::numeric_limits<double>::max();

  EXPECT_EQ(sum_of({least, least, -3 * least}), -least);
  EXPECT_EQ(sum_of({1e-310, 1e-310}), 2e-310);
  EXPECT_EQ(sum_of({largest, -largest, largest}), largest);
  EXPECT_EQ(sum_of({largest, largest}), std::numeric_limits<double>::infinity());
  EXPECT_EQ(sum_of({-largest, -largest}), -std::numeric_limits<double>::infinity());
}

TEST(ReproducibleSum, RefusesABoundThatIsNoBound) {
  EXPECT_THROW(SumUnits(std::numeric_limits<double>::quiet_NaN(), 1), Error);
  EXPECT_THROW(SumUnits(std::numeric_limits<double>::infinity(), 1), Error);
  EXPECT_THROW(SumUnits(1.0, 0), Error);
  EXPECT_THROW(SumUnits(1.0, (std::int64_t{1} << 42) + 1), Error);
}

}  // namespace
}  // namespace tarn::ops
