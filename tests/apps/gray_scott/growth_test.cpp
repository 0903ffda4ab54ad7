// Small waves on the uniform state grow as the linearised discrete equations say.
#include <array>
#include <complex>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/tests/apps/support/stepped_case.hpp"

namespace tarn::apps::gray_scott {
namespace {

using apps::test::SteppedCase;

constexpr double du = 0.16, dv = 0.08, feed = 0.06, kill = 0.062, pi = 3.14159265358979323846;
constexpr double step = 0.5;

/// The uniform state with more v, where u v = feed + kill and u v^2 = feed (1 - u); waves of some lengths grow on it.
struct UniformState {
  double u = (1 - std::sqrt(1 - 4 * (feed + kill) * (feed + kill) / feed)) / 2;
  double v = feed * (1 - u) / (feed + kill);
};

/// A wave of the grid of spacing 1, cos(2 pi (n . x) / cells): what the discrete laplacian makes of it, and how fast
/// the faster of its two shapes grows.
struct Mode {
  double laplacian = 0;       ///< its eigenvalue, <= 0
  double growth = 0;          ///< [1/time], the real part
  double of_u = 0, of_v = 0;  ///< amplitudes of the shape that grows so
  bool oscillates = false;

  Mode(const std::vector<int>& waves, const std::vector<int>& cells) {
    for (std::size_t axis = 0; axis < cells.size(); ++axis) {
      const double sine = std::sin(pi * waves[axis] / cells[axis]);
      laplacian -= 4 * sine * sine;
    }
    const UniformState at;
    const double uu = -at.v * at.v - feed + du * laplacian, uv = -2 * at.u * at.v;
    const double vu = at.v * at.v, vv = 2 * at.u * at.v - feed - kill + dv * laplacian;
    const std::complex<double> root = std::sqrt(std::complex<double>((uu - vv) * (uu - vv) / 4 + uv * vu));
    growth = (uu + vv) / 2 + root.real();
    oscillates = root.imag() != 0;
    of_u = -uv;
    of_v = uu - growth;
  }
};

/// What one step multiplies a mode by: exp(z) as far as the method has it, z the growth in a step.
double factor(const std::string& integrator, double z) {
  if (integrator == "euler") return 1 + z;
  if (integrator == "rk2") return 1 + z + z * z / 2;
  return 1 + z + z * z / 2 + z * z * z / 6 + z * z * z * z / 24;
}

std::string deck(const std::vector<int>& cells, const std::string& integrator, const std::string& of_u,
                 const std::string& of_v) {
  const UniformState at;
  std::string counts, upper;
  for (const int n : cells) {
    counts += fmt::format("{}, ", n);
    upper += fmt::format("{}.0, ", n);
  }
  return fmt::format(
      "[run]\napp = \"gray_scott\"\n[grid]\ncells = [{}]\nupper = [{}]\n[time]\nend = 1000\ndt = {}\n[gray_scott]\n"
      "du = {}\ndv = {}\nfeed = {}\nkill = {}\nintegrator = \"{}\"\n[gray_scott.initial]\nu = \"{:.17g} + {}\"\n"
      "v = \"{:.17g} + {}\"\n",
      counts, upper, step, du, dv, feed, kill, integrator, at.u, of_u, at.v, of_v);
}

/// The part of u that goes like cos(phase), phase a wave of the grid.
double amplitude(const SteppedCase& run, const std::vector<int>& waves, const std::vector<int>& cells) {
  const auto u = run.values();
  double sum = 0;
  for (std::size_t n = 0; n < u.size(); ++n) {
    double phase = 0;
    std::size_t rest = n;
    for (std::size_t axis = 0; axis < cells.size(); ++axis) {
      const auto count = static_cast<std::size_t>(cells[axis]);
      phase += 2 * pi * waves[axis] * (static_cast<double>(rest % count) + 0.5) / cells[axis];
      rest /= count;
    }
    sum += (u[n] - UniformState().u) * std::cos(phase);
  }
  return 2 * sum / static_cast<double>(u.size());
}

/// The mode that grows fastest, its waves along each axis.
std::vector<int> fastest_mode(const std::vector<int>& cells) {
  std::vector<int> best(cells.size()), waves(cells.size());
  const auto depth = cells.size();
  for (waves[0] = 0; waves[0] <= cells[0] / 2; ++waves[0]) {
    for (int y = 0; y <= (depth > 1 ? cells[1] / 2 : 0); ++y) {
      for (int z = 0; z <= (depth > 2 ? cells[2] / 2 : 0); ++z) {
        if (depth > 1) waves[1] = y;
        if (depth > 2) waves[2] = z;
        if (Mode(waves, cells).growth > Mode(best, cells).growth) best = waves;
      }
    }
  }
  return best;
}

using Choice = std::tuple<std::vector<int>, std::string>;

class Growth : public testing::TestWithParam<Choice> {};

TEST_P(Growth, OfTheFastestModeIsThatOfTheDispersionRelation) {
  const auto& [cells, integrator] = GetParam();
  const std::vector<int> waves = fastest_mode(cells);
  const Mode mode(waves, cells);
  ASSERT_GT(mode.growth, 1e-3);
  ASSERT_FALSE(mode.oscillates);
  constexpr double small = 1e-7;
  constexpr int steps = 800;
  std::string phase;
  for (std::size_t axis = 0; axis < cells.size(); ++axis)
    phase += fmt::format("{}2 * pi * {} * {} / {}", axis == 0 ? "" : " + ", waves[axis], "xyz"[axis], cells[axis]);
  SteppedCase run(deck(cells, integrator, fmt::format("{:.17g} * cos({})", small * mode.of_u, phase),
                       fmt::format("{:.17g} * cos({})", small * mode.of_v, phase)));
  ASSERT_NEAR(amplitude(run, waves, cells) / (small * mode.of_u), 1, 1e-6);

  run.advance(steps * step, steps);

  const double expected = std::pow(factor(integrator, mode.growth * step), steps);
  EXPECT_GT(expected, 1.5);
  EXPECT_NEAR(amplitude(run, waves, cells) / (small * mode.of_u), expected, 1e-5 * expected);
}

INSTANTIATE_TEST_SUITE_P(GrayScott, Growth,
                         testing::Combine(testing::Values(std::vector<int>{64}, std::vector<int>{24, 20},
                                                          std::vector<int>{20, 18, 16}),
                                          testing::Values("euler", "rk2", "rk4")),
                         [](const auto& given) {
                           return fmt::format("In{}DWith{}", std::get<0>(given.param).size(), std::get<1>(given.param));
                         });

TEST(GrowthOutOfNoise, BringsTheFastestModeFirst) {
  const std::vector<int> cells{64}, fastest = fastest_mode(cells);
  SteppedCase run(deck(cells, "euler", "1e-9 * random", "1e-9 * random"));

  run.advance(6000, 12000);

  // In 1D a wave of any phase: the power of both the cosine and the sine of each.
  const auto u = run.values();
  std::size_t strongest = 0;
  double most = 0;
  for (std::size_t n = 1; n <= u.size() / 2; ++n) {
    std::complex<double> sum = 0;
    for (std::size_t i = 0; i < u.size(); ++i)
      sum += (u[i] - UniformState().u) *
             std::polar(1.0, 2 * pi * static_cast<double>(n * i) / static_cast<double>(u.size()));
    if (std::abs(sum) > most) strongest = n;
    most = std::max(most, std::abs(sum));
  }
  EXPECT_EQ(strongest, static_cast<std::size_t>(fastest[0]));
  EXPECT_LT(most, 1e-2) << "no longer small";
  EXPECT_GT(most, 1e-6) << "nothing grew";
}

}  // namespace
}  // namespace tarn::apps::gray_scott
