#include "tarn/ops/random/philox.hpp"

#include <algorithm>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::ops {
namespace {

std::vector<std::uint32_t> words(const PhiloxBlock& block) {
  return {block.words, block.words + 4};
}

// The known answers that the authors publish with their Random123 library.
TEST(Philox, GivesThePublishedAnswers) {
  EXPECT_THAT(words(philox({{0, 0, 0, 0}}, 0, 0)),
              testing::ElementsAre(0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u));
  EXPECT_THAT(words(philox({{0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu}}, 0xffffffffu, 0xffffffffu)),
              testing::ElementsAre(0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu));
  EXPECT_THAT(words(philox({{0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u}}, 0xa4093822u, 0x299f31d0u)),
              testing::ElementsAre(0xd16cfe09u, 0x94fdcceb, 0x5001e420u, 0x24126ea1u));
}

TEST(Uniform, TakesThe53HighestBitsOfTheFirstTwoWords) {
  // philox(0, 0) above: e169c58d 6627e8d5 as one number of 64 bits.
  EXPECT_EQ(uniform(0, 0, 0), static_cast<double>(0xe169c58d6627e8d5u >> 11) / 9007199254740992.0);
}

TEST(Uniform, UsesEveryBitOfSeedStreamAndCounter) {
  std::vector<double> seen{uniform(0, 0, 0)};
  for (int bit = 0; bit < 64; ++bit) {
    const auto one = std::uint64_t{1} << bit;
    seen.push_back(uniform(one, 0, 0));
    seen.push_back(uniform(0, one, 0));
    seen.push_back(uniform(0, 0, one));
  }

  std::sort(seen.begin(), seen.end());

  EXPECT_EQ(std::adjacent_find(seen.begin(), seen.end()), seen.end());
}

TEST(Uniform, FillsTheUnitIntervalEvenly) {
  constexpr int count = 100000, bins = 10;
  std::vector<int> filled(bins, 0);
  double sum = 0;
  for (int n = 0; n < count; ++n) {
    const double value = uniform(42, 3, n);
    ASSERT_GE(value, 0);
    ASSERT_LT(value, 1);
    sum += value;
    ++filled[static_cast<int>(value * bins)];
  }

  EXPECT_NEAR(sum / count, 0.5, 0.005);  // five standard deviations
  EXPECT_THAT(filled, testing::Each(testing::AllOf(testing::Ge(9500), testing::Le(10500))));
}

}  // namespace
}  // namespace tarn::ops
