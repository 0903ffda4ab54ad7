#include "tarn/apps/pde/extreme_key.hpp"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace tarn::apps::pde {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

TEST(PdeExtremeKey, IsInTheOrderOfValues) {
  const std::vector<double> values{-infinite, -1e300, -2,      -1.00001, -1,    -1e-300, 0,
                                   1e-300,    1,      1.00001, 2,        1e300, infinite};
  for (const bool greatest : {false, true}) {
    for (std::size_t n = 1; n < values.size(); ++n) {
      // Whatever the elements are.
      EXPECT_LT(extreme_key(values[n - 1], 0, greatest), extreme_key(values[n], most_elements_of_keys - 1, greatest));
      EXPECT_LT(extreme_key(values[n - 1], most_elements_of_keys - 1, greatest), extreme_key(values[n], 0, greatest));
    }
    EXPECT_LT(extreme_key(infinite, 5, greatest), least_unknown);
    EXPECT_GT(extreme_key(-infinite, 5, greatest), greatest_unknown);
  }
}

TEST(PdeExtremeKey, OfCellsAlikeTakesTheFirst) {
  for (const auto& [a, b] : {std::pair{0.0, -0.0}, {1.0, 1 + 1e-7}, {-3.0, -3 - 1e-7}, {infinite, infinite}}) {
    EXPECT_LT(extreme_key(a, 7, false), extreme_key(b, 8, false));
    EXPECT_LT(extreme_key(b, 7, false), extreme_key(a, 8, false));
    EXPECT_GT(extreme_key(a, 7, true), extreme_key(b, 8, true));
    EXPECT_GT(extreme_key(b, 7, true), extreme_key(a, 8, true));
  }
}

TEST(PdeExtremeKey, TellsTheElement) {
  for (const double value : {-infinite, -1.5, -0.0, 0.0, 1.5, infinite}) {
    for (const std::int64_t element : {std::int64_t{0}, std::int64_t{77}, most_elements_of_keys - 1}) {
      for (const bool greatest : {false, true})
        EXPECT_EQ(element_of(extreme_key(value, element, greatest), greatest), element);
    }
  }
}

TEST(PdeExtremeKey, ComparesTheSameDigitsOfFloats) {
  for (const float value : {1.0000001f, 3.1415927f, -2.7182817f, 1e-30f, -16777215.f, 1.2345678e-39f, 1e-45f})
    EXPECT_EQ(static_cast<double>(compared(value)), compared(static_cast<double>(value)));
  EXPECT_NE(compared(1.000001), 1.0);  // 2^-20
  EXPECT_EQ(compared(1.0000009), 1.0);
}

TEST(PdeExtremeKey, LeavesOutWhatIsNoExtreme) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  for (const bool greatest : {false, true}) {
    EXPECT_FALSE(may_be_extreme(none, greatest));
    EXPECT_TRUE(may_be_extreme(0.0, greatest));
    EXPECT_TRUE(may_be_extreme(greatest ? infinite : -infinite, greatest));
    EXPECT_FALSE(may_be_extreme(greatest ? -infinite : infinite, greatest));
  }
}

}  // namespace
}  // namespace tarn::apps::pde
