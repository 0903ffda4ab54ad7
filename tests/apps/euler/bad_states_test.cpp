// States that are none, the floors, and what is wrong with decks.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/io/deck/problems.hpp"
#include "tarn/tests/apps/euler/flow_case.hpp"

namespace tarn::apps::euler {
namespace {

using test::deck;
using test::FlowCase;
using test::Place;
using testing::HasSubstr;

TEST(EulerBadStates, NameTheCellAndItsNeighbours) {
  FlowCase flow(
      deck("cells = [8, 4]\n", "[euler.initial]\ndensity = 1\nvelocity_x = 0\nvelocity_y = 0\npressure = 1\n"));
  flow.set("energy", [](const Place& lower, const Place&) { return lower[0] == 0.375 && lower[1] == 0.5 ? -1. : 2.5; });
  try {
    flow.simulation().restarted(0);
    FAIL() << "a negative energy passed";
  } catch (const NumericsError& error) {
    EXPECT_THAT(error.what(), HasSubstr("cell (3, 2): density 1, velocity (0, 0), pressure -0.4"));
    EXPECT_THAT(error.what(), HasSubstr("beside it at lower x: density 1, velocity (0, 0), pressure 1"));
  }
}

std::string error_of_start(const std::string& initial, const std::string& more = "") {
  try {
    const FlowCase flow(deck("cells = [8]\n", "[euler.initial]\n" + initial + more));
  } catch (const NumericsError& error) {
    return error.what();
  }
  return "no error";
}

/// 1e9 m/s: energies near 5e17 are multiples of 64.
TEST(EulerBadStates, SayThatThePressureIsLostInTheKineticEnergy) {
  const std::string lost = error_of_start("density = 1\nvelocity_x = 1e9\npressure = 0.01\n");
  EXPECT_THAT(lost, HasSubstr("not sound; cell (0): density 1, velocity (1e+09), pressure "));
  EXPECT_THAT(lost,
              HasSubstr("its kinetic energy per volume, 5e+17, is rounded to 64 in double precision, and "
                        "a pressure below about 26 is lost in that: take a higher pressure or a slower gas; beside"));
  EXPECT_EQ(error_of_start("density = 1\nvelocity_x = 1e9\npressure = 1000\n"), "no error");
}

TEST(EulerBadStates, OfOtherKindsDoNotSpeakOfRounding) {
  FlowCase flow(deck("cells = [8]\n", "[euler.initial]\ndensity = 1\nvelocity_x = 3\npressure = 1\n"));
  flow.set("energy", [](const Place&, const Place&) { return 4.; });
  try {
    flow.simulation().restarted(0);
    FAIL() << "a negative pressure passed";
  } catch (const NumericsError& error) {
    EXPECT_THAT(error.what(), HasSubstr("pressure -0.2"));
    EXPECT_THAT(error.what(), testing::Not(HasSubstr("rounded")));
  }
}

TEST(EulerBadStates, EndAFixedStepBeyondTheLimit) {
  FlowCase flow(
      deck("cells = [10]\n", "[euler.initial]\ndensity = 1\nvelocity_x = 0\npressure = 1\n", "end = 1\ndt = 0.1"));
  EXPECT_THROW(flow.simulation().largest_step(), NumericsError);
}

TEST(EulerFloors, RaiseWhatFirstOrderDoesNotKeep) {
  const std::string streams = "[euler.initial]\ndensity = 1\nvelocity_x = \"x < 0.5 ? -20 : 20\"\npressure = 0.4\n";
  FlowCase flow(deck("cells = [100]\n[grid.boundary]\nx = \"outflow\"\n",
                     streams + "[euler.floor]\ndensity = 0.01\npressure = 0.01\n"));
  flow.advance(0.02);
  EXPECT_GT(flow.history("raised_cells"), 0);
  EXPECT_GE(flow.history("density_minimum"), 0.01 * (1 - 1e-12));
  EXPECT_GE(flow.history("pressure_minimum"), 0.01 * (1 - 1e-9));
}

/// Energies of fast gas leave a pressure that is rounded to a thousandth of itself: at the floor to begin with, some
/// cells come out below it.
TEST(EulerFloors, AreNoBarToAStateThatIsAtThem) {
  FlowCase flow(deck("cells = [64]\n",
                     "[euler.initial]\ndensity = 1\nvelocity_x = \"1e4 + 37 * x\"\npressure = 0.01\n"
                     "[euler.floor]\npressure = 0.01\n"));
  EXPECT_GE(flow.history("pressure_minimum"), 0.01);
  flow.advance(1e-6);
  EXPECT_GE(flow.history("pressure_minimum"), 0.01);
}

TEST(EulerFloors, AboveTheStartAreNamed) {
  const std::string gas = "[euler.initial]\ndensity = 1\nvelocity_x = 0\npressure = 1\n[euler.floor]\npressure = 0.5\n";
  FlowCase flow(deck("cells = [8]\n", gas));
  flow.set("energy", [](const Place& lower, const Place&) { return lower[0] == 0.25 ? 1. : 2.5; });
  try {
    flow.simulation().restarted(0);
    FAIL() << "a state below the floor passed";
  } catch (const NumericsError& error) {
    EXPECT_THAT(error.what(), HasSubstr("below [euler.floor], density 0 and pressure 0.5; cell (2): density 1"));
  }
}

/// A vacuum opens in the middle: there cells are done again.
TEST(EulerFallback, IsToldWithItsPlace) {
  FlowCase flow(deck("cells = [100]\n[grid.boundary]\nx = \"outflow\"\n",
                     "reconstruction = \"weno5\"\nintegrator = \"rk3\"\n[euler.initial]\ndensity = 1\n"
                     "velocity_x = \"x < 0.5 ? -4 : 4\"\npressure = 1e-6\n"));
  EXPECT_THAT(flow.simulation().remarks(), testing::IsEmpty());
  EXPECT_THAT(flow.simulation().tallies(), testing::IsEmpty());

  flow.advance(0.01);

  ASSERT_GT(flow.history("fallback_cells"), 0);
  ASSERT_THAT(flow.simulation().remarks(), testing::SizeIs(1));
  const std::string told = flow.simulation().remarks()[0];
  fmt::print("{}\n", told);
  EXPECT_THAT(told, HasSubstr(fmt::format("{} cells came out", flow.history("fallback_cells"))));
  EXPECT_THAT(told, testing::ContainsRegex("within x 0.4.* to 0.5.*; the first: \\((49|50)\\) at \\(0.(4|5)"));
}

TEST(EulerFallback, IsCountedOnFromItsTallies) {
  const std::string text = deck("cells = [100]\n[grid.boundary]\nx = \"outflow\"\n",
                                "reconstruction = \"weno5\"\nintegrator = \"rk3\"\n[euler.initial]\ndensity = 1\n"
                                "velocity_x = \"x < 0.5 ? -4 : 4\"\npressure = 1e-6\n");
  FlowCase first(text), second(text);
  first.advance(0.01);

  second.simulation().set_tallies(first.simulation().tallies());

  EXPECT_EQ(second.history("fallback_cells"), first.history("fallback_cells"));
  EXPECT_EQ(second.history("fallback_sides"), first.history("fallback_sides"));
  EXPECT_EQ(second.simulation().remarks(), first.simulation().remarks());
}

std::string problems_of(const std::string& text) {
  try {
    parse_case(text, "deck");
  } catch (const io::DeckError& error) {
    return error.what();
  }
  return "";
}

TEST(EulerDecks, AreChecked) {
  const std::string gas = "[euler.initial]\ndensity = 1\nvelocity_x = 0\npressure = 1\n", line = "cells = [8]\n";
  EXPECT_EQ(problems_of(deck(line, gas)), "");
  const auto wrong = [&](const std::string& grid, const std::string& euler, const std::string& what) {
    EXPECT_THAT(problems_of(deck(grid, euler)), HasSubstr(what)) << euler;
  };
  wrong("cells = [8, 8]\n", gas, "euler.initial.velocity_y: missing");
  wrong(line, gas + "velocity_y = 0\n", "euler.initial.velocity_y");
  wrong(line, gas + "dye = 0\n", "euler.initial.dye");
  wrong(line, "scalars = [\"dye\"]\n" + gas, "euler.initial.dye: missing");
  wrong(line, "scalars = [\"pressure\"]\n" + gas, "the name is taken");
  wrong(line, "reconstruction = \"ppm\"\nlimiter = \"mc\"\n" + gas, "only the reconstruction plm has a limiter");
  wrong(line, "gravity = [0, 1]\n" + gas, "one number for each axis");
  wrong("cells = [8]\n[grid.boundary]\nx = \"given\"\n", gas, "euler.boundary.x_lower: missing");
  wrong(line, gas + "[euler.boundary.x_lower]\ndensity = 1\nvelocity_x = 0\npressure = 1\n", "does not say");
  wrong(line, "[euler.initial]\ndensity = \"x - 0.5\"\nvelocity_x = 0\npressure = 1\n", "must be a number > 0");
}

TEST(EulerDecks, AreCheckedInThePrecisionOfTheRun) {
  const auto wrong = [](const std::string& values, const std::string& floors, const std::string& what) {
    const std::string text = deck("cells = [8]\n", "[euler.initial]\n" + values + "velocity_x = 0\n" + floors);
    EXPECT_THAT(problems_of(text), testing::Not(HasSubstr(what))) << what;
    const std::string single = "precision = \"single\"\n[grid]";
    EXPECT_THAT(problems_of(std::string(text).replace(text.find("[grid]"), 6, single)), HasSubstr(what)) << what;
  };
  const std::string gas = "density = 1\npressure = 1\n";
  wrong(gas, "[euler.floor]\npressure = 1e-50\n", "euler.floor.pressure: is 1e-50: in single precision");
  wrong(gas, "[euler.floor]\ndensity = 1e-40\n", "euler.floor.density: is 1e-40: in single precision");
  wrong("density = 1e-60\npressure = 1\n", "", "euler.initial.density: is 1e-60: zero in single precision");
  wrong("density = 1\npressure = 1e40\n", "", "euler.initial.pressure: is 1e+40: beyond single precision");
}

TEST(EulerDecks, KnowTheirFloorsAndTheirGas) {
  const std::string gas = "[euler.initial]\ndensity = \"1 + x\"\nvelocity_x = 0\npressure = 1\n",
                    line = "cells = [8]\n";
  EXPECT_EQ(problems_of(deck(line, gas + "[euler.floor]\ndensity = 1\npressure = 1\n")), "");
  EXPECT_THAT(problems_of(deck(line, gas + "[euler.floor]\ndensity = 1.1\n")),
              HasSubstr("euler.initial.density: is 1.0625 at (0.0625): that is below its floor 1.1"));
  EXPECT_THAT(problems_of(deck(line, "gamma = 1.0000000001\n" + gas)), HasSubstr("euler.gamma"));
  EXPECT_THAT(problems_of(deck(line, "gamma = 1e9\n" + gas)), HasSubstr("euler.gamma"));
  EXPECT_THAT(problems_of(deck(line, "[euler.initial]\ndensity = 1\npressure = 1\n")),
              HasSubstr("euler.initial.velocity_x"));
}

TEST(EulerDecks, TellTheirGivenStep) {
  const std::string gas = "[euler.initial]\ndensity = 1\nvelocity_x = 0\npressure = 1\n", line = "cells = [8]\n";
  EXPECT_EQ(problems_of(deck(line, gas, "end = 1\ndt = 1e-3")), "");
  EXPECT_THAT(problems_of(deck(line, gas, "end = 1\ndt = 1e-30")), HasSubstr("time.dt"));
  FlowCase few(deck(line, gas, "end = 1\ndt = 1e-14\nmax_steps = 3"));
  EXPECT_EQ(few.simulation().largest_step(), 1e-14);
}

TEST(EulerDecks, WarnOfTwoStagesWithHighOrder) {
  const auto warning = [](const std::string& method) {
    const std::string text =
        deck("cells = [8]\n", method + "[euler.initial]\ndensity = 1\nvelocity_x = 0\npressure = 1\n");
    const auto parsed = parse_case(text, "deck");
    return as_simulation(*parsed).model().forecast.warning;
  };
  for (const std::string scheme : {"ppm", "weno5"}) {
    const std::string key = "reconstruction = \"" + scheme + "\"\n";
    EXPECT_THAT(warning(key), HasSubstr(scheme + " with rk2 is unstable"));
    EXPECT_EQ(warning(key + "integrator = \"rk3\"\n"), "");
  }
  EXPECT_EQ(warning(""), "");
}

}  // namespace
}  // namespace tarn::apps::euler
