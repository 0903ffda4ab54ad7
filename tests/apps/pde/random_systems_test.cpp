// Forty systems of equations that nobody chose: their orders in space and in time are those that the decks ask for.
#include "tarn/tests/apps/pde/random_systems.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/tests/apps/support/stepped_case.hpp"

namespace tarn::apps {
namespace {

constexpr int all_systems = 40;

bool is_long() {
  return std::getenv("TARN_LONG_TESTS") != nullptr;
}

/// All, or some of all kinds.
std::vector<test::RandomSystem> systems_now() {
  auto systems = test::random_systems(all_systems);
  if (!is_long()) systems.resize(10);
  return systems;
}

std::vector<double> sizes_of(const test::RandomSystem& system) {
  if (system.is_law)
    return system.dimensions == 1   ? std::vector<double>{64, 128, 256}
           : system.dimensions == 2 ? std::vector<double>{32, 64, 128}
                                    : std::vector<double>{16, 32};
  if (system.dimensions == 3) return {10, 14, 20};
  if (!is_long() && system.dimensions == 2) return {16, 24};
  return system.order == 4 ? std::vector<double>{24, 36, 54} : std::vector<double>{16, 32, 64};
}

/// Steps that are stable on a grid.
double stable_steps(const test::RandomSystem& system, double cells) {
  test::SteppedCase start(system.deck(static_cast<int>(cells)));
  return system.end / (0.8 * start.simulation().largest_step());
}

/// Steps that get shorter as the square of a cell, and are stable on all grids.
std::function<int(double)> steps_of(const test::RandomSystem& system, const std::vector<double>& sizes) {
  const double first = sizes.front(), last = sizes.back();
  const double needed = std::max(stable_steps(system, first), stable_steps(system, last) * first * first / last / last);
  return
      [=](double size) { return static_cast<int>(std::ceil(std::max(needed, 2.0) * size * size / (first * first))); };
}

Ladder ladder_of(const test::RandomSystem& system) {
  Ladder ladder;
  ladder.sizes = sizes_of(system);
  ladder.deck = [system](int cells) { return system.deck(cells); };
  ladder.end = system.end;
  if (!system.is_law) ladder.steps = steps_of(system, ladder.sizes);
  return ladder;
}

/// The least order in space among a system's fields.
double order_in_space(const test::RandomSystem& system, const Ladder& ladder) {
  const auto rungs = test::climb(ladder);
  double least = 99;
  for (const auto& field : system.fields)
    least = std::min(least, order_of(rungs, field, system.is_law ? &ErrorNorms::l1 : &ErrorNorms::l2));
  return least;
}

std::vector<double> after(const test::RandomSystem& system, int cells, int steps) {
  test::SteppedCase run(system.deck(cells));
  run.advance(system.end, steps);
  return run.values();
}

/// On one grid, against the result of many more steps.
double order_in_time(const test::RandomSystem& system) {
  const int cells = system.dimensions == 1 ? 24 : system.dimensions == 2 ? 12 : 8;
  const auto fewest = static_cast<int>(std::ceil(std::max(stable_steps(system, cells), 2.0)));
  const auto exact = after(system, cells, 32 * fewest);
  std::vector<double> sizes, errors;
  for (const int times : {1, 2, 4}) {
    sizes.push_back(times * fewest);
    errors.push_back(test::largest_difference(after(system, cells, times * fewest), exact));
  }
  return fitted_order(sizes, errors);
}

TEST(PdeRandomSystems, HaveEachOperatorAndBoundaryFourTimes) {
  std::map<std::string, int> count;
  for (const auto& system : test::random_systems(all_systems)) {
    for (const auto& use : system.uses)
      ++count[use];
  }
  for (const char* what :
       {"laplace", "dx",      "dy",     "dz",   "dxx", "dyy",      "dzz",   "dxy",   "dxz",   "dyz",   "grad2",
        "div",     "diffuse", "upwind", "flux", "let", "periodic", "given", "value", "slope", "robin", "mirror"})
    EXPECT_GE(count[what], 4) << what;
  for (const auto& [what, times] : count)
    fmt::print("{} {}  ", what, times);
  fmt::print("\n");
}

TEST(PdeRandomSystems, ConvergeAsTheyShould) {
  fmt::print("system axes  order  scheme  space   time  what it has\n");
  for (const auto& system : systems_now()) {
    SCOPED_TRACE(fmt::format("system {}\n{}", system.number, system.deck(16)));
    const double space = order_in_space(system, ladder_of(system));
    const double time = system.is_law ? 0 : order_in_time(system);
    fmt::print("{:6} {:4} {:6} {:>7} {:6.2f} {:6.2f}  {}\n", system.number, system.dimensions, system.order,
               system.integrator, space, time, fmt::join(system.uses, " "));
    std::fflush(stdout);

    EXPECT_GT(space, system.is_law ? 1.8 : system.order - 0.25);
    // Faces give values at the stages' times: between them a method of higher order has at least its second.
    if (system.is_law) continue;
    EXPECT_GT(time, (system.is_periodic ? system.order_in_time() : 2) - 0.2);
  }
}

/// How far a run with a share of the largest stable step comes off the solution in many steps; NaN: it blew up.
double worst_error(const test::RandomSystem& system, double share, int steps) {
  std::string deck = system.deck(16);
  deck.replace(deck.find("[time]"), 6, fmt::format("[time]\ncfl = {}", share));
  test::SteppedCase run(deck);
  run.advance(steps * run.simulation().largest_step());
  double worst = 0;
  for (const auto& field : run.errors())
    worst = std::isfinite(field.norms.max) ? std::max(worst, field.norms.max) : field.norms.max;
  return worst;
}

TEST(PdeRandomSystems, RunNearTheirLargestStableStep) {
  fmt::print("system  off the solution after 300 steps of 0.95 of the limit\n");
  for (const auto& system : systems_now()) {
    SCOPED_TRACE(fmt::format("system {}\n{}", system.number, system.deck(16)));
    const double worst = worst_error(system, 0.95, 300);
    fmt::print("{:6} {:.3g}\n", system.number, worst);

    EXPECT_LT(worst, 0.3);  // the fields are about 1
  }
}

TEST(PdeRandomSystems, AreFoundOutWhereTheyAreSpoiled) {
  const auto systems = test::random_systems(all_systems);
  const auto& sound = systems.at(2);
  ASSERT_EQ(sound.order, 4);
  Ladder ladder = ladder_of(sound);
  ladder.deck = [sound](int cells) {  // of an order that was not asked for
    std::string deck = sound.deck(cells);
    return deck.replace(deck.find("order = 4"), 9, "order = 2");
  };
  EXPECT_LT(order_in_space(sound, ladder), 2.5);

  ladder = ladder_of(sound);  // and for a solution that is a thousandth off
  ladder.exact = test::SteppedCase(sound.deck(16)).model().exact;
  for (auto& field : ladder.exact)
    field.value = [value = field.value](const Box& box, double time) { return value(box, time) + 1e-3; };
  EXPECT_LT(order_in_space(sound, ladder), 2.5);
}

}  // namespace
}  // namespace tarn::apps
