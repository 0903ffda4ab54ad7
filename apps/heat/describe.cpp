// What a heat deck may say, and what it asks for.
#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/report.hpp"
#include "tarn/apps/heat/heat.hpp"
#include "tarn/apps/heat/implicit_options.hpp"
#include "tarn/apps/heat/single_precision.hpp"
#include "tarn/core/error.hpp"
#include "tarn/ops/integrate/rkl2.hpp"

namespace tarn::apps::heat {

namespace {

using io::Key;
using io::KeyType;

constexpr int default_stages = 9, most_stages = 999;

std::vector<io::Table> heat_tables() {
  io::Table values{.name = "boundary_value",
                   .meaning =
                       "formulas of x, y, z, t: the value on a dirichlet face, or the derivative along the axis "
                       "(du/dx, not the outward normal's) on a neumann face"};
  for (int axis = 0; axis < 3; ++axis) {
    for (int side = 0; side < 2; ++side) {
      values.keys.push_back(Key{.name = face_name(axis, side),
                                .type = KeyType::number_or_formula,
                                .meaning = "on the " + std::string(side == 0 ? "lower" : "upper") + " face of " +
                                           "xyz"[axis] + "; a neumann face without it is insulated",
                                .unit = "K or K/length"});
    }
  }
  io::Table heat{
      .name = "heat",
      .meaning = "du/dt = div(diffusivity grad u) + source",
      .required = true,
      .keys =
          {
              Key{.name = "diffusivity",
                  .type = KeyType::number_or_formula,
                  .meaning = "kappa, of x, y, z",
                  .unit = "length^2/time",
                  .required = true,
                  .at_least = 0},
              Key{.name = "initial",
                  .type = KeyType::number_or_formula,
                  .meaning = "temperature at the start, of x, y, z; may use random",
                  .unit = "K",
                  .required = true},
              Key{.name = "source",
                  .type = KeyType::number_or_formula,
                  .meaning = "heating rate, of x, y, z, t",
                  .unit = "K/time",
                  .note = "default: none"},
              Key{.name = "integrator",
                  .type = KeyType::choice,
                  .meaning = "explicit Euler, the Runge-Kutta-Legendre super-time-stepping method of order 2, or "
                             "implicit: any time.dt, by solving for each step",
                  .default_text = "\"euler\"",
                  .choices = {"euler", "rkl2", "implicit"}},
              Key{.name = "stages",
                  .type = KeyType::integer,
                  .meaning = "stages of rkl2, an odd number: s stages step (s^2+s-2)/4 times as far as euler",
                  .at_least = 3,
                  .at_most = most_stages,
                  .note = fmt::format("default {} with cfl, and with dt as many as it needs", default_stages)},
          },
      .tables = {values}};
  for (auto& key : implicit_keys())
    heat.keys.push_back(std::move(key));
  return {heat};
}

/// Calls `use` with the centres of some cells, spread evenly (of all of them where there are few), and with the points
/// beside them on the faces of the domain that are not periodic.
void for_each_sample(const Domain& domain, const std::function<void(const std::array<double, 3>&)>& use) {
  constexpr int most = 64;                    // along an axis
  std::array<std::vector<double>, 3> places;  // the centres, and last the two faces if there are any
  std::array<std::size_t, 3> centres{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const int samples = std::min(domain.cells[axis], most);
    for (int n = 0; n < samples; ++n) {
      const auto cell = std::floor((n + 0.5) / samples * domain.cells[axis]);
      places[axis].push_back(domain.lower[axis] + (cell + 0.5) * domain.spacing(static_cast<int>(axis)));
    }
    centres[axis] = places[axis].size();
    if (domain.periodic[axis] || static_cast<int>(axis) >= domain.dimensions) continue;
    places[axis].push_back(domain.lower[axis]);
    places[axis].push_back(domain.upper[axis]);
  }
  for (std::size_t k = 0; k < places[2].size(); ++k) {
    for (std::size_t j = 0; j < places[1].size(); ++j) {
      for (std::size_t i = 0; i < places[0].size(); ++i) {
        const int on_faces = (k >= centres[2]) + (j >= centres[1]) + (i >= centres[0]);
        if (on_faces < 2) use({places[0][i], places[1][j], places[2][k]});
      }
    }
  }
}

void check_faces(const io::Deck& deck, io::Problems& problems) {
  const int dimensions = dimensions_of(deck);
  for (int axis = 0; axis < 3; ++axis) {
    const std::string kinds_key = std::string("grid.boundary.") + "xyz"[axis];
    if (!deck.valid(kinds_key)) continue;
    const auto kinds = deck.boundary(kinds_key);
    for (int side = 0; side < 2; ++side) {
      const std::string key = "heat.boundary_value." + face_name(axis, side);
      const bool given = deck.given(key);
      const std::string& kind = kinds[static_cast<std::size_t>(side)];
      if (given && axis >= dimensions) {
        problems.add(deck.position(key), key,
                     fmt::format("the grid has {} dimension{} and no {} axis", dimensions, dimensions == 1 ? "" : "s",
                                 "xyz"[axis]));
      } else if (given && kind == "periodic") {
        problems.add(deck.position(key), key, kinds_key + " is periodic: this face takes no value");
      } else if (!given && axis < dimensions && kind == "dirichlet") {
        problems.add(deck.position(kinds_key), key, "missing: a dirichlet face needs its value");
      } else {
        check_formula(deck, key, FormulaUse::of_time, problems);
      }
    }
  }
}

void check_stages(const io::Deck& deck, io::Problems& problems) {
  if (!deck.given("heat.stages") || !deck.valid("heat.stages") || !deck.valid("heat.integrator")) return;
  if (deck.text("heat.integrator") != "rkl2") {
    problems.add(deck.position("heat.stages"), "heat.stages", "only the integrator rkl2 has stages");
  } else if (deck.integer("heat.stages") % 2 == 0) {
    problems.add(deck.position("heat.stages"), "heat.stages",
                 fmt::format("{} is even: rkl2 takes an odd number of stages", deck.integer("heat.stages")));
  }
}

/// A diffusivity that is a formula has no declared range; its samples tell. A few hundred thousand of them in 3D: they
/// are gone through once.
/// @return the largest
double check_diffusivity(const io::Deck& deck, io::Problems& problems) {
  const auto formula = formula_of(deck, "heat.diffusivity", FormulaUse::of_space);
  std::optional<std::pair<double, std::string>> wrong;
  double largest = 0;
  const auto look = [&](const std::array<double, 3>& x) {
    const double kappa = formula.evaluate(x.data());
    largest = std::max(largest, kappa);
    if (wrong || (std::isfinite(kappa) && kappa >= 0)) return;
    std::string place;
    const int dimensions = dimensions_of(deck);
    for (int axis = 0; axis < dimensions && !formula.is_constant(); ++axis)
      place += fmt::format("{}{:g}", axis == 0 ? " at " : ", ", x[static_cast<std::size_t>(axis)]);
    wrong.emplace(kappa, place);
  };
  if (formula.is_constant()) {
    look({});
  } else {
    for_each_sample(domain_of(deck), look);
  }
  if (wrong) {
    problems.add(deck.position("heat.diffusivity"), "heat.diffusivity",
                 fmt::format("is {:g}{}: it must be a number >= 0", wrong->first, wrong->second));
  }
  return largest;
}

/// Whether a diffusivity is further from 1 than a time and the spacing of the grid, to which it does not fit: then it
/// is the number to look at.
bool stands_out(double kappa, double time, const Domain& domain) {
  const auto decades = [](double value) { return std::abs(std::log10(value)); };
  double most = decades(time);
  for (int axis = 0; axis < domain.dimensions; ++axis)
    most = std::max(most, decades(domain.spacing(axis)));
  return decades(kappa) >= most;
}

/// Conjugate gradients square what an implicit step is made of.
void check_stiffness(const io::Deck& deck, double kappa, io::Problems& problems) {
  const double most = deck.text("run.precision") == "single" ? 1e18 : 1e150, dt = deck.number("time.dt");
  const double ratio = dt / euler_limit(domain_of(deck), kappa);
  if (ratio <= most) return;
  const std::string key = stands_out(kappa, dt, domain_of(deck)) ? "heat.diffusivity" : "time.dt";
  problems.add(deck.position(key), key,
               fmt::format("with the diffusivity {:g} a step of {:g} is {:.3g} times that of explicit Euler on this "
                           "grid: at most {:g} times can be computed",
                           kappa, dt, ratio, most));
}

/// A diffusivity that leaves no step to get anywhere with is what is wrong, whatever step the deck asks for.
void check_limit(const io::Deck& deck, double kappa, io::Problems& problems) {
  const std::string integrator = deck.text("heat.integrator");
  if (integrator == "implicit") return check_stiffness(deck, kappa, problems);
  const int stages = deck.given("heat.stages") ? static_cast<int>(deck.integer("heat.stages")) : most_stages;
  const double limit = euler_limit(domain_of(deck), kappa) * (integrator == "rkl2" ? ops::Rkl2::reach(stages) : 1);
  const double end = deck.number("time.end");
  double steps = end / limit;
  if (deck.has("time.max_steps")) steps = std::min(steps, static_cast<double>(deck.integer("time.max_steps")));
  if (limit > 0 && steps <= most_steps) return;
  if (!stands_out(kappa, end, domain_of(deck))) return;  // the others are checked where they are used
  problems.add(
      deck.position("heat.diffusivity"), "heat.diffusivity",
      fmt::format("with {:g} a stable step is at most {:.3g} on this grid: more than {:g} of them to time {:g}", kappa,
                  limit, most_steps, end));
}

void check_heat(const io::Deck& deck, io::Problems& problems) {
  check_formula(deck, "heat.diffusivity", FormulaUse::of_space, problems);
  check_formula(deck, "heat.initial", FormulaUse::initial, problems);
  check_formula(deck, "heat.source", FormulaUse::of_time, problems);
  check_stages(deck, problems);
  check_implicit(deck, problems);
  if (deck.valid("grid.cells")) check_faces(deck, problems);
  const double kappa = problems.empty() ? check_diffusivity(deck, problems) : 0;
  if (problems.empty()) check_limit(deck, kappa, problems);
  if (problems.empty()) {
    try {
      check_single_precision(deck, kappa, options_of(deck, kappa).largest_step, problems);
    } catch (const UsageError& error) {
      problems.add(deck.position("time.dt"), "time.dt", error.what());
    }
  }
}

/// Says so where rkl2 goes so far with each step that the result may be wrong.
std::string warning_of(const io::Deck& deck, const Options& options, double kappa) {
  constexpr double worth_telling = 0.01;
  const double end = deck.number("time.end"), euler = euler_limit(domain_of(deck), kappa);
  double steps = std::ceil(end / options.largest_step);
  if (deck.has("time.max_steps")) steps = std::min(steps, static_cast<double>(deck.integer("time.max_steps")));
  if (!options.rkl2 || !std::isfinite(euler)) return {};
  const double error = ops::Rkl2::error_of(options.stages, steps, options.largest_step / euler);
  if (error < worth_telling) return {};
  return fmt::format(
      "{} step{} of rkl2 with {} stages may leave an error of {:.2g} of the initial differences in temperature, the "
      "more the finer they are; fewer stages take more steps (estimated for constant diffusivity and boundary values)",
      steps, steps == 1 ? "" : "s", options.stages, error);
}

Forecast forecast_heat(const io::Deck& deck) {
  const double kappa = largest_diffusivity(deck);
  const Options options = options_of(deck, kappa);
  const bool variable = !formula_of(deck, "heat.diffusivity", FormulaUse::of_space).is_constant();
  double arrays =
      2 + (options.rkl2 ? 2 : 0) + (deck.has("heat.source") ? 1 : 0) + (variable ? 1 + dimensions_of(deck) : 0);
  if (options.implicit) arrays += implicit_arrays(*options.implicit, dimensions_of(deck));
  Forecast forecast;
  forecast.step = options.largest_step;
  forecast.bytes_per_cell = std::llround(std::ceil(arrays * (deck.text("run.precision") == "single" ? 4 : 8)));
  forecast.note = options.implicit ? implicit_text(*options.implicit)
                  : options.rkl2   ? fmt::format("rkl2 with {} stages", options.stages)
                                   : "explicit Euler";
  forecast.warning = warning_of(deck, options, kappa);
  return forecast;
}

}  // namespace

double largest_diffusivity(const io::Deck& deck) {
  const auto formula = formula_of(deck, "heat.diffusivity", FormulaUse::of_space);
  if (formula.is_constant()) return formula.constant_value();
  double largest = 0;
  for_each_sample(domain_of(deck),
                  [&](const std::array<double, 3>& x) { largest = std::max(largest, formula.evaluate(x.data())); });
  return largest;
}

double euler_limit(const Domain& domain, double kappa) {
  double sum = 0;
  for (int axis = 0; axis < domain.dimensions; ++axis)
    sum += 1 / (domain.spacing(axis) * domain.spacing(axis));
  return 1 / (2 * kappa * sum);
}

Options options_of(const io::Deck& deck, double kappa) {
  const double euler = euler_limit(domain_of(deck), kappa);
  const bool fixed = deck.given("time.dt");
  const double dt = fixed ? deck.number("time.dt") : 0;
  Options options;
  if (deck.text("heat.integrator") == "implicit") {
    options.implicit = implicit_options_of(deck);
    options.largest_step = dt;
    return options;
  }
  options.rkl2 = deck.text("heat.integrator") == "rkl2";
  double limit = euler;
  if (options.rkl2) {
    options.stages = deck.given("heat.stages") ? static_cast<int>(deck.integer("heat.stages"))
                     : fixed ? ops::Rkl2::stages_for(std::min(dt / euler, ops::Rkl2::reach(most_stages)))
                             : default_stages;
    limit = euler * ops::Rkl2::reach(options.stages);
  }
  if (fixed && dt > limit) {
    throw UsageError(fmt::format("{} is beyond the stability limit {:.6g} of {} on this grid", dt, limit,
                                 options.rkl2 ? fmt::format("rkl2 with {} stages", options.stages) : "euler"));
  }
  options.largest_step = fixed ? dt : std::min(deck.number("time.cfl") * limit, deck.number("time.end"));
  return options;
}

App describe_heat() {
  App app;
  app.name = "heat";
  app.summary = "heat conduction, du/dt = div(kappa grad u) + q, in one to three dimensions";
  app.tables = heat_tables();
  app.boundary_kinds = {"periodic", "dirichlet", "neumann"};
  app.fields = {{"temperature", "K", "the temperature u"}};
  app.check = check_heat;
  app.model = [fields = app.fields](const io::Deck& deck) {
    return Model{.state = fields, .outputs = {}, .ghosts = 1, .forecast = forecast_heat(deck), .create = make_heat};
  };
  return app;
}

}  // namespace tarn::apps::heat
