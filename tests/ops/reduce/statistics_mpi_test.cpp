#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/reduce/reproducible_sum_kernels.hpp"
#include "tarn/ops/reduce/statistics.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn::ops {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

const Communicator& ranks() {
  return test::runtime().communicator();
}

Grid grid_of(const std::array<int, 3>& cells, int ghosts) {
  Domain domain;
  domain.dimensions = cells[2] > 1 ? 3 : cells[1] > 1 ? 2 : 1;
  domain.cells = cells;
  return Grid(domain, Decomposition(cells, domain.periodic, ranks().size(), ranks().rank(), ghosts), ghosts);
}

/// This rank's part of a field: value(number of the cell in the domain, x fastest); NaN in the ghosts.
template <class Real, class Value>
Field<Real, 3> field_of(const Grid& grid, const Value& value) {
  const auto u = grid.make_field<Real>("test::u");
  const auto host = Kokkos::create_mirror_view(u);
  Kokkos::deep_copy(host, std::numeric_limits<Real>::quiet_NaN());
  const auto& cells = grid.domain().cells;
  const auto box = grid.interior();
  for (int k = box.begin[2]; k < box.end[2]; ++k) {
    for (int j = box.begin[1]; j < box.end[1]; ++j) {
      for (int i = box.begin[0]; i < box.end[0]; ++i) {
        const int x = grid.offset(0) + i - box.begin[0], y = grid.offset(1) + j - box.begin[1],
                  z = grid.offset(2) + k - box.begin[2];
        host(k, j, i) = static_cast<Real>(value((z * cells[1] + y) * cells[0] + x));
      }
    }
  }
  Kokkos::deep_copy(u, host);
  return u;
}

template <class Real, class Value>
Statistics statistics_of(const std::array<int, 3>& cells, const Value& value) {
  const Grid grid = grid_of(cells, 1);
  return statistics<Real>(Space{}, ranks(), grid, field_of<Real>(grid, value));
}

/// Numbers of both signs over some 40 powers of two.
double scattered(int cell) {
  return std::sin(cell * 12.9898) * std::exp2(std::fmod(cell * 7.31, 41.0) - 20);
}

std::uint64_t bits(double value) {
  return std::bit_cast<std::uint64_t>(value);
}

template <class Real>
class StatisticsOnRanks : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(StatisticsOnRanks, Reals);

TYPED_TEST(StatisticsOnRanks, AreThoseOfAFieldCheckedByHand) {
  const auto found = statistics_of<TypeParam>({10, 1, 1}, [](int cell) { return cell - 2; });  // -2 to 7

  EXPECT_EQ(found.minimum, -2);
  EXPECT_EQ(found.maximum, 7);
  EXPECT_EQ(found.sum, 25);
  EXPECT_EQ(found.sum_of_squares, 145);
  EXPECT_EQ(found.not_finite, 0);
}

TYPED_TEST(StatisticsOnRanks, KeepWhatOrdinaryAdditionLoses) {
  const auto found = statistics_of<TypeParam>({12, 1, 1}, [](int cell) {
    return cell == 1 ? 0x1p60 : cell == 10 ? -0x1p60 : 0.25;
  });

  EXPECT_EQ(found.sum, 2.5);
}

TYPED_TEST(StatisticsOnRanks, HaveTheBitsOfASerialReductionInAnotherOrder) {
  for (const auto& cells : {std::array{31, 1, 1}, std::array{13, 11, 1}, std::array{7, 11, 5}}) {
    const int count = cells[0] * cells[1] * cells[2];
    const auto value = [](int cell) { return static_cast<double>(static_cast<TypeParam>(scattered(cell))); };
    double minimum = infinity, maximum = -infinity;
    for (int cell = 0; cell < count; ++cell) {
      minimum = std::min(minimum, value(cell));
      maximum = std::max(maximum, value(cell));
    }
    int exponent = 0;
    std::frexp(std::max(-minimum, maximum), &exponent);
    const SumBins bins(count);
    BinnedSum sum, squares;
    for (int cell = count - 1; cell >= 0; --cell) {
      const double scaled = std::ldexp(value(cell), -exponent);
      double term[1] = {value(cell)}, square[1] = {scaled * scaled};
      detail::add_terms(bins, 52, term, sum);
      detail::add_terms(bins, 52, square, squares);
    }

    const auto found = statistics_of<TypeParam>(cells, scattered);

    EXPECT_EQ(bits(found.minimum), bits(minimum));
    EXPECT_EQ(bits(found.maximum), bits(maximum));
    EXPECT_EQ(bits(found.sum), bits(to_number<double>(sum, bins)));
    EXPECT_EQ(bits(found.sum_of_squares), bits(to_number<double>(squares, bins, 2 * exponent)));
  }
}

