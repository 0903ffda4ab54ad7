// A diffusivity for each axis: order, exact decay, the step limit, and the bits of one diffusivity for all axes.
#include <cmath>
#include <numbers>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/io/deck/problems.hpp"
#include "tarn/tests/apps/heat/known_solution.hpp"
#include "tarn/tests/apps/support/stepped_case.hpp"

namespace tarn::apps::heat::test {
namespace {

using apps::test::SteppedCase;

constexpr const char* integrators[] = {"euler", "rkl2", "backward_euler", "crank_nicolson"};

bool is_implicit(const std::string& integrator) {
  return integrator == "backward_euler" || integrator == "crank_nicolson";
}

using Choice = std::tuple<int, Kinds, Problem, const char*>;

std::string name_of(const testing::TestParamInfo<Choice>& info) {
  const auto& [dimensions, kinds, problem, integrator] = info.param;
  constexpr std::array<const char*, 3> problem_names{"Decay", "Forced", "Variable"};
  return fmt::format("{}{}_{}In{}D", problem_names[static_cast<std::size_t>(problem)],
                     kinds == Kinds::periodic ? "Periodic" : "Mixed", integrator, dimensions);
}

class HeatAnisotropicOrder : public testing::TestWithParam<Choice> {};

// The axes' diffusivities differ by a factor of 15. Euler's steps go with the square of the spacing, Crank and
// Nicolson's with the spacing, so that the errors in time fall as fast as those in space.
TEST_P(HeatAnisotropicOrder, InSpaceIsTwo) {
  KnownSolution solution;
  std::string integrator;
  std::tie(solution.dimensions, solution.kinds, solution.problem, integrator) = GetParam();
  solution.anisotropic = true;
  const bool implicit = is_implicit(integrator);
  solution.rkl2 = integrator == "rkl2";
  if (solution.rkl2) solution.stages = 3;
  if (solution.rkl2) solution.cfl = 0.4;
  if (implicit) solution.scheme = integrator;
  const double end = 0.02;
  const std::vector<double> ladder =
      solution.dimensions == 2 ? std::vector<double>{16, 24, 32} : std::vector<double>{10, 15};
  solution.dt = end;
  const double longest = SteppedCase(solution.deck(static_cast<int>(ladder[0]))).simulation().largest_step();
  const double coarse_steps = implicit ? 32 : 4 * std::ceil(end / longest / 4);  // so that 9/4 of it are whole too
  const auto steps = [&](double cells) {
    const double finer = cells / ladder[0];
    return static_cast<int>(std::lround(coarse_steps * (integrator == "crank_nicolson" ? finer : finer * finer)));
  };

  const auto rungs = apps::test::climb({.sizes = ladder,
                                        .deck =
                                            [&](int cells) {
                                              solution.dt = end / steps(cells);
                                              return solution.deck(cells);
                                            },
                                        .end = end,
                                        .steps = steps});

  const double order = order_of(rungs, "temperature", &ErrorNorms::l2);
  const auto errors = errors_on(rungs, "temperature", &ErrorNorms::l2);
  RecordProperty("order", fmt::format("{:.3f}", order));
  EXPECT_GE(order, 1.9) << "errors " << testing::PrintToString(errors);
  EXPECT_LE(order, 2.3) << "errors " << testing::PrintToString(errors);
}

INSTANTIATE_TEST_SUITE_P(Heat, HeatAnisotropicOrder,
                         testing::Combine(testing::Values(2, 3), testing::Values(Kinds::periodic, Kinds::mixed),
                                          testing::Values(Problem::decay, Problem::forced, Problem::variable),
                                          testing::ValuesIn(integrators)),
                         name_of);

std::string method(const std::string& integrator) {
  if (!is_implicit(integrator)) return "integrator = \"" + integrator + "\"\n";
  return "integrator = \"implicit\"\ntolerance = 1e-12\nscheme = \"" + integrator + "\"\n";
}

class HeatAnisotropic : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Heat, HeatAnisotropic, testing::ValuesIn(integrators));

// u = exp(-(kx a^2 + ky b^2) t) sin(a x) sin(b y); along x alone it would be gone a hundred times as soon.
TEST_P(HeatAnisotropic, DecaysAModeAtTheRateOfBothAxes) {
  const double kx = 1, ky = 0.01, a = 2 * std::numbers::pi, b = 10 * std::numbers::pi, end = 0.03;
  constexpr int cells = 96;
  const std::string time = is_implicit(GetParam()) ? "dt = 5e-5" : "cfl = 0.5";
  SteppedCase run(
      fmt::format("[run]\napp = \"heat\"\n[grid]\ncells = [{0}, {0}]\n[time]\nend = {1}\n{2}\n[heat]\ndiffusivity = "
                  "[{3}, \"{4}\"]\n"
                  "initial = \"sin(2 * pi * x) * sin(10 * pi * y)\"\n{5}",
                  cells, end, time, kx, ky, method(GetParam())));
  const double energy = run.history("energy");

  run.advance(end);

  const double found = -std::log(run.history("energy") / energy) / 2 / end, exact = kx * a * a + ky * b * b;
  RecordProperty("rate", fmt::format("{:.4f} of {:.4f}", found, exact));
  EXPECT_NEAR(found, exact, 5e-3 * exact);
}

/// Noise between faces of each kind.
std::string noise_deck(int dimensions, const std::string& diffusivity, const std::string& integrator,
                       const std::string& time = "") {
  const std::string cells = dimensions == 1 ? "40" : dimensions == 2 ? "13, 11" : "7, 9, 8";
  const std::string boundary = dimensions == 1   ? ""
                               : dimensions == 2 ? "y = [\"neumann\", \"dirichlet\"]\n"
                                                 : "y = \"neumann\"\nz = \"periodic\"\n";
  return fmt::format(
      "[run]\napp = \"heat\"\n[grid]\ncells = [{}]\n[grid.boundary]\nx = [\"dirichlet\", \"neumann\"]\n{}[time]\nend = "
      "1\n{}\n[heat]\ndiffusivity = {}\ninitial = \"random\"\n{}[heat.boundary_value]\nx_lower = 2\n{}",
      cells, boundary, !time.empty() || !is_implicit(integrator) ? time : "dt = 0.01", diffusivity, method(integrator),
      dimensions == 2 ? "y_upper = \"x\"\n" : "");
}

std::string list_of(int dimensions, const std::string& entry) {
  std::string list = entry;
  for (int axis = 1; axis < dimensions; ++axis)
    list += ", " + entry;
  return "[" + list + "]";
}

// The largest of "1 + x" is on a face of the domain across x, and counts along all axes in either form.
TEST_P(HeatAnisotropic, HasTheBitsOfOneDiffusivityWhereAllEntriesAreEqual) {
  for (const int dimensions : {1, 2, 3}) {
    for (const std::string kappa : {"0.7", "\"0.1 + 0.6\"", "\"1 + x\"", "\"x < 0.5 ? 0.1 : 2 + x\""}) {
      SCOPED_TRACE(fmt::format("{} in {}D", kappa, dimensions));
      SteppedCase one(noise_deck(dimensions, kappa, GetParam()));
      SteppedCase list(noise_deck(dimensions, list_of(dimensions, kappa), GetParam()));
      ASSERT_EQ(one.simulation().largest_step(), list.simulation().largest_step());
      EXPECT_EQ(one.model().forecast.step, list.model().forecast.step);
      EXPECT_EQ(one.model().forecast.bytes_per_cell, list.model().forecast.bytes_per_cell);

      one.advance(20 * one.simulation().largest_step(), 20);
      list.advance(20 * one.simulation().largest_step(), 20);

      EXPECT_EQ(one.values(), list.values());
    }
  }
}

// Equal numbers in other words, so that each axis is worked on by itself.
TEST_P(HeatAnisotropic, HasTheBitsOfOneDiffusivityWhereAllEntriesHaveEqualValues) {
  const std::string time = std::string(GetParam()) == "euler" ? "dt = 1e-4" : "dt = 1e-3";
  SteppedCase one(noise_deck(2, "\"2 + x * y\"", GetParam(), time));
  SteppedCase list(noise_deck(2, "[\"2 + x * y\", \"x * y + 2\"]", GetParam(), time));
  SteppedCase constant(noise_deck(2, "3", GetParam(), time)),
      constants(noise_deck(2, "[3, \"1 + 2\"]", GetParam(), time));

  for (auto* run : {&one, &list, &constant, &constants})
    run->advance(0.02, std::string(GetParam()) == "euler" ? 200 : 20);

  EXPECT_EQ(one.values(), list.values());
  EXPECT_EQ(constant.values(), constants.values());
}

// A row of cells is then a rod of its own.
TEST_P(HeatAnisotropic, MovesNoHeatAlongAnAxisWithoutDiffusivity) {
  for (const std::string kappa : {"[0, 1]", "[\"0 * x\", \"1 + 0 * y\"]"}) {
    SteppedCase plate(
        fmt::format("[run]\napp = \"heat\"\n[grid]\ncells = [6, 32]\n[time]\nend = 1\n{}\n[heat]\ndiffusivity = {}\n"
                    "initial = \"floor(6 * x) * sin(2 * pi * y)\"\n{}",
                    is_implicit(GetParam()) ? "dt = 0.001" : "", kappa, method(GetParam())));

    plate.advance(0.01);

    const auto u = plate.values();
    const double once = u[6 * 8 + 1];
    EXPECT_GT(once, 0.5);
    for (std::size_t i = 0; i < 6; ++i)
      EXPECT_NEAR(u[6 * 8 + i], static_cast<double>(i) * once, 1e-10) << i;
  }
}

std::string checkerboard(const std::string& integrator, const std::string& time, const std::string& diffusivity) {
  return fmt::format(
      "[run]\napp = \"heat\"\n[grid]\ncells = [8, 4, 8]\nupper = [8, 2, 16]\n[time]\nend = 1000\n{}\n[heat]\n"
      "diffusivity = {}\ninitial = \"mod(floor(x) + floor(2 * y) + floor(z / 2), 2) == 0 ? 1 : -1\"\nintegrator = "
      "\"{}\"\n",
      time, diffusivity, integrator);
}

TEST(HeatAnisotropicLimit, IsTheSumOverTheAxes) {
  SteppedCase run(checkerboard("euler", "cfl = 1", "[1, 0.25, 8]"));
  EXPECT_EQ(run.simulation().largest_step(), 1 / (2.0 * (1 / 1.0 + 0.25 / 0.25 + 8 / 4.0)));
  EXPECT_EQ(run.model().forecast.limit, run.simulation().largest_step());
}

TEST(HeatAnisotropicLimit, IsWhereTheFastestModeBeginsToGrow) {
  for (const char* diffusivity : {"[1, 0.25, 8]", "[\"1 + 0 * x\", 0.25, \"8 + 0 * z\"]"}) {
    SteppedCase stable(checkerboard("euler", "cfl = 1", diffusivity));
    SteppedCase unstable(checkerboard("euler", "cfl = 1", diffusivity));
    const double limit = stable.simulation().largest_step();

    for (int n = 0; n < 500; ++n) {
      stable.simulation().step(0, limit);
      unstable.simulation().step(0, 1.01 * limit);
    }

    EXPECT_LE(stable.history("maximum"), 1 + 1e-10);
    EXPECT_GT(unstable.history("maximum"), 1e3);
  }
}

// Neither is used on the faces that it would be infinite on.
TEST(HeatAnisotropicLimit, AsksForNoDiffusivityOnFacesAlongItsAxis) {
  const auto deck = [](const char* diffusivity) {
    return fmt::format(
        "[run]\napp = \"heat\"\n[grid]\ncells = [8, 8]\n[grid.boundary]\nx = \"neumann\"\ny = \"neumann\"\n[time]\nend "
        "= "
        "1\n[heat]\ndiffusivity = {}\ninitial = \"random\"\n",
        diffusivity);
  };

  SteppedCase run(deck("[\"1 / y\", \"1 / x\"]"));
  run.advance(10 * run.simulation().largest_step());

  EXPECT_LT(run.history("maximum") - run.history("minimum"), 0.9);
  EXPECT_THROW(SteppedCase(deck("[\"1 / x\", \"1 / y\"]")), io::DeckError);
}

}  // namespace
}  // namespace tarn::apps::heat::test
