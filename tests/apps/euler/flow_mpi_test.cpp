// A flow on ranks whose messages travel behind the cells inside, beside the same flow without messages.
#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "tarn/tests/apps/euler/flow_case.hpp"

namespace tarn::apps::euler {
namespace {

using test::deck;
using test::FlowCase;

const Communicator& all_ranks() {
  return tarn::test::runtime().communicator();
}

/// Where this rank's block differs from those cells of the whole domain.
int count_differences(FlowCase& block, FlowCase& whole, const std::string& field) {
  const auto here = block.values(field), there = whole.values(field);
  const Grid& grid = block.grid();
  const auto& cells = grid.domain().cells;
  int differences = 0;
  std::size_t n = 0;
  for (int k = 0; k < grid.cells(2); ++k) {
    for (int j = 0; j < grid.cells(1); ++j) {
      for (int i = 0; i < grid.cells(0); ++i) {
        const int plane = k + grid.offset(2), row = j + grid.offset(1), cell = i + grid.offset(0);
        const auto m = static_cast<std::size_t>((plane * cells[1] + row) * cells[0] + cell);
        if (here[n++] != there[m]) ++differences;
      }
    }
  }
  return differences;
}

/// In each step another rank comes late, so that the others finish what they can and wait for it.
void expect_the_same_bits(const std::string& text) {
  const Runtime alone(MPI_COMM_SELF);
  FlowCase many(text), one(text, alone);
  double time = 0;
  for (int step = 0; step < 6; ++step) {
    const double dt = many.simulation().largest_step();
    ASSERT_EQ(one.simulation().largest_step(), dt);
    if (all_ranks().rank() == step % all_ranks().size()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    many.simulation().step(time, dt);
    one.simulation().step(time, dt);
    time += dt;
  }
  for (const auto& field : one.simulation().state())
    EXPECT_EQ(count_differences(many, one, field.name), 0) << field.name << " of\n" << text;
  EXPECT_EQ(many.simulation().remarks(), one.simulation().remarks());
  EXPECT_EQ(many.history("fallback_sides"), one.history("fallback_sides"));
}

TEST(EulerOnRanks, HasTheSameBitsWithMessagesBehindTheCellsInside) {
  for (const char* scheme : {"plm", "ppm", "weno5"}) {
    const std::string method = std::string("reconstruction = \"") + scheme + "\"\nintegrator = \"rk3\"\n";
    expect_the_same_bits(deck("cells = [26, 23]\n[grid.boundary]\ny = \"reflect\"\n",
                              method + "gravity = [0, -0.5]\n[euler.initial]\ndensity = \"1 + 0.1 * random\"\n"
                                       "velocity_x = \"sin(6 * y)\"\nvelocity_y = \"cos(6 * x)\"\npressure = 1\n"));
    expect_the_same_bits(deck("cells = [13, 14, 15]\n[grid.boundary]\nx = \"outflow\"\n",
                              method + "[euler.initial]\ndensity = \"1 + 0.1 * random\"\nvelocity_x = \"sin(6 * y)\"\n"
                                       "velocity_y = \"cos(6 * z)\"\nvelocity_z = 0.5\npressure = 1\n"));
  }
}

TEST(EulerOnRanks, TellsTheSameOfItsFallback) {
  expect_the_same_bits(deck("cells = [26, 23]\n",
                            "reconstruction = \"weno5\"\nintegrator = \"rk3\"\n[euler.initial]\ndensity = 1\n"
                            "velocity_x = \"x < 0.3 ? -4 : x < 0.7 ? 3 : -4\"\nvelocity_y = \"y < 0.5 ? -2 : 2\"\n"
                            "pressure = 1e-5\n"));
}

}  // namespace
}  // namespace tarn::apps::euler
