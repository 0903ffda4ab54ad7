#include "tarn/io/deck/size.hpp"

#include <gtest/gtest.h>

namespace tarn::io {
namespace {

TEST(Size, HasUnitsOfPowersOf1000AndOf1024) {
  EXPECT_EQ(parse_size("1000000"), 1000000);
  EXPECT_EQ(parse_size("12B"), 12);
  EXPECT_EQ(parse_size("2 kB"), 2000);
  EXPECT_EQ(parse_size("1.5GB"), 1500000000);
  EXPECT_EQ(parse_size("8 GiB"), std::uint64_t{8} << 30);
  EXPECT_EQ(parse_size("3TiB"), std::uint64_t{3} << 40);
}

TEST(Size, IsNothingElse) {
  for (const char* text : {"", "GB", "8 G", "8  GB", "8 gb", "-1", "0", "0.5", "nan", "inf", "1e30", "1 GB more"})
    EXPECT_FALSE(parse_size(text)) << text;
}

}  // namespace
}  // namespace tarn::io
