#include "tarn/ops/reduce/reproducible_sum.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/reduce/reproducible_sum_kernels.hpp"
#include "tarn/tests/ops/reduce/exact_sum.hpp"

namespace tarn::ops::test {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double least = std::numeric_limits<double>::denorm_min();
constexpr double largest = std::numeric_limits<double>::max();

void add(const SumBins& bins, double term, BinnedSum& sum) {
  double x[1] = {term};
  detail::add_terms(bins, 52, x, sum);
}

/// As a host adds them: all at once.
BinnedSum binned(const SumBins& bins, std::vector<double> terms) {
  BinnedSum sum;
  detail::add_terms(bins, 52, terms.data(), static_cast<std::int64_t>(terms.size()), sum);
  return sum;
}

SumBins bins_of(const std::vector<double>& terms) {
  return SumBins(static_cast<std::int64_t>(terms.size()));
}
double sum_of(const std::vector<double>& terms) {
  return to_number<double>(binned(bins_of(terms), terms), bins_of(terms));
}
double exact_sum_of(const std::vector<double>& terms) {
  ExactSum sum;
  for (const double term : terms)
    sum.add(term);
  return sum.rounded();
}

/// Random signs, and magnitudes from 2^low to 2^high.
std::vector<double> spread_terms(std::size_t count, int low, int high, unsigned seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> mantissa(-1, 1);
  std::uniform_int_distribution<int> power(low, high);
  std::vector<double> terms(count);
  for (double& term : terms)
    term = std::ldexp(mantissa(random), power(random));
  return terms;
}

/// Adds terms in pieces of random sizes, each in a random way, and joins the pieces in random order.
BinnedSum sum_in_pieces(const SumBins& bins, const std::vector<double>& terms, std::mt19937_64& random) {
  std::vector<BinnedSum> parts;
  for (std::size_t first = 0; first < terms.size();) {
    const std::size_t count = std::min<std::size_t>(1 + random() % 60, terms.size() - first);
    BinnedSum part = parts.empty() || random() % 2 == 0 ? BinnedSum{} : parts.back();
    if (part.top != 0) parts.pop_back();
    const std::vector<double> piece(terms.begin() + static_cast<std::ptrdiff_t>(first),
                                    terms.begin() + static_cast<std::ptrdiff_t>(first + count));
    if (count >= 8 && random() % 2 == 0) {
      part += binned(bins, piece);
    } else {
      for (const double term : piece)
        add(bins, term, part);
    }
    parts.push_back(part);
    first += count;
  }
  std::shuffle(parts.begin(), parts.end(), random);
  while (parts.size() > 1) {
    const BinnedSum last = parts.back();
    parts.pop_back();
    parts[random() % parts.size()] += last;
  }
  return parts[0];
}

void expect_equal(const BinnedSum& sum, const BinnedSum& wanted) {
  EXPECT_EQ(sum.top, wanted.top);
  EXPECT_EQ(sum.specials, wanted.specials);
  for (int n = 0; n < BinnedSum::bins; ++n)
    EXPECT_EQ(sum.digits[n], wanted.digits[n]) << n;
}

TEST(ReproducibleSum, AddsSmallNumbersExactly) {
  EXPECT_EQ(sum_of({1, 2, 3, 4.5}), 10.5);
  EXPECT_EQ(sum_of({-1, -2, 0.25}), -2.75);
  EXPECT_EQ(sum_of({3}), 3);
  EXPECT_EQ(sum_of({0, 0, -0.0}), 0);
  EXPECT_FALSE(std::signbit(sum_of({-0.0})));
}

TEST(ReproducibleSum, KeepsWhatOrdinaryAdditionLoses) {
  EXPECT_EQ(sum_of({1e20, 1, -1e20}), 1);
  EXPECT_EQ(sum_of({std::ldexp(1.0, 90), 3, std::ldexp(-1.0, 90), 0.5}), 3.5);
  EXPECT_EQ(sum_of({std::ldexp(-1.0, 90), std::ldexp(1.0, 90), -1}), -1);
}

TEST(ReproducibleSum, HasTheSameDigitsInEveryOrderAndGrouping) {
  const struct { int low, high; } spreads[] = {{-60, 60}, {-1074, 1024}, {-1074, -900}, {900, 1024}, {-20, 0}};
  for (const auto& spread : spreads) {
    for (const std::int64_t terms_of_bins : {std::int64_t{1000}, std::int64_t{1} << 35, std::int64_t{1} << 42}) {
      const SumBins bins(terms_of_bins);
      auto terms = spread_terms(1000, spread.low, spread.high, 7);
      const BinnedSum wanted = binned(bins, terms);
      std::mt19937_64 random(11);

      for (int repeat = 0; repeat < 20; ++repeat) {
        std::shuffle(terms.begin(), terms.end(), random);
        expect_equal(sum_in_pieces(bins, terms, random), wanted);
      }
    }
  }
}

TEST(ReproducibleSum, CutsTermsHalfWayBetweenUnitsTheSameInEveryOrder) {
  const SumBins bins(1000);
  std::mt19937_64 random(5);
  std::vector<double> terms;
  for (int n = 0; n < 1000; ++n) {
    const int unit = bins.unit(bins.top(1023) - static_cast<int>(random() % 4));
    terms.push_back(std::ldexp(static_cast<double>(random() % 64) + 0.5, unit) * (random() % 2 == 0 ? 1 : -1));
  }
  const BinnedSum wanted = binned(bins, terms);

  for (int repeat = 0; repeat < 20; ++repeat) {
    std::shuffle(terms.begin(), terms.end(), random);
    expect_equal(sum_in_pieces(bins, terms, random), wanted);
  }
}

TEST(ReproducibleSum, IsTheExactSumRoundedOnceForTermsOfSimilarSize) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    const auto terms = spread_terms(1 + seed * seed / 8, -20, 20, seed);

