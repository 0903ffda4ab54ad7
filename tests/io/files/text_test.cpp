// What is in texts.
#include "tarn/io/files/text.hpp"

#include <cstdint>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::io {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Text, IsSplitWithItsEmptyParts) {
  EXPECT_THAT(split("a,b", ','), ElementsAre("a", "b"));
  EXPECT_THAT(split(",a,,b,", ','), ElementsAre("", "a", "", "b", ""));
  EXPECT_THAT(split("", ','), ElementsAre(""));
}

TEST(Text, HasLinesOfWhichNoneIsBehindTheLastBreak) {
  EXPECT_THAT(lines_of("a\nb\n"), ElementsAre("a", "b"));
  EXPECT_THAT(lines_of("a\n\nb"), ElementsAre("a", "", "b"));
  EXPECT_THAT(lines_of(""), IsEmpty());
}

TEST(Text, IsANumberAsAWholeOrNone) {
  EXPECT_EQ(number_in<double>("1e-3"), 1e-3);
  EXPECT_EQ(number_in<int>("-12"), -12);
  for (const char* wrong : {"", " 1", "1 ", "+1", "1x", "0x10", "3000000000"})
    EXPECT_EQ(number_in<std::int32_t>(wrong), std::nullopt) << wrong;
  EXPECT_EQ(number_in<double>("1e999"), std::nullopt);
}

TEST(Text, IsOfDigitsAlone) {
  EXPECT_TRUE(is_digits("0123"));
  for (const char* wrong : {"", "1 ", "-1", "1.0"})
    EXPECT_FALSE(is_digits(wrong)) << wrong;
}

}  // namespace
}  // namespace tarn::io
