#include "tarn/apps/driver/tallies.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"

namespace tarn::apps {
namespace {

TEST(Tallies, ComeBackToTheLastBit) {
  const std::vector<HistoryValue> tallies = {{"cells", 9007199254740991.}, {"time", 0.1 + 0.2}, {"none", 0}};

  const auto read = read_tallies(tallies_text(tallies), "file.h5");

  ASSERT_EQ(read.size(), tallies.size());
  for (std::size_t n = 0; n < read.size(); ++n) {
    EXPECT_EQ(read[n].name, tallies[n].name);
    EXPECT_EQ(read[n].value, tallies[n].value);
  }
  EXPECT_TRUE(read_tallies("", "file.h5").empty());
}

TEST(Tallies, ThatAreNoneAreRefused) {
  for (const char* text : {"cells\n", "cells 12x\n", "cells \n", "12\n"}) {
    EXPECT_THAT([&] { read_tallies(text, "file.h5"); },
                testing::ThrowsMessage<DataError>(testing::HasSubstr("file.h5: its tallies have a line")))
        << text;
  }
}

}  // namespace
}  // namespace tarn::apps
