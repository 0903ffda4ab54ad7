#include "tarn/apps/driver/disk_space.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tarn::apps {
namespace {

bool says(const DiskNeed& need, const std::string& words) {
  return space_text(need, "/").find(words) != std::string::npos;
}

TEST(SpaceText, TellsWhatIsNotEnough) {
  EXPECT_FALSE(says({1000, 1000, 1000}, "ENOUGH"));
  EXPECT_TRUE(says({1e30, 1e30, 0}, "NOT ENOUGH: "));
  EXPECT_TRUE(says({1e30, 1000, 0}, "PERHAPS NOT ENOUGH: "));
}

TEST(SpaceText, CountsWhatAFileNeedsWhileItIsWritten) {
  EXPECT_TRUE(says({500, 500, 1e30}, "NOT ENOUGH: 500 B and 1e+15 PB while a file is written, and "));
  EXPECT_FALSE(says({1000, 1000, 1000}, "while a file is written"));
}

}  // namespace
}  // namespace tarn::apps
