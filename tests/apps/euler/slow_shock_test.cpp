// Strong shocks that move slowly over the grid, where a Riemann solver whose outer waves are slower than the shock lets
// mass pile up behind it. (J. J. Quirk, A contribution to the great Riemann solver debate, Int. J. Numer. Meth. Fluids
// 18 (1994) 555-574, shows what else they do.)
#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/apps/euler/exact_riemann.hpp"
#include "tarn/tests/apps/euler/flow_case.hpp"

namespace tarn::apps::euler {
namespace {

using test::deck;
using test::FlowCase;
using test::Place;

struct Reached {
  double greatest;  ///< density over that behind the shock
  double error;     ///< mean of the density's
};

/// The state behind a shock of speed 1.2 into gas at rest of density 1, seen from a frame in which it moves with 0.01.
Reached slow_shock(const std::string& method, double gamma, double pressure) {
  constexpr double speed = 1.2, frame = 1.19, end = 2;
  const double mach2 = speed * speed / (gamma * pressure);
  const double density = (gamma + 1) * mach2 / ((gamma - 1) * mach2 + 2);
  const double velocity = speed * (1 - 1 / density), behind = pressure * (1 + 2 * gamma / (gamma + 1) * (mach2 - 1));
  const auto either = [](double left, double right) {
    return fmt::format("\"x < 0.5 ? {:.17g} : {:.17g}\"\n", left, right);
  };
  FlowCase flow(deck("cells = [200]\n[grid.boundary]\nx = \"outflow\"\n",
                     method + fmt::format("gamma = {:.17g}\n", gamma) +
                         "[euler.initial]\ndensity = " + either(density, 1) +
                         "velocity_x = " + either(velocity - frame, -frame) + "pressure = " + either(behind, pressure),
                     "end = 10\ncfl = 0.4"));
  flow.advance(end);
  const ExactRiemann solution({density, velocity - frame, behind}, {1, -frame, pressure}, gamma);
  Reached reached{0, 0};
  reached.error = flow.mean_error("density", [&](const Place& lower, const Place& upper) {
    return solution.cell_average(lower[0] - 0.5, upper[0] - 0.5, end)[0];
  });
  for (const double value : flow.values("density"))
    reached.greatest = std::max(reached.greatest, value / density);
  fmt::print("{}with gamma {:.3f}, pressure {}: density {:.4f} of that behind the shock, error {:.3g}\n", method, gamma,
             pressure, reached.greatest, reached.error);
  return reached;
}

TEST(EulerSlowShock, LetsNoMassPileUp) {
  for (const std::string solver : {"hllc", "hll"}) {
    for (const std::string scheme : {"constant", "plm"}) {
      for (const double gamma : {1.4, 5. / 3, 3., 5.}) {
        for (const double pressure : {0.1, 1e-6}) {
          const auto [greatest, error] =
              slow_shock("riemann = \"" + solver + "\"\nreconstruction = \"" + scheme + "\"\n", gamma, pressure);
          EXPECT_LT(greatest, 1.02) << solver << ", " << scheme << ", " << gamma << ", " << pressure;
          EXPECT_LT(error, 0.03) << solver << ", " << scheme << ", " << gamma << ", " << pressure;
        }
      }
    }
  }
}

}  // namespace
}  // namespace tarn::apps::euler
