// Keys with one formula for all axes, or one for each.
#include "tarn/apps/driver/axis_formulas.hpp"

#include <memory>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/driver/case.hpp"

namespace tarn::apps {
namespace {

using testing::ElementsAre;

constexpr const char* key = "heat.diffusivity";

std::unique_ptr<const Case> case_with(const std::string& diffusivity) {
  return parse_case(fmt::format("[run]\napp = \"heat\"\n[grid]\ncells = [4, 4, 2]\n[time]\nend = 1\ncfl = 0.5\n[heat]\n"
                                "diffusivity = {}\ninitial = 3\n",
                                diffusivity),
                    "deck");
}

TEST(AxisFormulas, AreOneForAllAxes) {
  const auto made = case_with("\"1 + x\"");
  const auto formulas = axis_formulas(made->deck(), key);

  ASSERT_EQ(formulas.size(), 1u);
  EXPECT_EQ(formulas[0].key, key);
  EXPECT_THAT(formulas[0].axes, ElementsAre(0, 1, 2));
}

TEST(AxisFormulas, OfAListAreOneWhereTheirTextsAre) {
  const auto made = case_with("[\"1 + x\", 2, \"1 + x\"]");
  const auto formulas = axis_formulas(made->deck(), key);

  ASSERT_EQ(formulas.size(), 2u);
  EXPECT_EQ(formulas[0].key, "heat.diffusivity[0]");
  EXPECT_THAT(formulas[0].axes, ElementsAre(0, 2));
  EXPECT_EQ(formulas[1].key, "heat.diffusivity[1]");
  EXPECT_THAT(formulas[1].axes, ElementsAre(1));
}

TEST(AxisFormulas, TellTheLargestValueAlongEachAxis) {
  // Periodic: the cells' centres alone, the last of which is at 7/8.
  const auto made = case_with("[\"1 + x\", 2, 0.5]");

  EXPECT_THAT(largest_along_axes(made->deck(), key), ElementsAre(1.875, 2, 0.5));
}

}  // namespace
}  // namespace tarn::apps
