#include "tarn/apps/heat/single_precision.hpp"

#include <cmath>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "tarn/apps/driver/problem.hpp"

namespace tarn::apps::heat {

namespace {

bool overflows(double value) {
  return std::isfinite(value) && std::isinf(static_cast<float>(value));
}

bool vanishes(double value) {
  return value != 0 && static_cast<float>(value) == 0;
}

/// Why a number will not do; empty if it will.
std::string flaw_of(double value, const std::string& what) {
  constexpr double largest = std::numeric_limits<float>::max(), smallest = std::numeric_limits<float>::denorm_min();
  if (overflows(value)) {
    return fmt::format("{} is {:g}: beyond single precision, at most {:.4g}", what, value, largest);
  }
  return vanishes(value) ? fmt::format("{} is {:g}: zero in single precision, at least {:.4g}", what, value, smallest)
                         : "";
}

/// A formula that is one number everywhere.
void check_number(const io::Deck& deck, const std::string& key, FormulaUse use, const std::string& why,
                  io::Problems& problems) {
  if (!deck.has(key)) return;
  const auto formula = formula_of(deck, key, use);
  if (!formula.is_constant() || !overflows(formula.constant_value())) return;
  problems.add(deck.position(key), key, flaw_of(formula.constant_value(), "the value") + why);
}

/// The step and what the neighbours' difference is multiplied by.
void check_scheme(const io::Deck& deck, double kappa, double step, io::Problems& problems) {
  const std::string time = deck.given("time.dt") ? "time.dt" : "time.end";
  const std::string step_flaw = flaw_of(step, "the step");
  if (!step_flaw.empty()) problems.add(deck.position(time), time, step_flaw);
  const bool variable = !formula_of(deck, "heat.diffusivity", FormulaUse::of_space).is_constant();
  const Domain domain = domain_of(deck);
  for (int axis = 0; axis < domain.dimensions; ++axis) {
    const double dx = domain.spacing(axis);
    std::string flaw = flaw_of(kappa, "the value");
    if (flaw.empty()) flaw = flaw_of((variable ? 1 : kappa) / (dx * dx), variable ? "1/dx^2" : "diffusivity/dx^2");
    if (flaw.empty()) continue;
    problems.add(deck.position("heat.diffusivity"), "heat.diffusivity",
                 fmt::format("{}; run.precision = \"double\" reaches farther", flaw));
    return;
  }
}

}  // namespace

void check_single_precision(const io::Deck& deck, double kappa, double step, io::Problems& problems) {
  if (deck.text("run.precision") == "single") {
    const std::string why = "; run.precision = \"double\" reaches farther";
    check_number(deck, "heat.initial", FormulaUse::initial, why, problems);
    check_number(deck, "heat.source", FormulaUse::of_time, why, problems);
    for (int axis = 0; axis < dimensions_of(deck); ++axis) {
      for (int side = 0; side < 2; ++side)
        check_number(deck, "heat.boundary_value." + face_name(axis, side), FormulaUse::of_time, why, problems);
    }
    check_scheme(deck, kappa, step, problems);
    return;
  }
  for (const auto& output : deck.tables("output")) {
    if (output.text("precision") != "single") continue;
    check_number(deck, "heat.initial", FormulaUse::initial,
                 fmt::format("; {} = \"single\" cannot hold the first state", output.name_of("precision")), problems);
    return;
  }
}

}  // namespace tarn::apps::heat
