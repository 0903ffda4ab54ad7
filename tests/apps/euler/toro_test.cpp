// The five shock tubes of E. F. Toro, Riemann Solvers and Numerical Methods for Fluid Dynamics, Springer 2009,
// table 4.1.
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/apps/euler/exact_riemann.hpp"
#include "tarn/tests/apps/euler/flow_case.hpp"

namespace tarn::apps::euler {
namespace {

using test::deck;
using test::FlowCase;
using test::order;
using test::Place;

struct ToroTube {
  const char* name;
  std::array<double, 3> left, right;  ///< density, velocity, pressure
  double place, end;
};

const ToroTube tubes[] = {
    {"1, a rarefaction through the speed of sound", {1, 0.75, 1}, {0.125, 0, 0.1}, 0.3, 0.2},
    {"2, two rarefactions, nearly a vacuum", {1, -2, 0.4}, {1, 2, 0.4}, 0.5, 0.15},
    {"3, the left half of a strong blast", {1, 0, 1000}, {1, 0, 0.01}, 0.5, 0.012},
    {"4, two shocks that meet", {5.99924, 19.5975, 460.894}, {5.99242, -6.19633, 46.0950}, 0.4, 0.035},
    {"5, a contact nearly at rest", {1, -19.59745, 1000}, {1, -19.59745, 0.01}, 0.8, 0.012}};

/// The mean error of the density over its mean.
double tube_error(const ToroTube& tube, const std::string& method, int cells) {
  const auto& [l, r] = std::tie(tube.left, tube.right);
  const auto either = [&](std::size_t n) { return fmt::format("\"x < {} ? {} : {}\"\n", tube.place, l[n], r[n]); };
  FlowCase flow(
      deck(fmt::format("cells = [{}]\n[grid.boundary]\nx = \"outflow\"\n", cells),
           method + "[euler.initial]\ndensity = " + either(0) + "velocity_x = " + either(1) + "pressure = " + either(2),
           "end = 1\ncfl = 0.4"));
  const ExactRiemann solution({l[0], l[1], l[2]}, {r[0], r[1], r[2]}, 1.4);
  flow.advance(tube.end);
  const double error = flow.mean_error("density", [&](const Place& lower, const Place& upper) {
    return solution.cell_average(lower[0] - tube.place, upper[0] - tube.place, tube.end)[0];
  });
  return error / (0.5 * (l[0] + r[0]));
}

class EulerToro : public testing::TestWithParam<ToroTube> {};

std::string method_of(const std::string& scheme) {
  return "reconstruction = \"" + scheme + "\"\n" + (scheme == "plm" ? "" : "integrator = \"rk3\"\n");
}

/// The error with some cells, and the power of the spacing with which it falls to four times as many.
std::pair<double, double> error_and_power(const ToroTube& tube, const std::string& scheme, int cells) {
  const std::string method = method_of(scheme);
  const double coarse = tube_error(tube, method, cells), fine = tube_error(tube, method, 4 * cells);
  const double power = order(coarse, fine) / 2;
  fmt::print("tube {}: {:.3g} with {} cells, {:.3g} with {}, power {:.2f} with {}\n", tube.name, coarse, cells, fine,
             4 * cells, power, scheme);
  return {coarse, power};
}

TEST_P(EulerToro, ConvergesToTheExactSolution) {
  const auto [error, power] = error_and_power(GetParam(), "plm", 200);
  EXPECT_LT(error, 0.1);
  EXPECT_GT(power, 0.6);
}

/// weno5 falls with 0.45 in tube 5, where shocks that stand nearly still leave noise behind them: its errors there are
/// held by a test of their own. On finer grids the power is less with ppm in tube 2 too, 0.58: noise near the vacuum.
TEST_P(EulerToro, ConvergesWithHighOrderOnCoarseGrids) {
  for (const std::string scheme : {"plm", "ppm", "weno5"}) {
    const auto [error, power] = error_and_power(GetParam(), scheme, 100);
    EXPECT_LT(error, 0.12) << scheme;
    const bool noisy = scheme == "weno5" && GetParam().name[0] == '5';
    EXPECT_TRUE(noisy || power > 0.5) << scheme;
  }
}

/// Tube 5 shows the speeds of hllc's waves most: its contact keeps what the first steps leave there. The errors of
/// AthenaK (J. M. Stone et al., arXiv 2409.16053; its hllc with plm and rk2, ppmx and wenoz with rk3, 100 to 800
/// cells, the same decks) are not passed by more than a twentieth; ppm with 200 cells by a tenth.
TEST(EulerToro5, IsAsExactAsAPeer) {
  const std::map<std::string, std::array<double, 4>> peer = {{"plm", {3.3594e-2, 1.9346e-2, 1.0140e-2, 5.6835e-3}},
                                                             {"ppm", {2.7952e-2, 1.4667e-2, 7.7297e-3, 4.0710e-3}},
                                                             {"weno5", {3.6761e-2, 2.5361e-2, 2.0165e-2, 1.4540e-2}}};
  for (const auto& [scheme, errors] : peer) {
    int cells = 100;
    for (const double error : errors) {
      const double own = tube_error(tubes[4], method_of(scheme), cells);
      fmt::print("tube 5, {}, {} cells: {:.3e}, {:.2f} of AthenaK's\n", scheme, cells, own, own / error);
      EXPECT_LT(own, (scheme == "ppm" && cells == 200 ? 1.1 : 1.05) * error) << scheme << " " << cells;
      cells *= 2;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Tubes, EulerToro, testing::ValuesIn(tubes));

}  // namespace
}  // namespace tarn::apps::euler
