// What is wrong with a pde deck beyond what its schema sees.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/solution_check.hpp"
#include "tarn/apps/pde/boundary.hpp"
#include "tarn/apps/pde/compiled.hpp"
#include "tarn/apps/pde/growth.hpp"
#include "tarn/apps/pde/names.hpp"
#include "tarn/apps/pde/pde.hpp"
#include "tarn/apps/pde/start_rates.hpp"
#include "tarn/apps/pde/start_values.hpp"
#include "tarn/apps/pde/step_limit.hpp"
#include "tarn/apps/pde/unit_check.hpp"
#include "tarn/core/error.hpp"

namespace tarn::apps::pde {

namespace {

void check_initial(const io::Deck& deck, io::Problems& problems) {
  const auto fields = field_names(deck);
  for (const auto& [name, text] : deck.formulas("pde.initial")) {
    const std::string key = "pde.initial." + name;
    if (std::find(fields.begin(), fields.end(), name) == fields.end()) {
      problems.add(deck.position(key), key,
                   "no equation has this field; the fields are " + fmt::format("{}", fmt::join(fields, ", ")));
    } else {
      check_outside(deck, text, key, Outside::initial, in_cells, problems);
    }
  }
  if (is_manufactured(deck)) return;
  for (const auto& field : fields) {
    if (has_name(deck, "pde.initial", field)) continue;
    problems.add(deck.position("pde.initial"), "pde.initial." + field, "missing: the field's value at the start");
  }
}

/// What a manufactured solution stands in the place of.
void check_manufactured(const io::Deck& deck, io::Problems& problems) {
  if (!is_manufactured(deck)) return;
  for (const char* table : {"pde.initial", "exact"}) {
    for (const auto& name : deck.names(table))
      problems.add(deck.position(std::string(table) + "." + name), std::string(table) + "." + name,
                   "[pde.manufactured] gives this; leave one of the two out");
  }
  if (!deck.valid("grid.cells")) return;
  for (int axis = 0; axis < dimensions_of(deck); ++axis) {
    const std::string key = std::string("grid.boundary.") + "xyz"[axis];
    if (!deck.valid(key)) continue;
    const auto kinds = deck.boundary(key);
    if (kinds[0] == "outflow" || kinds[1] == "outflow")
      problems.add(deck.position(key), key, "\"outflow\" has no order: with [pde.manufactured] take given or periodic");
  }
}

/// Parts of an expression that are of space and time alone, each as large as can be.
std::vector<int> parts_of_space_and_time(const System& system, int root) {
  const auto is_one = [&](int node) { return (system.dependence(node) & ~unsigned{on_space | on_time}) == 0; };
  std::vector<int> found;
  for (const int part : system.graph.parts_of({root}, [&](int node) { return !is_one(node); })) {
    if (is_one(part) && !system.graph.is_constant(part)) found.push_back(part);
  }
  return found;
}

/// The solution, and what it makes of the equations, are numbers everywhere.
void check_solution_values(const io::Deck& deck, const System& system, io::Problems& problems) {
  static_assert(coordinate_x == -1 && coordinate_z == -3 && time_t == solution_time);
  const auto& values = system.manufactured.values;
  std::vector<SolutionPart> parts;
  for (std::size_t n = 0; n < values.size(); ++n) {
    const bool is_field = n < system.fields.size();
    const std::string name = variable_name(system, static_cast<int>(n));
    const std::string key = (is_field ? "pde.manufactured." : "pde.let.") + name;
    const io::Position position = deck.formula(key).position;
    parts.push_back({values[n], key, position, is_field ? "" : "with the solution this "});
    if (!is_field) continue;
    for (const int part : parts_of_space_and_time(system, system.rates[n]))
      parts.push_back({part, key, position, fmt::format("with it, a term of d/dt of {} ", name)});
  }
  check_solution(deck, system.graph, parts, SolutionPlaces::centres_and_corners, problems);
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

/// What a run makes of the equations can be made.
class ProgramCheck {
 public:
  ProgramCheck(const io::Deck& deck, System& system, io::Problems& problems)
      : deck_(deck), system_(system), problems_(problems) {}

  void run() {
    const std::string equations = system_.laws.fastest.empty() ? "pde.equations" : "pde.flux";
    look(equations, system_.rates);
    for (const Named& one : system_.auxiliaries)
      look("pde.let." + one.name, {one.node});
    for (const Named& one : system_.outputs)
      look("pde.output." + one.name, {one.node});
    for (const Named& one : system_.history)
      look("pde.history." + one.name, {one.node});
    for (std::size_t n = 0; n < space_.nodes.size(); ++n)
      attempt(equations, [&] { lowered(system_, {space_.nodes[n]}, nullptr); });
    if (problems_.empty()) look_at_limits(equations);
  }

 private:
  void look(const std::string& key, const std::vector<int>& roots) {
    attempt(key, [&] {
      lowered(system_, roots, &space_);
      for (const Task& task : system_.tasks(roots)) {
        if (!task.is_field) lowered(system_, {system_.graph[task.number].child[0]}, &space_);
      }
    });
  }

  void look_at_limits(const std::string& key) {
    const Options options = options_of(deck_);
    const StepLimits limits(system_, options.scheme, options.stages);
    if (limits.can_be_looked_at()) {
      attempt(key, [&] { lowered(system_, limits.varying(), &space_); });
      look(key, limits.numbers());
    } else if (!options.trusts_step) {
      problems_.add(deck_.position(key), key,
                    fmt::format("the stable step depends on {} quantities that differ from cell to cell, more than {}: "
                                "give time.dt and pde.trust_dt = true, and no stable step is looked for",
                                limits.varying().size(), most_varying));
    }
  }

  template <class Action>
  void attempt(const std::string& key, const Action& action) {
    try {
      action();
    } catch (const UsageError& error) {
      problems_.add(deck_.position(key), key, error.what());
    }
  }

  const io::Deck& deck_;
  System& system_;
  io::Problems& problems_;
  SpaceFields space_;
};

void check_step(const io::Deck& deck, System& system, const StartValues& start, io::Problems& problems) {
  const Options options = options_of(deck);
  if (options.fixed_step && options.trusts_step) return;
  StepLimits limits(system, options.scheme, options.stages);
  const StartLimit at_start = limit_at_start(options, limits, start);
  const StepLimit& limit = at_start.limit;
  if (options.fixed_step && at_start.is_estimate) return;  // the run looks at it before its first step
  const std::string key = options.fixed_step ? "time.dt" : "pde.integrator";
  if (!(limit.step > 0)) {
    problems.add(deck.position(key), key, no_stable_step(limit));
  } else if (options.fixed_step && *options.fixed_step > limit.step) {
    problems.add(deck.position(key), key, step_is_too_long(*options.fixed_step, limit));
  } else if (!options.fixed_step && !std::isfinite(limit.step)) {
    if (const auto flaw = find_ill_posed(deck, system)) {
      problems.add(deck.position(flaw->key), flaw->key,
                   flaw->what + ". No step is stable, so none can be chosen; time.dt makes steps all the same");
      return;
    }
    problems.add(deck.position("time"), "time.dt",
                 fmt::format("missing: nothing in the equations{} limits the step at the start",
                             at_start.only_growth_limits ? " but growth" : ""));
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

/// What differences of fourth order do not go with.
void check_order(const io::Deck& deck, io::Problems& problems) {
  if (!deck.valid("pde.order") || deck.integer("pde.order") == 2) return;
  const auto refuse = [&](const std::string& key, const std::string& why) {
    problems.add(deck.position(key), key, why + ": pde.order = 4 is for smooth solutions and central differences");
  };
  if (deck.integer("pde.order") == 3) problems.add(deck.position("pde.order"), "pde.order", "must be 2 or 4");
  if (!deck.names("pde.flux").empty()) refuse("pde.flux", "is of second order at most");
  if (deck.valid("pde.face_mean") && deck.text("pde.face_mean") == "harmonic")
    refuse("pde.face_mean", "\"harmonic\" is of second order");
  if (!deck.valid("grid.cells") || !deck.valid("grid.boundary.x")) return;
  const Domain domain = domain_of(deck);
  for (int axis = 0; axis < domain.dimensions; ++axis) {
    const std::string key = std::string("grid.boundary.") + "xyz"[axis];
    if (!deck.valid(key)) continue;
    const auto kinds = deck.boundary(key);
    if (kinds[0] == "outflow" || kinds[1] == "outflow") refuse(key, "\"outflow\" is of first order");
    if (!domain.periodic[static_cast<std::size_t>(axis)] &&
        domain.cells[static_cast<std::size_t>(axis)] < polynomial_cells)
      problems.add(deck.position("grid.cells"), "grid.cells",
                   fmt::format("pde.order = 4 needs at least {} cells between given faces", polynomial_cells));
  }
}

/// A wind that comes from one side is of second order.
void check_operators(const io::Deck& deck, const System& system, io::Problems& problems) {
  for (int n = 0; system.order == 4 && n < system.graph.size(); ++n) {
    const auto& node = system.graph[n];
    if (node.kind != ops::NodeKind::operation || static_cast<Operator>(node.index) != Operator::upwind) continue;
    problems.add(deck.position("pde.order"), "pde.order",
                 "upwind(...) is of second order: take dx, dy, dz, or order 2");
    return;
  }
}

}  // namespace

void check(const io::Deck& deck, io::Problems& problems) {
  if (field_names(deck).empty() && problems.empty()) {
    problems.add(deck.position("pde"), "pde", "needs [pde.equations] or [pde.flux] with at least one field");
    return;
  }
  if (deck.given("pde.stages") && deck.valid("pde.stages") && deck.integer("pde.stages") % 2 == 0)
    problems.add(deck.position("pde.stages"), "pde.stages", "must be odd");
  if (deck.given("pde.stages") && deck.valid("pde.integrator") && deck.text("pde.integrator") != "rkl2")
    problems.add(deck.position("pde.stages"), "pde.stages", "only the integrator rkl2 has stages to choose");
  if (!check_fields(deck, problems)) return;
  check_names(deck, problems);
  check_history(deck, problems);
  if (deck.valid("grid.cells")) check_laws(deck, problems);
  check_order(deck, problems);
  check_manufactured(deck, problems);
  if (!problems.empty()) return;
  System system = read_system(deck, problems);
  check_initial(deck, problems);
  if (problems.empty()) check_units(deck, problems);
  check_operators(deck, system, problems);
  if (!problems.empty()) return;
  check_boundaries(deck, system, problems);
  if (static_cast<int>(system.auxiliaries.size()) > most_auxiliaries)
    problems.add(deck.position("pde.let"), "pde.let",
                 fmt::format("operators are applied to {} of these names, at most {} are possible",
                             system.auxiliaries.size(), most_auxiliaries));
  if (deck.boolean("pde.trust_dt") && !deck.given("time.dt"))
    problems.add(deck.position("pde.trust_dt"), "pde.trust_dt", "there is no time.dt to trust");
  if (!problems.empty()) return;
  check_solution_values(deck, system, problems);
  if (!problems.empty()) return;
  try {
    system.edges = edges_of(deck, system);
    ProgramCheck(deck, system, problems).run();
    if (!problems.empty()) return;
    const StartValues start(deck, system);
    check_start_rates(deck, system, start, problems);
    if (problems.empty()) check_start_signals(deck, system, start, problems);
    if (problems.empty()) check_step(deck, system, start, problems);
  } catch (const UsageError& error) {  // they are too long
    problems.add(deck.position("pde.equations"), "pde.equations", error.what());
  }
}

}  // namespace tarn::apps::pde
