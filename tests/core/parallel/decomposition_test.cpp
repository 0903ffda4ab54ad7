#include "tarn/core/parallel/decomposition.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"

namespace tarn {
namespace {

constexpr std::array<bool, 3> open{false, false, false};

TEST(Decomposition, CutsTheLongerAxisFirst) {
  const Decomposition four({1, 40, 100}, open, 4, 3);

  EXPECT_EQ(four.ranks(1), 1);
  EXPECT_EQ(four.ranks(2), 4);
}

TEST(Decomposition, CutsAcrossXWhereThatHasLessThanAnEighthOfTheCells) {
  EXPECT_EQ(Decomposition({790, 100, 1}, open, 2, 0).ranks(0), 1);
  EXPECT_EQ(Decomposition({810, 100, 1}, open, 2, 0).ranks(0), 2);
}

TEST(Decomposition, CoversEveryCellOnceForAnyNumberOfRanks) {
  for (const int size : {1, 2, 3, 5, 7, 11, 12}) {
    std::vector<int> covered(13 * 11, 0);
    for (int rank = 0; rank < size; ++rank) {
      const Decomposition part({13, 11, 1}, open, size, rank);
      for (int j = 0; j < part.cells(1); ++j) {
        for (int i = 0; i < part.cells(0); ++i)
          ++covered[(part.offset(1) + j) * 13 + part.offset(0) + i];
      }
    }
    EXPECT_THAT(covered, testing::Each(1)) << size << " ranks";
  }
}

TEST(Decomposition, KnowsItsNeighbors) {
  const Decomposition middle({9, 1, 1}, open, 3, 1);
  const Decomposition first({9, 1, 1}, open, 3, 0);
  const Decomposition wrapped({9, 1, 1}, {true, true, true}, 3, 0);

  EXPECT_EQ(middle.neighbor(0, 0), 0);
  EXPECT_EQ(middle.neighbor(0, 1), 2);
  EXPECT_EQ(first.neighbor(0, 0), -1);
  EXPECT_EQ(wrapped.neighbor(0, 0), 2);
  EXPECT_EQ(wrapped.neighbor(1, 0), 0);
}

TEST(Decomposition, RefusesMoreRanksThanCellsWithTheirNumber) {
  EXPECT_THAT(
      [] {
        Decomposition({4, 1, 1}, open, 5, 0);
      },
      testing::ThrowsMessage<UsageError>(testing::HasSubstr("5 ranks cannot share 4 x 1 x 1 cells")));
}

TEST(Decomposition, RefusesAPrimeThatNoAxisHolds) {
  EXPECT_THAT(
      [] {
        Decomposition({4, 4, 1}, open, 7, 0);
      },
      testing::ThrowsMessage<UsageError>(testing::HasSubstr("; 6 ranks can")));
}

TEST(Decomposition, TellsHowManyRanksCanShareTheCells) {
  const auto told = [](std::array<int, 3> cells, int size, int least) {
    try {
      Decomposition(cells, open, size, 0, least);
    } catch (const UsageError& error) {
      const std::string text = error.what();
      return text.substr(text.rfind(';') + 2);
    }
    return std::string();
  };

  EXPECT_EQ(told({4, 4, 1}, 5, 1), "4 ranks can");
  EXPECT_EQ(told({4, 4, 1}, 1000003, 1), "16 ranks can");
  EXPECT_EQ(told({4, 4, 4}, 63, 2), "8 ranks can");
  EXPECT_EQ(told({1, 1, 1}, 2, 1), "1 ranks can");
}

}  // namespace
}  // namespace tarn