TYPED_TEST(StatisticsOnRanks, AreNearAnExtendedPrecisionSum) {
  long double sum = 0, squares = 0;
  for (int cell = 0; cell < 7 * 11 * 5; ++cell) {
    const long double value = static_cast<TypeParam>(scattered(cell));
    sum += value;
    squares += value * value;
  }

  const auto found = statistics_of<TypeParam>({7, 11, 5}, scattered);

  EXPECT_NEAR(found.sum, static_cast<double>(sum), std::abs(static_cast<double>(sum)) * 1e-15);
  EXPECT_NEAR(found.sum_of_squares, static_cast<double>(squares), static_cast<double>(squares) * 1e-15);
}

TYPED_TEST(StatisticsOnRanks, FindTheFirstCellThatIsNoNumber) {
  const Grid grid = grid_of({7, 11, 5}, 1);
  const auto u = field_of<TypeParam>(grid, [](int cell) {
    if (cell == (3 * 11 + 4) * 7 + 6) return infinity;
    return cell == (2 * 11 + 9) * 7 + 1 || cell == (4 * 11 + 0) * 7 ? not_a_number : 1.0;
  });

  const auto found = statistics<TypeParam>(Space{}, ranks(), grid, u);
  const auto first = first_not_finite<TypeParam>(Space{}, ranks(), grid, u);

  const std::array<std::int64_t, 3> place{1, 9, 2};
  EXPECT_EQ(found.not_finite, 3);
  EXPECT_EQ(found.first_not_finite, place);
  EXPECT_EQ(first, place);
  EXPECT_EQ(found.minimum, 1);
  EXPECT_EQ(found.maximum, 1);
  EXPECT_TRUE(std::isnan(found.sum));
  EXPECT_TRUE(std::isnan(found.sum_of_squares));
}

TYPED_TEST(StatisticsOnRanks, HaveNoExtremesWithoutAFiniteCell) {
  const auto found = statistics_of<TypeParam>({9, 1, 1}, [](int) { return -infinity; });

  EXPECT_EQ(found.not_finite, 9);
  EXPECT_TRUE(std::isnan(found.minimum));
  EXPECT_TRUE(std::isnan(found.maximum));
}

TYPED_TEST(StatisticsOnRanks, DoNotLookAtGhosts) {
  const Grid grid = grid_of({8, 6, 1}, 1);
  const auto u = field_of<TypeParam>(grid, [](int) { return 1; });  // NaN in the ghosts

  EXPECT_EQ(first_not_finite<TypeParam>(Space{}, ranks(), grid, u), std::nullopt);
  EXPECT_EQ(statistics<TypeParam>(Space{}, ranks(), grid, u).sum, 48);
}

TYPED_TEST(StatisticsOnRanks, ArePositiveZeroForZerosOfEitherSign) {
  const auto found = statistics_of<TypeParam>({9, 1, 1}, [](int cell) { return cell % 2 ? 0.0 : -0.0; });

  EXPECT_EQ(bits(found.minimum), bits(0.0));
  EXPECT_EQ(bits(found.maximum), bits(0.0));
  EXPECT_EQ(bits(found.sum), bits(0.0));
  EXPECT_EQ(bits(found.sum_of_squares), bits(0.0));
}

TEST(StatisticsOfDoubles, ReachFromSubnormalToLargestNumbers) {
  const double least = std::numeric_limits<double>::denorm_min();
  const auto tiny = statistics_of<double>({8, 1, 1}, [=](int cell) { return cell * least; });
  const auto small = statistics_of<double>({8, 1, 1}, [](int) { return 0x1p-530; });
  const auto large = statistics_of<double>({8, 1, 1}, [](int cell) { return cell == 0 ? 0x1p600 : 0; });
  const auto largest = statistics_of<double>({8, 1, 1}, [](int) { return std::numeric_limits<double>::max(); });

  EXPECT_EQ(tiny.sum, 28 * least);
  EXPECT_EQ(tiny.sum_of_squares, 0);
  EXPECT_EQ(small.sum_of_squares, 0x1p-1057);  // a square alone, 2^-1060, is subnormal
  EXPECT_EQ(large.sum, 0x1p600);
  EXPECT_EQ(large.sum_of_squares, infinity);
  EXPECT_EQ(largest.maximum, std::numeric_limits<double>::max());
  EXPECT_EQ(largest.sum, infinity);
}

TEST(StatisticsOfDoubles, RefuseAFieldOfAnotherGridWithBothShapes) {
  const Grid grid = grid_of({8, 1, 1}, 1);
  const Field<double, 3> u("test::u", 1, 2, 3);

  EXPECT_THAT([&] { statistics<double>(Space{}, ranks(), grid, u); },
              testing::ThrowsMessage<ShapeMismatch>(testing::HasSubstr("1 x 2 x 3")));
  EXPECT_THROW(first_not_finite<double>(Space{}, ranks(), grid, u), ShapeMismatch);
}

}  // namespace
}  // namespace tarn::ops
