#include "tarn/io/image/label.hpp"

#include <gtest/gtest.h>

namespace tarn::io {
namespace {

TEST(Label, HasTheUnitInBrackets) {
  EXPECT_EQ(label_of("pressure", "Pa"), "pressure [Pa]");
  EXPECT_EQ(label_of("temperature", "K"), "temperature [K]");
  EXPECT_EQ(label_of("temperature", "degC"), "temperature [°C]");
  EXPECT_EQ(label_of("phase", ""), "phase");
}

}  // namespace
}  // namespace tarn::io
