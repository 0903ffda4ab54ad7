// What a pde deck may say, and what it asks for.
#include "tarn/apps/pde/pde.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/pde/boundary.hpp"
#include "tarn/apps/pde/compiled.hpp"
#include "tarn/apps/pde/names.hpp"
#include "tarn/apps/pde/start_values.hpp"
#include "tarn/apps/pde/step_limit.hpp"
#include "tarn/core/error.hpp"

namespace tarn::apps::pde {

namespace {

using io::Key;
using io::KeyType;

const std::map<std::string, ops::Scheme> schemes = {{"euler", ops::Scheme::euler},
                                                    {"rk2", ops::Scheme::ssp_rk2},
                                                    {"rk3", ops::Scheme::ssp_rk3},
                                                    {"rk4", ops::Scheme::rk4},
                                                    {"rkl2", ops::Scheme::rkl2}};

io::Table formulas(const char* name, const char* meaning, bool required) {
  return {.name = name, .meaning = meaning, .required = required, .free_formulas = true};
}

io::Table table() {
  return {.name = "pde",
          .meaning = "equations that the deck writes down",
          .required = true,
          .keys = {Key{.name = "integrator",
                       .type = KeyType::choice,
                       .meaning = "forward Euler, Runge-Kutta methods of order 2, 3 (ssp) and 4, or rkl2 for diffusion",
                       .default_text = "\"rk2\"",
                       .choices = {"euler", "rk2", "rk3", "rk4", "rkl2"}},
                   Key{.name = "stages",
                       .type = KeyType::integer,
                       .meaning = "of rkl2, an odd number: s stages go (s^2 + s - 2)/4 times as far as Euler's step",
                       .default_text = "9",
                       .at_least = 3,
                       .at_most = 999},
                   Key{.name = "face_mean",
                       .type = KeyType::choice,
                       .meaning =
                           "how diffuse() takes a diffusivity to the face between two cells; harmonic where it jumps",
                       .default_text = "\"arithmetic\"",
                       .choices = {"arithmetic", "harmonic"}},
                   Key{.name = "speed",
                       .type = KeyType::formulas,
                       .meaning = "of [pde.flux]: the fastest signal along each axis, for Lax-Friedrichs fluxes",
                       .longest = 3},
                   Key{.name = "signals",
                       .type = KeyType::formula_pairs,
                       .meaning = "of [pde.flux]: the slowest and the fastest signal along each axis, for HLL fluxes",
                       .longest = 3,
                       .note = "instead of speed"},
                   Key{.name = "limiter",
                       .type = KeyType::choice,
                       .meaning = "of [pde.flux]: of the slopes inside cells",
                       .default_text = "\"van_leer\"",
                       .choices = {"minmod", "van_leer", "mc"}},
                   Key{.name = "trust_dt",
                       .type = KeyType::boolean,
                       .meaning = "whether time.dt is taken even if it is above the largest stable step",
                       .default_text = "false"}},
          .tables = {formulas("equations", "d/dt of each field; the keys are the fields", false),
                     {.name = "flux",
                      .meaning = "conservation laws: the flux of each field along each axis of the grid",
                      .free_key = Key{.name = "field",
                                      .type = KeyType::formulas,
                                      .meaning = "one formula of fields, constants and t for each axis",
                                      .shortest = 1,
                                      .longest = 3}},
                     formulas("initial", "each field at the start, of x, y, z; may use random", true),
                     formulas("let", "names for expressions of space, time, constants and fields", false),
                     formulas("output", "further fields for snapshots and pictures", false),
                     formulas("history", "further columns of history.csv, of integral(...) and mean(...)", false),
                     boundary_table()}};
}

void check_initial(const io::Deck& deck, io::Problems& problems) {
  const auto fields = field_names(deck);
  for (const auto& [name, text] : deck.formulas("pde.initial")) {
    const std::string key = "pde.initial." + name;
    if (std::find(fields.begin(), fields.end(), name) == fields.end()) {
      problems.add(deck.position(key), key,
                   "no equation has this field; the fields are " + fmt::format("{}", fmt::join(fields, ", ")));
    } else {
      check_outside(deck, text, key, Place::initial, problems);
    }
  }
  const auto given = deck.names("pde.initial");
  for (const auto& field : fields) {
    if (std::find(given.begin(), given.end(), field) != given.end()) continue;
    problems.add(deck.position("pde.initial"), "pde.initial." + field, "missing: the field's value at the start");
  }
}

void check_history(const io::Deck& deck, io::Problems& problems) {
  for (const auto& name : deck.names("pde.history")) {
    if (name == "step" || name == "time")
      problems.add(deck.position("pde.history." + name), "pde.history." + name, "there is such a column already");
    for (const auto& field : field_names(deck)) {
      for (const char* ending : {"_minimum", "_maximum", "_integral"}) {
        if (name != field + ending) continue;
        problems.add(deck.position("pde.history." + name), "pde.history." + name, "there is such a column already");
      }
    }
  }
}

/// The largest stable step of the state at the start, from some of its cells.
StepLimit limit_at_start(const io::Deck& deck, System& system) {
  const Options options = options_of(deck);
  StepLimits limits(system, options.scheme, options.stages);
  if (limits.varying().empty()) return limits.of_cell({});
  constexpr int most_cells = 300;
  const StartValues start(deck, system);
  StepLimit least{std::numeric_limits<double>::infinity()};
  for (const auto& cell : start.cells(most_cells)) {
    std::vector<double> values;
    for (const int node : limits.varying())
      values.push_back(start.value(node, cell));
    if (std::any_of(values.begin(), values.end(), [](double value) { return !std::isfinite(value); })) continue;
    const StepLimit limit = limits.of_cell(values);
    if (limit.step < least.step) least = limit;
  }
  return least;
}

void check_step(const io::Deck& deck, System& system, io::Problems& problems) {
  const Options options = options_of(deck);
  if (options.fixed_step && options.trusts_step) return;
  const StepLimit limit = limit_at_start(deck, system);
  const std::string key = options.fixed_step ? "time.dt" : "pde.integrator";
  if (!(limit.step > 0)) {
    problems.add(deck.position(key), key, no_stable_step(limit));
  } else if (options.fixed_step && *options.fixed_step > limit.step) {
    problems.add(deck.position(key), key,
                 fmt::format("{:g} is above the largest stable step, {:.6g}, which {} sets; pde.trust_dt = true takes "
                             "it all the same",
                             *options.fixed_step, limit.step, limit.set_by));
  } else if (!options.fixed_step && !std::isfinite(limit.step)) {
    problems.add(deck.position("time"), "time.dt", "missing: nothing in the equations limits the step");
  }
}

/// Each axis has its flux and its signals.
void check_laws(const io::Deck& deck, io::Problems& problems) {
  const auto axes = static_cast<std::size_t>(dimensions_of(deck));
  const auto count = [&](const std::string& key, std::size_t given) {
    if (given != axes)
      problems.add(deck.position(key), key, fmt::format("needs one entry for each axis of the grid: {}", axes));
  };
  const auto laws = deck.names("pde.flux");
  for (const auto& field : laws) {
    const std::string key = "pde.flux." + field;
    if (deck.valid(key)) count(key, deck.formula_list(key).size());
  }
  const bool speed = deck.given("pde.speed"), signals = deck.given("pde.signals");
  for (const char* key : {"pde.speed", "pde.signals", "pde.limiter"}) {
    if (deck.given(key) && laws.empty()) problems.add(deck.position(key), key, "there is no [pde.flux] that it is of");
  }
  if (speed && deck.valid("pde.speed")) count("pde.speed", deck.formula_list("pde.speed").size());
  if (signals && deck.valid("pde.signals")) count("pde.signals", deck.formula_pairs("pde.signals").size());
  if (laws.empty()) return;
  if (speed == signals)
    problems.add(deck.position("pde.flux"), "pde.flux",
                 "needs either pde.speed, the fastest signal along each axis, or pde.signals");
  if (!deck.valid("pde.integrator")) return;
  const std::string integrator = deck.text("pde.integrator");
  if (integrator != "rk2" && integrator != "rk3")
    problems.add(deck.position("pde.integrator"), "pde.integrator",
                 "with [pde.flux] only rk2 and rk3 keep what the limiter does");
}

void check(const io::Deck& deck, io::Problems& problems) {
  if (field_names(deck).empty() && problems.empty()) {
    problems.add(deck.position("pde"), "pde", "needs [pde.equations] or [pde.flux] with at least one field");
    return;
  }
  if (deck.given("pde.stages") && deck.valid("pde.stages") && deck.integer("pde.stages") % 2 == 0)
    problems.add(deck.position("pde.stages"), "pde.stages", "must be odd");
  if (deck.given("pde.stages") && deck.valid("pde.integrator") && deck.text("pde.integrator") != "rkl2")
    problems.add(deck.position("pde.stages"), "pde.stages", "only the integrator rkl2 has stages to choose");
  check_names(deck, problems);
  check_history(deck, problems);
  if (deck.valid("grid.cells")) check_laws(deck, problems);
  if (!problems.empty()) return;
  System system = read_system(deck, problems);
  check_initial(deck, problems);
  if (!problems.empty()) return;
  check_boundaries(deck, system, problems);
  if (static_cast<int>(system.auxiliaries.size()) > most_arrays - 2)
    problems.add(deck.position("pde.let"), "pde.let",
                 fmt::format("operators are applied to {} of these names, at most {} are possible",
                             system.auxiliaries.size(), most_arrays - 2));
  if (deck.boolean("pde.trust_dt") && !deck.given("time.dt"))
    problems.add(deck.position("pde.trust_dt"), "pde.trust_dt", "there is no time.dt to trust");
  if (!problems.empty()) return;
  try {
    SpaceFields space;
    lowered(system, system.rates, &space);
    check_step(deck, system, problems);
  } catch (const UsageError& error) {
    problems.add(deck.position("pde"), "pde", error.what());
  }
}

Model model(const io::Deck& deck) {
  System system = system_of(deck);
  const Options options = options_of(deck);
  SpaceFields space;
  lowered(system, system.rates, &space);
  const StepLimit limit = limit_at_start(deck, system);
  const bool moves = !StepLimits(system, options.scheme, options.stages).varying().empty();
  Model made;
  for (const auto& field : system.fields)
    made.state.push_back({field, "", "a field of the equations"});
  for (const Named& output : system.outputs)
    made.outputs.push_back({output.name, "", "a formula of [pde.output]"});
  made.ghosts = std::max(1, system.reach);
  const std::size_t bytes = deck.text("run.precision") == "single" ? 4 : 8;
  const std::size_t arrays = static_cast<std::size_t>(ops::arrays_of(options.scheme)) * system.fields.size() +
                             system.auxiliaries.size() + space.nodes.size() + 1;
  made.forecast = {.step = options.fixed_step,
                   .bytes_per_cell = static_cast<std::int64_t>(arrays * bytes),
                   .note = fmt::format("{}; largest stable step{} {:.4g}, which {} sets", deck.text("pde.integrator"),
                                       moves ? " at the start" : "", limit.step, limit.set_by)};
  if (!options.fixed_step && !moves) made.forecast.step = options.share * limit.step;
  made.create = make_simulation;
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

System system_of(const io::Deck& deck) {
  io::Problems problems;
  System system = read_system(deck, problems);
  problems.throw_if_any();
  return system;
}

}  // namespace tarn::apps::pde
