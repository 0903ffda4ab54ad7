// Orders in two and three dimensions, in L1 against averages over cells.
#include <cstdlib>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/apps/euler/smooth_flows.hpp"
#include "tarn/tests/apps/euler/flow_case.hpp"

namespace tarn::apps::euler {
namespace {

using test::FlowCase;
using test::order;
using test::Place;

struct Method {
  std::string reconstruction, limiter, integrator;

  std::string text() const {
    return fmt::format("reconstruction = \"{}\"\nintegrator = \"{}\"\n{}", reconstruction, integrator,
                       limiter.empty() ? "" : "limiter = \"" + limiter + "\"\n");
  }
  std::string name() const { return fmt::format("{} {} {}", reconstruction, limiter, integrator); }
};

const Method van_leer{"plm", "van_leer", "rk2"}, van_leer_rk3{"plm", "van_leer", "rk3"};
const Method central{"plm", "mc", "rk2"}, central_rk3{"plm", "mc", "rk3"};
const Method ppm_rk2{"ppm", "", "rk2"}, ppm_rk3{"ppm", "", "rk3"}, weno5{"weno5", "", "rk3"};

constexpr double gamma = 1.4;
constexpr double pi = std::numbers::pi;

/// A wave of length 1 at an angle to the axes of a periodic box: one wave along each.
template <int Dim>
SoundWave<Dim> wave_in(const std::array<double, 3>& upper) {
  SoundWave<Dim> wave{{1, {}, 1 / gamma}, gamma, {}, 1e-6};
  for (int d = 0; d < Dim; ++d)
    wave.wave_number[d] = 2 * pi / upper[d];
  return wave;
}

/// The error of the density after one period, in amplitudes. The linear solution leaves out 2.4e-6.
/// @param cells  along every axis but x, which has twice as many
template <int Dim>
double wave_error(const Method& method, int cells) {
  const std::array<double, 3> upper = Dim == 1   ? std::array{1., 1., 1.}
                                      : Dim == 2 ? std::array{std::sqrt(5.), std::sqrt(5.) / 2, 1.}
                                                 : std::array{3., 1.5, 1.5};
  const auto wave = wave_in<Dim>(upper);
  std::string grid = fmt::format("{}", Dim == 1 ? cells : 2 * cells), ends = fmt::format("{}", upper[0]), at_rest;
  for (int d = 0; d < Dim; ++d) {
    if (d > 0) grid += fmt::format(", {}", cells), ends += fmt::format(", {}", upper[d]);
    at_rest += fmt::format("velocity_{} = 0\n", "xyz"[d]);
  }
  FlowCase flow(
      fmt::format("[run]\napp = \"euler\"\n[grid]\ncells = [{}]\nupper = [{}]\n[time]\nend = 1\ncfl = 0.8\n"
                  "[euler]\n{}[euler.initial]\ndensity = 1\n{}pressure = 1\n",
                  grid, ends, method.text(), at_rest));
  const auto average = [&wave](auto&& pick, double time) {
    return [&wave, pick, time](const Place& lower, const Place& top) {
      double centre[Dim], width[Dim];
      for (int d = 0; d < Dim; ++d) {
        centre[d] = 0.5 * (lower[d] + top[d]);
        width[d] = top[d] - lower[d];
      }
      return pick(wave.cell_average(centre, width, time));
    };
  };
  using State = Conserved<double, Dim>;
  flow.set("density", average([](const State& u) { return u.density; }, 0));
  for (int d = 0; d < Dim; ++d)
    flow.set(std::string("momentum_") + "xyz"[d], average([d](const State& u) { return u.momentum[d]; }, 0));
  flow.set("energy", average([](const State& u) { return u.energy; }, 0));
  flow.simulation().restarted(0);
  const double end = wave.period();
  flow.advance(end);
  return flow.mean_error("density", average([](const State& u) { return u.density; }, end)) / wave.amplitude;
}

/// Expects an order, and prints it with both errors.
void expect_order(double least, const Method& method, const std::string& grids, double coarse, double fine) {
  fmt::print("{}: {:.3g}, {:.3g}, order {:.2f} with {}\n", grids, coarse, fine, order(coarse, fine), method.name());
  EXPECT_GT(order(coarse, fine), least) << method.name();
}

template <int Dim>
void expect_wave_order(double least, const Method& method, int cells) {
  expect_order(least, method, fmt::format("sound wave in {}D, {} and {} cells", Dim, cells, 2 * cells),
               wave_error<Dim>(method, cells), wave_error<Dim>(method, 2 * cells));
}

/// A limiter that flattens extrema leaves an error that falls as fast from some hundred cells a wave on only.
TEST(SoundWaveAlongAnAxis, HasSecondOrder) {
  for (const Method& method : {van_leer, central, van_leer_rk3, central_rk3})
    expect_wave_order<1>(1.9, method, 256);
  expect_wave_order<1>(1.9, ppm_rk2, 32);
  expect_wave_order<1>(2.9, ppm_rk3, 32);
}

TEST(SoundWaveAtAnAngle, HasSecondOrderInTwoDimensions) {
  for (const Method& method : {van_leer, central, van_leer_rk3, central_rk3})
    expect_wave_order<2>(1.9, method, 72);
  for (const Method& method : {ppm_rk2, ppm_rk3})
    expect_wave_order<2>(1.9, method, 32);
}

TEST(SoundWaveAtAnAngle, HasThirdOrderWithWeno5) {
  expect_wave_order<2>(2.9, weno5, 16);
  expect_wave_order<3>(2.9, weno5, 16);
}

TEST(SoundWaveAtAnAngle, HasSecondOrderInThreeDimensions) {
  expect_wave_order<3>(1.9, ppm_rk3, 16);
  if (std::getenv("TARN_LONG_TESTS") == nullptr) return;
  expect_wave_order<3>(1.9, ppm_rk2, 32);
  for (const Method& method : {van_leer, central_rk3})
    expect_wave_order<3>(1.9, method, 64);
}

/// The vortex, carried a tenth of the way through its box.
double vortex_error(const Method& method, int cells) {
  const IsentropicVortex vortex;
  FlowCase flow(
      fmt::format("[run]\napp = \"euler\"\n[grid]\ncells = [{0}, {0}]\nlower = [-10, -10]\nupper = [10, "
                  "10]\n[time]\nend = 2\ncfl = "
                  "0.8\n[euler]\n{1}[euler.initial]\ndensity = 1\nvelocity_x = 0\nvelocity_y = 0\npressure = 1\n",
                  cells, method.text()));
  using State = Conserved<double, 2>;
  const auto average = [&](auto&& pick, double shift) {
    return [&vortex, pick, shift](const Place& lower, const Place& upper) {
      return pick(vortex.cell_average({lower[0] - shift, lower[1] - shift}, {upper[0] - shift, upper[1] - shift}));
    };
  };
  const auto density = [](const State& u) { return u.density; };
  flow.set("density", average(density, 0));
  flow.set("momentum_x", average([](const State& u) { return u.momentum[0]; }, 0));
  flow.set("momentum_y", average([](const State& u) { return u.momentum[1]; }, 0));
  flow.set("energy", average([](const State& u) { return u.energy; }, 0));
  flow.simulation().restarted(0);
  flow.advance(2);
  return flow.mean_error("density", average(density, 2));
}

TEST(Vortex, HasSecondOrder) {
  double plm = 0, weno = 0;
  for (const Method& method : {van_leer, central_rk3, ppm_rk3, weno5}) {
    const double coarse = vortex_error(method, 80), fine = vortex_error(method, 160);
    expect_order(1.9, method, "vortex, 80^2 and 160^2", coarse, fine);
    if (method.limiter == "van_leer") plm = fine;
    if (method.reconstruction == "weno5") weno = fine;
  }
  EXPECT_LT(weno, 0.25 * plm);
}

}  // namespace
}  // namespace tarn::apps::euler
