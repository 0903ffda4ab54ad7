#include "tarn/io/deck/nearest.hpp"

#include <gtest/gtest.h>

namespace tarn::io {
namespace {

TEST(EditDistance, CountsInsertDeleteReplaceAndSwap) {
  EXPECT_EQ(edit_distance("cells", "cells"), 0u);
  EXPECT_EQ(edit_distance("cell", "cells"), 1u);
  EXPECT_EQ(edit_distance("ceels", "cells"), 1u);
  EXPECT_EQ(edit_distance("clels", "cells"), 1u);
  EXPECT_EQ(edit_distance("Cells", "cELLS"), 0u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
}

TEST(Nearest, FindsTheNearestAndTheFirstOfEquals) {
  EXPECT_EQ(nearest("outptu", {"input", "output"}), "output");
  EXPECT_EQ(nearest("fielb", {"fieldx", "field", "fiel"}), "field");
}

TEST(Nearest, SuggestsNothingFarAway) {
  EXPECT_EQ(nearest("colour", {"cfl", "diffusivity"}), std::nullopt);
  EXPECT_EQ(nearest("dt", {"du", "dv"}), "du");
  EXPECT_EQ(nearest("x", {"y"}), std::nullopt);
  EXPECT_EQ(nearest("", {"y"}), std::nullopt);
  EXPECT_EQ(nearest(std::string(100000, 'a'), {"a"}), std::nullopt);
}

}  // namespace
}  // namespace tarn::io
