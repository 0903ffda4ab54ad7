// Compiled as GCC's sanitizers have it, for which no address is known to differ from null.
#include "tarn/ops/formula/many_functions.hpp"

#include <gtest/gtest.h>

namespace tarn::ops::detail {
namespace {

template <OpCode code>
double of_one(double x) {
  double values[1] = {x};
  if constexpr (constexpr auto many = many_of_one(code); many.has_value()) (*many)(values, values, 1);
  return values[0];
}

template <OpCode code>
double of_two(double x, double y) {
  double values[1] = {x};
  if constexpr (constexpr auto many = many_of_two(code); many.has_value()) (*many)(values, &y, values, 1);
  return values[0];
}

TEST(ManyFunctions, AreKnownWhenSourcesAreCompiled) {
  EXPECT_EQ(of_one<OpCode::exp>(0), 1);
  EXPECT_EQ(of_one<OpCode::negate>(2), 2);  // has none
  EXPECT_EQ(of_two<OpCode::power>(2, 3), 8);
  EXPECT_EQ(of_two<OpCode::add>(2, 3), 2);
}

}  // namespace
}  // namespace tarn::ops::detail
