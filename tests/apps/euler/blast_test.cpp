// The blast wave of Sedov in 3D as a flow: where its shock is, and its symmetries.
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/apps/euler/sedov.hpp"
#include "tarn/tests/apps/euler/flow_case.hpp"

namespace tarn::apps::euler {
namespace {

using test::deck;
using test::FlowCase;

/// A blast about 0 in a cube of n^3 cells; n is a power of 2, so that places of cells are exact.
FlowCase blast_in_a_cube(const std::string& scheme, std::size_t n) {
  return FlowCase(deck(fmt::format("cells = [{0}, {0}, {0}]\nlower = [-1, -1, -1]\nupper = [1, 1, 1]\n"
                                   "[grid.boundary]\nx = \"outflow\"\ny = \"outflow\"\nz = \"outflow\"\n",
                                   n),
                       fmt::format("{}[euler.initial]\ndensity = 1\nvelocity_x = 0\nvelocity_y = 0\nvelocity_z = 0\n"
                                   "pressure = \"x^2 + y^2 + z^2 < 0.04 ? 12 : 1e-5\"\n",
                                   scheme)));
}

/// Values in n^3 cells: in each the one of the cell that from(cell) names.
template <class From>
std::vector<double> moved(const std::vector<double>& values, std::size_t n, const From& from) {
  std::vector<double> to(values.size());
  for (std::size_t m = 0; m < values.size(); ++m) {
    const std::array<std::size_t, 3> cell = from(std::array{m % n, m / n % n, m / n / n});
    to[m] = values[cell[0] + n * (cell[1] + n * cell[2])];
  }
  return to;
}

std::vector<double> mirrored(const std::vector<double>& values, std::size_t n, std::size_t axis, double factor) {
  auto to = moved(values, n, [&](std::array<std::size_t, 3> cell) {
    cell[axis] = n - 1 - cell[axis];
    return cell;
  });
  for (double& value : to)
    value *= factor;
  return to;
}

std::vector<double> exchanged(const std::vector<double>& values, std::size_t n, std::size_t a, std::size_t b) {
  return moved(values, n, [&](std::array<std::size_t, 3> cell) {
    std::swap(cell[a], cell[b]);
    return cell;
  });
}

double greatest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double most = 0;
  for (std::size_t m = 0; m < a.size(); ++m)
    most = std::max(most, std::abs(a[m] - b[m]));
  return most;
}

/// A flow's state.
struct Cube {
  std::size_t n;
  std::vector<double> density, energy;
  std::array<std::vector<double>, 3> momentum;

  Cube(const FlowCase& flow, std::size_t cells)
      : n(cells),
        density(flow.values("density")),
        energy(flow.values("energy")),
        momentum{flow.values("momentum_x"), flow.values("momentum_y"), flow.values("momentum_z")} {}

  /// How far it is from itself when two axes are exchanged.
  double asymmetry(std::size_t a, std::size_t b) const {
    double worst = std::max(greatest_difference(exchanged(density, n, a, b), density),
                            greatest_difference(exchanged(energy, n, a, b), energy));
    for (std::size_t of = 0; of < 3; ++of) {
      const std::size_t with = of == a ? b : of == b ? a : of;
      worst = std::max(worst, greatest_difference(exchanged(momentum[of], n, a, b), momentum[with]));
    }
    return worst;
  }
};

/// To the bit where state.hpp promises it: not where z is exchanged, since sums of three numbers round otherwise then.
TEST(Blast, IsSymmetricInThreeDimensions) {
  constexpr std::size_t n = 32;
  for (const char* scheme :
       {"", "reconstruction = \"ppm\"\nintegrator = \"rk3\"\n", "reconstruction = \"weno5\"\nintegrator = \"rk3\"\n"}) {
    SCOPED_TRACE(scheme);
    FlowCase flow = blast_in_a_cube(scheme, n);

    flow.advance(0.3);

    const Cube cube(flow, n);
    EXPECT_GT(flow.history("density_maximum"), 2);
    EXPECT_NE(cube.momentum[0], cube.momentum[1]);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      EXPECT_EQ(mirrored(cube.density, n, axis, 1), cube.density) << axis;
      EXPECT_EQ(mirrored(cube.energy, n, axis, 1), cube.energy) << axis;
      for (std::size_t of = 0; of < 3; ++of)
        EXPECT_EQ(mirrored(cube.momentum[of], n, axis, of == axis ? -1 : 1), cube.momentum[of]) << axis << of;
    }
    EXPECT_EQ(cube.asymmetry(0, 1), 0);
    EXPECT_LT(cube.asymmetry(0, 2), 1e-13);
    EXPECT_LT(cube.asymmetry(1, 2), 1e-13);
    fmt::print("{} steps; with x and z exchanged fields differ by up to {:.1e}, with y and z by {:.1e}\n", flow.steps(),
               cube.asymmetry(0, 2), cube.asymmetry(1, 2));
  }
}

