// What a pde deck may say, and what it asks for.
#include "tarn/apps/pde/pde.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/rkl2_warning.hpp"
#include "tarn/apps/driver/schedule.hpp"
#include "tarn/apps/pde/boundary.hpp"
#include "tarn/apps/pde/compiled.hpp"
#include "tarn/apps/pde/growth.hpp"
#include "tarn/apps/pde/ringing.hpp"
#include "tarn/apps/pde/stage_kernels.hpp"
#include "tarn/apps/pde/start_values.hpp"
#include "tarn/apps/pde/step_limit.hpp"
#include "tarn/apps/pde/uncounted.hpp"
#include "tarn/apps/pde/unit_check.hpp"
#include "tarn/core/error.hpp"

namespace tarn::apps::pde {

namespace {

const std::map<std::string, ops::Scheme> schemes = {{"euler", ops::Scheme::euler},
                                                    {"rk2", ops::Scheme::ssp_rk2},
                                                    {"rk3", ops::Scheme::ssp_rk3},
                                                    {"rk4", ops::Scheme::rk4},
                                                    {"rkl2", ops::Scheme::rkl2}};

/// The solution that the equations were made to have.
std::vector<ExactField> manufactured_solution(const io::Deck& deck, const System& system) {
  std::vector<ExactField> exact;
  for (const auto& field : system.fields) {
    exact.push_back({field, "the deck's [pde.manufactured]",
                     [formula = start_of(deck, field), dimensions = system.dimensions](const Box& cell, double time) {
                       return value_at(formula, {{cell.centre(0), cell.centre(1), cell.centre(2)}}, time, dimensions);
                     }});
  }
  return exact;
}

/// What is said of the step at the start.
std::string text_of(const System& system, const StartLimit& start, const StepLimits& limits) {
  if (!limits.can_be_looked_at()) return "no stable step is looked for";
  const bool at_start = !limits.is_constant();
  std::string but = limits.left_out() == 0 ? "" : "; not all that integrals and means do to each other is counted";
  if (const auto uncounted = uncounted_reductions(system); !uncounted.empty()) but += "; " + uncounted;
  if (start.is_short_for_turns) but += "; so that what turns in a cell decays: rk3 and rk4 take far longer ones";
  const StepLimit& limit = start.limit;
  if (!std::isfinite(limit.step))
    return (start.only_growth_limits ? "nothing in the equations but growth limits the step"
                                     : "nothing in the equations limits the step") +
           but;
  return fmt::format("largest stable step{} {:.4g}, which {} sets{}", at_start ? " at the start" : "", limit.step,
                     limit.set_by, but);
}

Model model(const io::Deck& deck) {
  System system = system_of(deck);
  const Options options = options_of(deck);
  SpaceFields space;
  lowered(system, system.rates, &space);
  StepLimits limits(system, options.scheme, options.stages);
  const StartLimit start = limit_at_start(options, limits, StartValues(deck, system));
  const double step = start.limit.step;
  Model made;
  auto units = units_of(deck);
  for (const auto& field : system.fields)
    made.state.push_back({field, units[field], "a field of the equations"});
  for (const Named& output : system.outputs)
    made.outputs.push_back({output.name, units[output.name], "a formula of [pde.output]"});
  made.ghosts = std::max(1, system.reach);
  const std::size_t bytes = deck.text("run.precision") == "single" ? 4 : 8;
  const int arrays_of_state = ops::arrays_of(options.scheme, may_take_back(options, limits));
  const std::size_t arrays = static_cast<std::size_t>(arrays_of_state) * system.fields.size() +
                             system.auxiliaries.size() + space.nodes.size() + 1;
  made.forecast = {.step = options.fixed_step,
                   .bytes_per_cell = static_cast<std::int64_t>(arrays * bytes),
                   .note = deck.text("pde.integrator") + "; " + text_of(system, start, limits),
                   .warning = ill_posed(deck, system)};
  if (made.forecast.warning.empty() && options.scheme == ops::Scheme::rkl2) {
    const double euler = step / ops::Rkl2::reach(options.stages);
    made.forecast.warning = rkl2_warning(deck, options.stages, step_of(deck, step), euler);
  }
  if (made.forecast.warning.empty()) made.forecast.warning = ringing(deck, system);
  if (start.lets_turns_grow)
    made.forecast.warning += (made.forecast.warning.empty() ? "" : "; ") + growing_turns(deck, "with this step");
  if (!options.fixed_step && limits.is_constant()) made.forecast.step = options.share * step;
  made.create = make_simulation;
  made.check_environment = [] { kernel_choice(); };
  if (is_manufactured(deck)) made.exact = manufactured_solution(deck, system);
  return made;
}

const bool registered = register_simulation({
    .name = "pde",
    .summary = "partial differential equations that the deck writes down, in one to three dimensions",
    .tables = {table()},
    .boundary_kinds = {"periodic", "outflow", "given"},
    .fields_from_deck = true,
    .check = check,
    .model = model,
});

}  // namespace

StartLimit limit_at_start(const Options& options, StepLimits& limits, const StartValues& start) {
  StartLimit found;
  if (!limits.can_be_looked_at()) return found;
  const int most_cells = limits.varying().empty() ? 1 : 300;
  std::vector<std::vector<double>> cells;
  std::vector<double> numbers;
  for (const int node : limits.numbers())
    numbers.push_back(start.value(node, {}));
  for (const auto& cell : start.cells(most_cells)) {
    std::vector<double> values;
    for (const int node : limits.varying())
      values.push_back(start.value(node, cell));
    if (std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); }))
      cells.push_back(std::move(values));
  }
  limits.follow_growth(false);
  found.limit = limits.of_cells(cells, numbers);
  if (!options.fixed_step) {
    limits.follow_growth(true);
    const StepLimit with_growth = limits.of_cells(cells, numbers);
    // Growth alone, which ends when its rate is 0, tells no step for what comes then.
    found.only_growth_limits = !std::isfinite(found.limit.step) && std::isfinite(with_growth.step);
    if (!found.only_growth_limits) found.limit = with_growth;
  }
  const auto is_estimate = [&](int node) { return start.is_estimate(node); };
  const double step = found.limit.step;
  found.lets_turns_grow = limits.lets_turns_grow(cells, numbers, options.fixed_step.value_or(options.share * step));
  found.is_short_for_turns = limits.is_constant() && limits.is_short_for_turns(cells, numbers, step);
  found.is_estimate = std::any_of(limits.varying().begin(), limits.varying().end(), is_estimate) ||
                      std::any_of(limits.numbers().begin(), limits.numbers().end(), is_estimate);
  return found;
}

