#include "tarn/core/profile/bandwidth.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "tarn/core/error.hpp"

namespace tarn {
namespace {

TEST(Bandwidth, IsWithinWhatMachinesHave) {
  const auto single = measure_bandwidth<float>(Space{}, 1 << 20, 3);
  const auto twice = measure_bandwidth<double>(Space{}, 1 << 20, 3);

  for (const double rate : {single.copy, single.triad, twice.copy, twice.triad}) {
    EXPECT_GT(rate, 1e7);   // slower than any memory of this century
    EXPECT_LT(rate, 1e14);  // faster than any cache
  }
}

TEST(Bandwidth, IsMeasuredOfOneElementToo) {
  const auto rate = measure_bandwidth<double>(Space{}, 1, 1);

  EXPECT_TRUE(std::isfinite(rate.copy));
  EXPECT_GT(rate.triad, 0);
}

TEST(Bandwidth, NeedsElementsAndRepeats) {
  EXPECT_THROW(measure_bandwidth<double>(Space{}, 0, 1), Error);
  EXPECT_THROW(measure_bandwidth<double>(Space{}, 1, 0), Error);
}

}  // namespace
}  // namespace tarn