using Way = std::array<std::size_t, 3>;

/// Along a line of cells from the lower corner.
struct Peak {
  double distance, density;
};
Peak densest(const std::vector<double>& density, std::size_t n, const Way& way) {
  const double length = std::sqrt(static_cast<double>(way[0] + way[1] + way[2])), dx = 1.0 / static_cast<double>(n);
  Peak peak{0, 0};
  for (std::size_t i = 0; i < n; ++i) {
    const double found = density[i * (way[0] + n * (way[1] + n * way[2]))];
    if (found > peak.density) peak = {(static_cast<double>(i) + 0.5) * dx * length, found};
  }
  return peak;
}

/// One eighth of it, between walls that reflect. By the similarity solution (L. I. Sedov, Similarity and Dimensional
/// Methods in Mechanics, Academic Press 1959; see sedov.hpp) the pressure is nowhere below 0.3 of that just behind the
/// shock: cells above a quarter of it are those that the shock has passed.
TEST(Blast, ShockIsWhereTheSimilaritySolutionHasItInThreeDimensions) {
  constexpr std::size_t n = 32;
  constexpr double dx = 1.0 / n;
  FlowCase flow(
      deck("cells = [32, 32, 32]\n[grid.boundary]\nx = [\"reflect\", \"outflow\"]\n"
           "y = [\"reflect\", \"outflow\"]\nz = [\"reflect\", \"outflow\"]\n",
           "[euler.initial]\ndensity = 1\nvelocity_x = 0\nvelocity_y = 0\nvelocity_z = 0\n"
           "pressure = \"x^2 + y^2 + z^2 < 0.01 ? 95 : 1e-5\"\n"));
  const Sedov blast(3, 8 * (flow.history("energy") - 1e-5 / 0.4), 1, 1.4);
  for (const double time : {0.2, 0.4}) {
    flow.advance(time);

    const double radius = blast.shock_radius(time), behind = blast.at(radius * (1 - 1e-9), time).pressure;
    double passed = 0;
    for (const double pressure : flow.values("pressure"))
      passed += pressure > 0.25 * behind ? dx * dx * dx : 0;
    const double mean = std::cbrt(6 * passed / std::numbers::pi);
    fmt::print("shock at {:.4f} in the mean, by the similarity solution at {:.4f}, cells of {:.4f}\n", mean, radius,
               dx);
    EXPECT_NEAR(mean, radius, dx);
    const auto density = flow.values("density");
    for (const Way& way : {Way{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 1, 0}, {0, 1, 1}, {1, 0, 1}, {1, 1, 1}}) {
      const Peak peak = densest(density, n, way);
      fmt::print("  along ({}, {}, {}): densest at {:.4f}, {:.2f}\n", way[0], way[1], way[2], peak.distance,
                 peak.density);
      EXPECT_NEAR(peak.distance, radius, 1.5 * dx);
      EXPECT_GT(peak.density, 2);
      EXPECT_LT(peak.density, 6);
    }
  }
}

}  // namespace
}  // namespace tarn::apps::euler