    EXPECT_EQ(sum_of(terms), exact_sum_of(terms)) << seed;
  }
  for (const int middle : {-1050, -1000, -500, 500, 980}) {
    const auto terms = spread_terms(1000, middle - 20, middle + 20, 3);

    EXPECT_EQ(sum_of(terms), exact_sum_of(terms)) << middle;
  }
}

TEST(ReproducibleSum, IsNearTheExactSumWhereTermsCancel) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    auto terms = spread_terms(2000, -300, 60, seed);
    for (std::size_t n = 0; n < 1000; ++n)
      terms[n] = -terms[1000 + n];
    const auto small = spread_terms(10, -40, -30, seed + 1000);
    terms.insert(terms.end(), small.begin(), small.end());
    ExactSum rest;
    double bound = 0;
    for (const double term : terms) {
      rest.add(term);
      bound = std::max(bound, std::abs(term));
    }

    const double sum = sum_of(terms);
    rest.add(-sum);

    const double dropped = static_cast<double>(terms.size()) * bound * 0x1p-96;
    EXPECT_LE(std::abs(rest.rounded()), dropped + std::abs(sum) * 0x1p-53) << seed;
  }
}

TEST(ReproducibleSum, IsRoundedToFloatOnce) {
  const SumBins bins(2);

  // To double first, then to float, both would be 1.
  EXPECT_EQ(to_number<float>(binned(bins, {1 + 0x1p-24, 0x1p-60}), bins), 1 + 0x1p-23f);
  EXPECT_EQ(to_number<float>(binned(bins, {1 + 0x1p-24, -0x1p-60}), bins), 1);
  EXPECT_EQ(to_number<float>(binned(bins, {0x1p-149, 0x1p-148}), bins), 0x3p-149f);
  EXPECT_EQ(to_number<float>(binned(bins, {0x1p127, 0x1p127}), bins), std::numeric_limits<float>::infinity());
}

TEST(ReproducibleSum, IsMultipliedByAPowerOfTwo) {
  const SumBins bins(2);
  const BinnedSum sum = binned(bins, {1.5, 0.25});

  EXPECT_EQ(to_number<double>(sum, bins, 10), 1792);
  EXPECT_EQ(to_number<double>(sum, bins, -1074), 2 * least);
  EXPECT_EQ(to_number<double>(sum, bins, 1100), infinity);
}

TEST(ReproducibleSum, DoesNotOverflowWhenEveryTermIsAsLargeAsItsBinAllows) {
  for (const int doublings : {31, 32, 42}) {
    const SumBins bins(std::int64_t{1} << doublings);
    const int top = bins.top(1023);
    for (const double sign : {1.0, -1.0}) {
      const double term = sign * std::nextafter(std::ldexp(0.5, bins.unit(top + 1)), 0.0);
      BinnedSum sum;
      add(bins, term, sum);
      for (int doubling = 0; doubling < doublings; ++doubling)
        sum += BinnedSum(sum);  // as if every one of the terms was there

      EXPECT_EQ(sum.top, top);
      EXPECT_EQ(to_number<double>(sum, bins), std::ldexp(term, doublings));
    }
  }
}

TEST(ReproducibleSum, ReachesFromSubnormalToLargestNumbers) {
  EXPECT_EQ(sum_of({least, least, -3 * least}), -least);
  EXPECT_EQ(sum_of({1e-310, 1e-310}), 2e-310);
  EXPECT_EQ(sum_of({0x1p-1022, least}), 0x1p-1022 + least);
  EXPECT_EQ(sum_of({largest, -largest, largest}), largest);
  EXPECT_EQ(sum_of({largest, -largest, std::ldexp(1.0, 930)}), std::ldexp(1.0, 930));
  EXPECT_EQ(sum_of({largest, largest}), infinity);
  EXPECT_EQ(sum_of({-largest, -largest}), -infinity);
}

TEST(ReproducibleSum, CarriesNanAndInfinities) {
  const SumBins bins(4);
  BinnedSum joined = binned(bins, {1, infinity});
  joined += binned(bins, {2, 3});

  EXPECT_EQ(to_number<double>(joined, bins), infinity);
  EXPECT_EQ(sum_of({1, -infinity, largest, -infinity}), -infinity);
  EXPECT_TRUE(std::isnan(sum_of({infinity, 1, -infinity})));
  EXPECT_TRUE(std::isnan(sum_of({1, not_a_number, infinity})));
  EXPECT_TRUE(std::isnan(sum_of({-not_a_number})));
  EXPECT_EQ(to_number<float>(joined, bins), std::numeric_limits<float>::infinity());
}

TEST(ReproducibleSum, HasATopBinThatHoldsEveryNumberOfAnExponent) {
  for (int doublings = 0; doublings <= 42; ++doublings) {
    const SumBins bins(std::int64_t{1} << doublings);
    for (int exponent = 0; exponent < 2047; ++exponent) {
      const int top = bins.top(exponent), power = exponent - 1023;  // numbers from 2^power to below 2^(power + 1)

      EXPECT_LE(power + 1, bins.unit(top + 1) - 1);
      EXPECT_GT(power + 1, bins.unit(top) - 1);
      EXPECT_GE(top, BinnedSum::bins);
    }
  }
}

TEST(ReproducibleSum, RefusesMoreTermsThanItsDigitsHold) {
  EXPECT_THROW(SumBins(0), Error);
  EXPECT_THROW(SumBins((std::int64_t{1} << 42) + 1), Error);
  EXPECT_NO_THROW(SumBins(std::int64_t{1} << 42));
}

}  // namespace
}  // namespace tarn::ops::test
