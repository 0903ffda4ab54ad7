#include "tarn/ops/reduce/blocks.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/expression/operators.hpp"
#include "tarn/ops/reduce/reduce.hpp"
#include "tarn/tests/ops/expression/on_host.hpp"

namespace tarn::ops::test {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

using Block = Field<double, 2>;
using Sums = BlockReduction<decltype(sum(std::declval<Block>(), axis<0>))>;
using Variances = BlockReduction<decltype(var(std::declval<Block>(), axis<0>))>;

template <class Reduction, class... Last>
std::vector<double> results_of(const Reduction& reduction, std::int64_t count, const Last&... last) {
  const Field<double, 1> results("test::results", static_cast<std::size_t>(count));
  reduction.finish(Space(), results, last...);
  return on_host(results);
}

/// Values offset + 0, 1/4, 1/2, 3/4, 1 in turn: of a multiple of five of them the variance is exactly 1/8.
Block beside(double offset, std::int64_t rows, std::int64_t columns) {
  const Block a("test::a", static_cast<std::size_t>(rows), static_cast<std::size_t>(columns));
  assign(a, offset + 0.25 * column(cast<double>(iota(rows) % 5)));
  return a;
}

TEST(BlockReduction, KeepsTheRoundingErrorsOfASum) {
  Sums sums(Space(), 2);

  for (const double x : {0x1p60, 1.0, 1.0, -0x1p60}) {
    const Block block("test::block", 1, 2);
    assign(block, x);
    sums.add(Space(), sum(block, axis<0>));
  }

  EXPECT_THAT(results_of(sums, 2), ElementsAre(2, 2));
  EXPECT_THAT(results_of(sums, 2, detail::MeanFold<double>()), ElementsAre(0.5, 0.5));
}

TEST(BlockReduction, KeepsTheShiftOfAVariance) {
  for (const double offset : {0.0, 1e6, 1e12, -1e12, 1e14}) {
    Variances variances(Space(), 3);

    for (int n = 0; n < 200; ++n)
      variances.add(Space(), var(beside(offset, 500, 3), axis<0>));

    EXPECT_THAT(results_of(variances, 3), Each(testing::DoubleNear(0.125, 1e-16))) << offset;
  }
}

TEST(BlockReduction, TakesBlocksOfAnySizeAndNone) {
  Variances variances(Space(), 1);

  for (const int rows : {0, 1, 4, 10, 0, 85})
    variances.add(Space(), var(beside(1e12, rows, 1), axis<0>));

  double total = 0, squares = 0;
  for (const int rows : {1, 4, 10, 85}) {
    total += sum(beside(0, rows, 1));
    squares += sum(square(beside(0, rows, 1)));
  }
  EXPECT_NEAR(results_of(variances, 1)[0], squares / 100 - total * total / 1e4, 1e-15);
}

TEST(BlockReduction, IsThatOfNoElementsWithoutBlocks) {
  EXPECT_THAT(results_of(Sums(Space(), 2), 2), ElementsAre(0, 0));
  EXPECT_TRUE(std::isnan(results_of(Variances(Space(), 1), 1)[0]));
}

TEST(BlockReduction, RefusesAnotherNumberOfResults) {
  Sums sums(Space(), 2);
  const Block block("test::block", 3, 4);
  const Field<double, 1> results("test::results", 3);

  EXPECT_THROW(sums.add(Space(), sum(block, axis<0>)), ShapeMismatch);
  EXPECT_THROW(sums.finish(Space(), results), ShapeMismatch);
}

}  // namespace
}  // namespace tarn::ops::test