bool may_take_back(const Options& options, const StepLimits& limits) {
  return !options.fixed_step && limits.can_be_looked_at() && limits.changes();
}

Options options_of(const io::Deck& deck) {
  Options options{schemes.at(deck.text("pde.integrator")), static_cast<int>(deck.integer("pde.stages"))};
  options.share = deck.number("time.cfl");
  if (deck.given("time.dt")) options.fixed_step = deck.number("time.dt");
  options.trusts_step = deck.boolean("pde.trust_dt");
  return options;
}

std::string no_stable_step(const StepLimit& limit) {
  return fmt::format(
      "no step is stable: {} makes waves that this method lets grow, however short the step; rk3 and rk4 can follow "
      "them",
      limit.set_by);
}

std::string growing_turns(const io::Deck& deck, const std::string& when) {
  return fmt::format(
      "{}: pde.integrator: what turns in a cell grows by {} {}, more than by the equations; rk3 and rk4 follow it",
      to_string(deck.position("pde.integrator")), deck.text("pde.integrator"), when);
}

std::string step_is_too_long(double step, const StepLimit& limit) {
  return fmt::format(
      "{:g} is above the largest stable step, {:.6g}, which {} sets; pde.trust_dt = true takes it all the same", step,
      limit.step, limit.set_by);
}

System system_of(const io::Deck& deck) {
  io::Problems problems;
  System system = read_system(deck, problems);
  problems.throw_if_any();
  system.edges = edges_of(deck, system);
  return system;
}

}  // namespace tarn::apps::pde
