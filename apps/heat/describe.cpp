// What a heat deck asks for.
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "tarn/apps/driver/axis_formulas.hpp"
#include "tarn/apps/driver/check_model.hpp"
#include "tarn/apps/driver/face_formulas.hpp"
#include "tarn/apps/driver/make_simulation.hpp"
#include "tarn/apps/driver/precision.hpp"
#include "tarn/apps/driver/rkl2_warning.hpp"
#include "tarn/apps/driver/schedule.hpp"
#include "tarn/apps/driver/steps_per_pass.hpp"
#include "tarn/apps/heat/heat.hpp"
#include "tarn/ops/integrate/rkl2.hpp"

namespace tarn::apps::heat {

std::string change_in_time(const io::Deck& deck) {
  std::vector<std::string> keys{"heat.source"};
  for (int axis = 0; axis < dimensions_of(deck); ++axis) {
    for (int side = 0; side < 2; ++side)
      keys.push_back("heat.boundary_value." + face_name(axis, side));
  }
  for (const auto& key : keys) {
    if (deck.has(key) && formula_of(deck, key, FormulaUse::of_time).uses("t")) return key + " changes in time";
  }
  return {};
}

bool has_variable_diffusivity(const io::Deck& deck) {
  const auto diffusivities = axis_formulas(deck, diffusivity_key);
  return std::any_of(diffusivities.begin(), diffusivities.end(), [&](const auto& diffusivity) {
    return !formula_of(deck, diffusivity.key, FormulaUse::of_space).is_constant();
  });
}

namespace {

constexpr int default_stages = 9, most_stages = 999;

/// Keys that only one integrator has.
void check_method(const io::Deck& deck, io::Problems& problems) {
  if (!deck.valid("heat.integrator")) return;
  const std::string integrator = deck.text("heat.integrator");
  if (deck.given("heat.stages") && integrator != "rkl2") {
    problems.add(deck.position("heat.stages"), "heat.stages", "only the integrator rkl2 has stages");
  } else if (deck.given("heat.stages") && deck.valid("heat.stages") && deck.integer("heat.stages") % 2 == 0) {
    problems.add(deck.position("heat.stages"), "heat.stages",
                 fmt::format("{} is even: rkl2 takes an odd number of stages", deck.integer("heat.stages")));
  }
  for (const char* name : {"scheme", "preconditioner", "tolerance", "max_iterations"}) {
    const std::string key = std::string("heat.") + name;
    if (deck.given(key) && integrator != "implicit")
      problems.add(deck.position(key), key, fmt::format("only the integrator implicit has a {}", name));
  }
  if (integrator != "implicit") return;
  if (deck.given("time.cfl")) {
    problems.add(deck.position("time.cfl"), "time.cfl",
                 "the integrator implicit has no stability limit to take a share of; give time.dt instead");
  } else if (!deck.given("time.dt")) {
    problems.add(deck.position("heat.integrator"), "time.dt",
                 "missing: the integrator implicit has no stability limit, so the step has to be chosen");
  }
}

/// Conjugate gradients square what an implicit step is made of.
void check_stiffness(const io::Deck& deck, io::Problems& problems) {
  const auto along_axes = largest_along_axes(deck, diffusivity_key);
  const double most = is_single(deck) ? 1e18 : 1e150, dt = deck.number("time.dt");
  const double ratio = dt / euler_limit(domain_of(deck), along_axes);
  if (ratio <= most) return;
  const double kappa = *std::max_element(along_axes.begin(), along_axes.end());
  const std::string key = stands_out(kappa, dt, domain_of(deck)) ? diffusivity_key : "time.dt";
  problems.add(deck.position(key), key,
               fmt::format("with the diffusivity {:g} a step of {:g} is {:.3g} times that of explicit Euler on this "
                           "grid: at most {:g} times can be computed",
                           kappa, dt, ratio, most));
}

/// Why two steps cannot be made in one pass over memory. @param sound  whether the formulas can be read
std::string obstacle_to_two_steps(const io::Deck& deck, bool sound) {
  if (deck.valid("heat.integrator") && deck.text("heat.integrator") != "euler")
    return fmt::format("the integrator is {}, not euler", deck.text("heat.integrator"));
  return sound ? change_in_time(deck) : "";
}

void check(const io::Deck& deck, io::Problems& problems) {
  check_method(deck, problems);
  check_axis_formulas(deck, diffusivity_key, problems);
  auto formulas = check_faces(deck, "heat.boundary_value", {{"dirichlet"}, {"neumann"}}, problems);
  for (const auto& diffusivity : axis_formulas(deck, diffusivity_key))
    formulas.push_back(values_across(diffusivity));
  formulas.push_back({"heat.initial", FormulaUse::initial});
  formulas.push_back({"heat.source", FormulaUse::of_time});
  const bool implicit = problems.empty() && is_implicit(deck);
  // Backward Euler looks at the ends of steps alone.
  if (implicit && options_of(deck, {}).implicit.theta == 1) {
    for (ValuesOf& formula : formulas)
      formula.time = deck.number("time.dt");
  }
  check_values(deck, formulas, problems);
  check_steps_per_pass(deck, "heat", obstacle_to_two_steps(deck, problems.empty()), problems);
  if (implicit && problems.empty()) check_stiffness(deck, problems);
}

Model model(const io::Deck& deck) {
  const Domain domain = domain_of(deck);
  const auto kappa = largest_along_axes(deck, diffusivity_key);
  const bool variable = has_variable_diffusivity(deck);
  const Options options = options_of(deck, kappa);
  double arrays = 2 + (options.method == Method::rkl2 ? 2 : 0) + (deck.has("heat.source") ? 1 : 0) +
                  (variable ? 1 + domain.dimensions : 0);
  if (options.method == Method::implicit)
    arrays += ops::ImplicitDiffusionStep<double>::arrays(options.implicit, domain, kappa);
  Model made{.state = state_of(deck), .create = make_simulation<Heat>};
  std::string warning;
  if (options.method == Method::rkl2)
    warning = rkl2_warning(deck, options.stages, step_of(deck, *options.limit), euler_limit(domain, kappa));
  made.forecast = {.step = options.limit ? step_of(deck, *options.limit) : deck.number("time.dt"),
                   .bytes_per_cell = std::llround(std::ceil(arrays * bytes_of_real(deck))),
                   .more_where_cut = more_bytes_where_cut(deck, "heat", obstacle_to_two_steps(deck, true), 1),
                   .note = text_of(options),
                   .warning = warning,
                   .limit = options.limit};
  for (const auto& [key, axes] : axis_formulas(deck, diffusivity_key)) {
    for (const int axis : axes) {
      const double dx = domain.spacing(axis), factor = variable ? 1 : kappa[axis];
      made.coefficients.push_back({key, kappa[axis], variable ? "1/dx^2" : "diffusivity/dx^2", factor / (dx * dx)});
    }
  }
  return made;
}

const bool registered = register_simulation({
    .name = "heat",
    .summary = "heat conduction, du/dt = div(kappa grad u) + q, in one to three dimensions",
    .tables = tables(),
    .boundary_kinds = {"periodic", "dirichlet", "neumann"},
    .fields = {{"temperature", "K", "the temperature u"}},
    .check = check,
    .model = model,
    .bench = "[heat]\ndiffusivity = 1\ninitial = \"1 + x * y\"\n",  // each cell is read and written once
});

}  // namespace

double euler_limit(const Domain& domain, const std::array<double, 3>& kappa) {
  const double largest = *std::max_element(kappa.begin(), kappa.end());
  if (largest == 0) return std::numeric_limits<double>::infinity();
  double sum = 0;
  for (int axis = 0; axis < domain.dimensions; ++axis)
    sum += kappa[axis] / largest / (domain.spacing(axis) * domain.spacing(axis));
  return 1 / (2 * largest * sum);
}

Options options_of(const io::Deck& deck, const std::array<double, 3>& kappa) {
  const std::string integrator = deck.text("heat.integrator");
  Options options;
  options.limit = euler_limit(domain_of(deck), kappa);
  if (integrator == "implicit") {
    options.method = Method::implicit;
    options.limit.reset();
    if (deck.has("heat.scheme") && deck.text("heat.scheme") == "crank_nicolson") options.implicit.theta = 0.5;
    options.implicit.tolerance = is_single(deck) ? 1e-5 : 1e-8;
    if (deck.has("heat.tolerance")) options.implicit.tolerance = deck.number("heat.tolerance");
    if (deck.has("heat.max_iterations"))
      options.implicit.max_iterations = static_cast<int>(deck.integer("heat.max_iterations"));
    options.implicit.multigrid = !deck.has("heat.preconditioner") || deck.text("heat.preconditioner") == "multigrid";
  } else if (integrator == "rkl2") {
    const double euler = *options.limit;
    options.method = Method::rkl2;
    options.stages = default_stages;
    if (deck.given("time.dt"))
      options.stages = ops::Rkl2::stages_for(std::min(deck.number("time.dt") / euler, ops::Rkl2::reach(most_stages)));
    if (deck.given("heat.stages")) options.stages = static_cast<int>(deck.integer("heat.stages"));
    options.limit = euler * ops::Rkl2::reach(options.stages);
  }
  return options;
}

std::string text_of(const Options& options) {
  if (options.method == Method::euler) return "explicit Euler";
  if (options.method == Method::rkl2) return fmt::format("rkl2 with {} stages", options.stages);
  return fmt::format("{}, conjugate gradients with {}",
                     options.implicit.theta == 1 ? "backward Euler" : "Crank-Nicolson",
                     options.implicit.multigrid ? "multigrid" : "Jacobi's preconditioner");
}

}  // namespace tarn::apps::heat
