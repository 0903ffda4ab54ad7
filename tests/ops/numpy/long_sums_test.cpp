#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "tarn/ops/reduce/sum_reproducibly.hpp"
#include "tarn/tests/ops/expression/on_host.hpp"

namespace tarn::ops::test {
namespace {

TEST(LongSum, OfFloatOnesIsExact) {
  const auto one = vector_of<float>({1});

  EXPECT_EQ(sum(broadcast(one, 300000000)), 300000000.0f);
}

TEST(LongSum, OfFloatOnesInMemoryIsExact) {
  if (std::getenv("TARN_LONG_TESTS") == nullptr) GTEST_SKIP() << "TARN_LONG_TESTS=1 runs this: it takes 1.2 GB";
  const Kokkos::View<float*, Space> ones("test::ones", 300000000);
  assign(ones, 1.0f);

  EXPECT_EQ(sum(ones), 300000000.0f);
}

/// The sum of the same numbers, in the same order, as an array of some rows with gaps and strides.
double sum_of_rows(const std::vector<double>& values, int rows, int row_gap, int step) {
  const auto n = [](int number) { return static_cast<std::size_t>(number); };
  const int columns = static_cast<int>(values.size()) / rows, row_stride = columns * step + row_gap;
  std::vector<double> spread(n(rows * row_stride), 1e300);  // which would change the sum
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < columns; ++j)
      spread[n(i * row_stride + j * step)] = values[n(i * columns + j)];
  }
  const auto buffer = vector_of(spread);
  const Kokkos::View<double**, Kokkos::LayoutStride, Space> table(
      buffer.data(), Kokkos::LayoutStride(n(rows), n(row_stride), n(columns), n(step)));
  return sum(table, reproducible);
}

TEST(ReproducibleSumOfArrays, HasTheSameBitsForEveryShapeOfTheLaunch) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal;
  std::vector<double> values(1 << 16);
  for (double& value : values)
    value = std::ldexp(normal(random), static_cast<int>(random() % 80) - 40);
  const double wanted = sum(vector_of(values), reproducible);

  for (const int rows : {1, 2, 16, 256, 4096, 1 << 16}) {
    for (const int step : {1, 3}) {
      EXPECT_EQ(sum_of_rows(values, rows, rows % 5, step), wanted) << rows << " rows, step " << step;
    }
  }
  std::shuffle(values.begin(), values.end(), random);
  EXPECT_EQ(sum(vector_of(values), reproducible), wanted);
}

}  // namespace
}  // namespace tarn::ops::test
