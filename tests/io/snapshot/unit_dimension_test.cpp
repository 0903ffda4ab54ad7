#include "tarn/io/snapshot/unit_dimension.hpp"

#include <gtest/gtest.h>

namespace tarn::io {
namespace {

using Powers = std::vector<double>;

TEST(UnitDimension, CountsThePowersOfTheBaseUnits) {
  EXPECT_EQ(unit_dimension("K"), (Powers{0, 0, 0, 0, 1, 0, 0}));
  EXPECT_EQ(unit_dimension("kg/m^3"), (Powers{-3, 1, 0, 0, 0, 0, 0}));
  EXPECT_EQ(unit_dimension("m s^-1"), (Powers{1, 0, -1, 0, 0, 0, 0}));
  EXPECT_EQ(unit_dimension("m/s"), unit_dimension("m s^-1"));
  EXPECT_EQ(unit_dimension("J/(kg K)"), (Powers{2, 0, -2, 0, -1, 0, 0}));
  EXPECT_EQ(unit_dimension("J/kg*K"), (Powers{2, 0, -2, 0, 1, 0, 0}));
  EXPECT_EQ(unit_dimension("Pa"), unit_dimension("kg/m/s^2"));
  EXPECT_EQ(unit_dimension("degC"), unit_dimension("K"));
  EXPECT_EQ(unit_dimension("W/(m^2 degC)"), unit_dimension("W/(m^2 K)"));
  EXPECT_EQ(unit_dimension("1/s"), unit_dimension("Hz"));
}

TEST(UnitDimension, IsNothingOfATextThatIsNoUnit) {
  for (const char* text : {"", "furlong", "m^99", "K + m", "\xc2\xb5m"}) {
    const Powers powers = unit_dimension(text);
    EXPECT_EQ(powers, Powers(7, 0)) << text;
  }
}

}  // namespace
}  // namespace tarn::io
