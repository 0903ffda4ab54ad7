// Orders of convergence in space and in time.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/tests/apps/support/stepped_case.hpp"

namespace tarn::apps::gray_scott {
namespace {

using apps::test::largest_difference;
using apps::test::SteppedCase;

/// Without feed and kill, and with one diffusivity D, u + v stays 1 and v obeys dv/dt = D laplacian(v) + v^2 (1 - v).
/// A wave that runs into u = 1 solves it: v = 1 / (1 + exp((x - c t) / w)) with w = sqrt(2 D), c = sqrt(D / 2), as
/// v' = -v (1 - v) / w and v'' = v (1 - v) (1 - 2 v) / w^2 show (J. D. Murray, Mathematical Biology I, 2002, 13.4).
struct Wave {
  int dimensions, axis;
  std::string integrator;

  std::string exact_u() const { return fmt::format("1 / (1 + exp(-({} - 3 - 0.1 * t) / 0.2))", "xyz"[axis]); }

  static double length(int axis_of_domain, bool of_wave) { return of_wave ? 8 : 2 + axis_of_domain; }
  double volume() const {
    double product = 1;
    for (int n = 0; n < dimensions; ++n)
      product *= length(n, n == axis);
    return product;
  }

  std::string deck(int cells) const {
    std::string counts, upper;
    for (int n = 0; n < dimensions; ++n) {
      counts += fmt::format("{}, ", n == axis ? cells : 3 + n);
      upper += fmt::format("{}, ", length(n, n == axis));
    }
    const std::string start = fmt::format("exp(-({} - 3) / 0.2)", "xyz"[axis]);
    return fmt::format(
        "[run]\napp = \"gray_scott\"\n[grid]\ncells = [{}]\nupper = [{}]\n[grid.boundary]\n{} = \"held\"\n"
        "[time]\nend = 2\n[gray_scott]\ndu = 0.02\ndv = 0.02\nfeed = 0\nkill = 0\nintegrator = \"{}\"\n"
        "[gray_scott.initial]\nu = \"1 / (1 + {})\"\nv = \"{} / (1 + {})\"\n"
        "[exact]\nsource = \"J. D. Murray, Mathematical Biology I, 2002, 13.4\"\nu = \"{}\"\nv = \"1 - {}\"\n",
        counts, upper, "xyz"[axis], integrator, start, start, start, exact_u(), exact_u());
  }
};

using Choice = std::tuple<int, int, std::string>;

class WaveOfTwoSubstances : public testing::TestWithParam<Choice> {};

TEST_P(WaveOfTwoSubstances, ConvergesWithOrderTwo) {
  const auto& [dimensions, axis, integrator] = GetParam();
  if (axis >= dimensions) GTEST_SKIP() << "no such axis";
  const Wave wave{dimensions, axis, integrator};
  const std::vector<double> ladder{48, 72, 108};

  // The step goes with the square of the spacing, so Euler's error in time falls as fast as that in space.
  const auto rungs = apps::test::climb(
      {.sizes = ladder,
       .deck = [&](int cells) { return wave.deck(cells); },
       .end = 2,
       .steps =
           [&](double cells) { return static_cast<int>(std::lround(16 * cells * cells / (ladder[0] * ladder[0]))); },
       .look_at_end =
           [&](apps::SteppedCase& run) {
             EXPECT_NEAR(run.history("u_integral") + run.history("v_integral"), wave.volume(), 1e-12 * wave.volume());
           }});

  for (const char* field : {"u", "v"}) {
    const double order = order_of(rungs, field, &ErrorNorms::l2);
    RecordProperty("order", fmt::format("{:.3f}", order));
    EXPECT_GE(order, 1.9) << testing::PrintToString(errors_on(rungs, field, &ErrorNorms::l2));
    EXPECT_LE(order, 2.3) << testing::PrintToString(errors_on(rungs, field, &ErrorNorms::l2));
  }
}

INSTANTIATE_TEST_SUITE_P(GrayScott, WaveOfTwoSubstances,
                         testing::Combine(testing::Values(1, 2, 3), testing::Values(0, 1, 2),
                                          testing::Values("euler", "rk2", "rk4")),
                         [](const auto& given) {
                           return fmt::format("Along{}In{}DWith{}", "XYZ"[std::get<1>(given.param)],
                                              std::get<0>(given.param), std::get<2>(given.param));
                         });

struct OrderOf {
  const char* integrator;
  double order;
};

class GrayScottOrderInTime : public testing::TestWithParam<OrderOf> {};

/// One cell: dv/dt = v^2 (1 - v), which v solves at the time ln(v / (1 - v)) - 1 / v + constant.
TEST_P(GrayScottOrderInTime, OfOneCellIsThatOfTheIntegrator) {
  const auto time_of = [](double v) { return std::log(v / (1 - v)) - 1 / v; };
  const std::string deck = fmt::format(
      "[run]\napp = \"gray_scott\"\n[grid]\ncells = [1]\nupper = [1000]\n[time]\nend = 6\n[gray_scott]\nfeed = 0\n"
      "kill = 0\nintegrator = \"{}\"\n[gray_scott.initial]\nu = 0.7\nv = 0.3\n",
      GetParam().integrator);
  const std::vector<double> ladder{16, 32, 64};
  std::vector<double> errors;

  for (const double steps : ladder) {
    SteppedCase run(deck);
    run.advance(6, static_cast<int>(steps));
    const double v = run.history("v_minimum");
    EXPECT_GT(v, 0.6);
    errors.push_back(std::abs(time_of(v) - time_of(0.3) - 6));
  }

  EXPECT_NEAR(fitted_order(ladder, errors), GetParam().order, 0.15) << testing::PrintToString(errors);
}

/// All runs share one grid, so that the error in space cancels.
TEST_P(GrayScottOrderInTime, OfManyCellsIsThatOfTheIntegrator) {
  const auto deck = [](const char* integrator) {
    return fmt::format(
        "[run]\napp = \"gray_scott\"\nseed = 5\n[grid]\ncells = [9, 7]\nupper = [9, 8]\n[grid.boundary]\n"
        "x = [\"neumann\", \"held\"]\n[time]\nend = 8\n[gray_scott]\nfeed = 0.04\nkill = 0.06\nintegrator = \"{}\"\n"
        "[gray_scott.initial]\nu = \"0.4 + 0.2 * random\"\nv = \"0.2 + 0.2 * random\"\n",
        integrator);
  };
  SteppedCase reference(deck("rk4"));
  reference.advance(8, 2048);
  const std::vector<double> ladder{32, 64, 128};
  std::vector<double> errors;

  for (const double steps : ladder) {
    SteppedCase run(deck(GetParam().integrator));
    run.advance(8, static_cast<int>(steps));
    errors.push_back(largest_difference(run.values(), reference.values()));
  }

  EXPECT_NEAR(fitted_order(ladder, errors), GetParam().order, 0.15) << testing::PrintToString(errors);
}

INSTANTIATE_TEST_SUITE_P(GrayScott, GrayScottOrderInTime,
                         testing::Values(OrderOf{"euler", 1}, OrderOf{"rk2", 2}, OrderOf{"rk4", 4}),
                         [](const auto& given) { return std::string(given.param.integrator); });

}  // namespace
}  // namespace tarn::apps::gray_scott
