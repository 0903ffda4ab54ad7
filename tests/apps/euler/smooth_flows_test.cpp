#include "tarn/apps/euler/smooth_flows.hpp"

#include <gtest/gtest.h>

namespace tarn::apps::euler {
namespace {

TEST(SoundWave, HasItsAverageOverACell) {
  const SoundWave<2> wave{{1, {0.5, -0.25}, 0.6}, 1.4, {2, 3}, 1e-5};
  const double centre[] = {0.3, 0.7}, width[] = {0.4, 0.2}, time = 0.9;
  const auto gas = Gas<double>::of(wave.gamma);
  const auto average = [&](const auto& of) {
    return integral(
               [&](double x) {
                 return integral([&](double y) { return of(conserved_of(gas, wave.at({x, y}, time))); }, 0.6, 0.8);
               },
               0.1, 0.5) /
           (0.4 * 0.2);
  };

  const auto u = wave.cell_average(centre, width, time);

  EXPECT_NEAR(u.density, average([](const auto& c) { return c.density; }), 1e-15);
  EXPECT_NEAR(u.momentum[0], average([](const auto& c) { return c.momentum[0]; }), 1e-9);  // amplitude^2
  EXPECT_NEAR(u.momentum[1], average([](const auto& c) { return c.momentum[1]; }), 1e-9);
  EXPECT_NEAR(u.energy, average([](const auto& c) { return c.energy; }), 1e-9);
}

/// The linear equations, by differences in time and space: what is left is of the order of amplitude^2.
TEST(SoundWave, SolvesTheEquationsToFirstOrderInItsAmplitude) {
  const SoundWave<3> wave{{2, {0.5, -0.25, 1}, 0.6}, 1.4, {2, 3, -1}, 1e-6};
  const auto gas = Gas<double>::of(wave.gamma);
  const double h = 1e-4;
  const double at[] = {0.1, 0.2, 0.3}, x0[] = {0.1 - h, 0.2, 0.3}, x1[] = {0.1 + h, 0.2, 0.3};
  const double y0[] = {0.1, 0.2 - h, 0.3}, y1[] = {0.1, 0.2 + h, 0.3};
  const double z0[] = {0.1, 0.2, 0.3 - h}, z1[] = {0.1, 0.2, 0.3 + h};

  const auto before = conserved_of(gas, wave.at(at, 1 - h)), after = conserved_of(gas, wave.at(at, 1 + h));
  const auto fx0 = flux_of<0>(gas, wave.at(x0, 1)), fx1 = flux_of<0>(gas, wave.at(x1, 1));
  const auto fy0 = flux_of<1>(gas, wave.at(y0, 1)), fy1 = flux_of<1>(gas, wave.at(y1, 1));
  const auto fz0 = flux_of<2>(gas, wave.at(z0, 1)), fz1 = flux_of<2>(gas, wave.at(z1, 1));
  const auto left = [&](const auto& of) {
    return (of(after) - of(before) + of(fx1) - of(fx0) + of(fy1) - of(fy0) + of(fz1) - of(fz0)) / (2 * h);
  };

  EXPECT_NEAR(left([](const auto& u) { return u.density; }), 0, 1e-10);
  for (int d = 0; d < 3; ++d)
    EXPECT_NEAR(left([d](const auto& u) { return u.momentum[d]; }), 0, 1e-10);
  EXPECT_NEAR(left([](const auto& u) { return u.energy; }), 0, 1e-10);
}

TEST(IsentropicVortex, StandsStillInTheGasThatCarriesIt) {
  const IsentropicVortex vortex{1.4, 5, {0, 0}};
  const auto gas = Gas<double>::of(1.4);
  const double h = 1e-4, x = 0.7, y = -0.4;

  const auto fx0 = flux_of<0>(gas, vortex.at(x - h, y)), fx1 = flux_of<0>(gas, vortex.at(x + h, y));
  const auto fy0 = flux_of<1>(gas, vortex.at(x, y - h)), fy1 = flux_of<1>(gas, vortex.at(x, y + h));

  EXPECT_NEAR((fx1.density - fx0.density + fy1.density - fy0.density) / (2 * h), 0, 1e-7);
  for (int d = 0; d < 2; ++d)
    EXPECT_NEAR((fx1.momentum[d] - fx0.momentum[d] + fy1.momentum[d] - fy0.momentum[d]) / (2 * h), 0, 1e-7);
  EXPECT_NEAR((fx1.energy - fx0.energy + fy1.energy - fy0.energy) / (2 * h), 0, 1e-7);
  EXPECT_NEAR(std::pow(vortex.at(x, y).density, 1.4), vortex.at(x, y).pressure, 1e-14);
}

/// An average over a cell is the mean of those over its quarters.
TEST(IsentropicVortex, HasItsAverageOverACell) {
  const IsentropicVortex vortex;

  const auto whole = vortex.cell_average({0.5, -0.3}, {0.6, -0.2});
  const auto a = vortex.cell_average({0.5, -0.3}, {0.55, -0.25}), b = vortex.cell_average({0.55, -0.3}, {0.6, -0.25});
  const auto c = vortex.cell_average({0.5, -0.25}, {0.55, -0.2}), d = vortex.cell_average({0.55, -0.25}, {0.6, -0.2});

  EXPECT_NEAR(whole.density, (a.density + b.density + c.density + d.density) / 4, 1e-13);
  EXPECT_NEAR(whole.energy, (a.energy + b.energy + c.energy + d.energy) / 4, 1e-12);
  EXPECT_NEAR(whole.density, vortex.at(0.55, -0.25).density, 1e-3);  // second order in the cell's width
  EXPECT_NE(whole.density, vortex.at(0.55, -0.25).density);
}

}  // namespace
}  // namespace tarn::apps::euler
