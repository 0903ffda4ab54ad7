// What a gray_scott deck may say, and what it asks for.
#include "tarn/apps/gray_scott/gray_scott.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/core/error.hpp"

namespace tarn::apps::gray_scott {

namespace {

using io::Key;
using io::KeyType;

io::Table table() {
  const auto number = [](const char* name, const char* meaning, const char* unit,
                         std::optional<std::string> default_text) {
    return Key{.name = name,
               .type = KeyType::number,
               .meaning = meaning,
               .unit = unit,
               .required = !default_text,
               .default_text = default_text,
               .at_least = 0};
  };
  const auto initial = [](const char* name) {
    return Key{.name = name,
               .type = KeyType::number_or_formula,
               .meaning = std::string(name) + " at the start, of x, y, z; may use random",
               .required = true};
  };
  return {
      .name = "gray_scott",
      .meaning =
          "du/dt = du laplacian(u) - u v^2 + feed (1 - u) + noise, "
          "dv/dt = dv laplacian(v) + u v^2 - (feed + kill) v",
      .required = true,
      .keys = {number("du", "diffusivity of u", "length^2/time", "0.16"),
               number("dv", "diffusivity of v", "length^2/time", "0.08"),
               number("feed", "rate at which u is fed, and all is washed out", "1/time", {}),
               number("kill", "rate at which v is removed beside that", "1/time", {}),
               number("noise",
                      "size of the random part of du/dt: uniform between -noise and noise in each cell and step",
                      "1/time", "0"),
               Key{.name = "integrator",
                   .type = KeyType::choice,
                   .meaning = "forward Euler, or a Runge-Kutta method of order 2 (ssp) or 4",
                   .default_text = "\"euler\"",
                   .choices = {"euler", "rk2", "rk4"}}},
      .tables = {
          {.name = "initial", .meaning = "the initial state", .required = true, .keys = {initial("u"), initial("v")}}}};
}

/// The largest stable step: the linearised right-hand side has real parts between -(4 D sum 1/dx^2 + reaction) and 0
/// for u and v between 0 and 1, and a method is stable to -2 (Euler, order 2) or -2.785 (order 4).
double stability_limit(const Options& options, const Domain& domain) {
  double sum = 0;
  for (int axis = 0; axis < domain.dimensions; ++axis)
    sum += 1 / (domain.spacing(axis) * domain.spacing(axis));
  const double reaction = 1 + options.feed + options.kill;
  const double reach = options.scheme == ops::Scheme::rk4 ? 2.785 : 2;
  return reach / (4 * std::max(options.du, options.dv) * sum + reaction);
}

void check(const io::Deck& deck, io::Problems& problems) {
  for (const char* key : {"gray_scott.initial.u", "gray_scott.initial.v"})
    check_formula(deck, key, FormulaUse::initial, problems);
  if (!problems.empty()) return;
  try {
    options_of(deck);
  } catch (const UsageError& error) {
    problems.add(deck.position("time.dt"), "time.dt", error.what());
  }
}

Forecast forecast(const io::Deck& deck) {
  const Options options = options_of(deck);
  const int bytes = deck.text("run.precision") == "single" ? 4 : 8;
  return {.step = options.largest_step,
          .bytes_per_cell = std::int64_t{2} * ops::arrays_of(options.scheme) * bytes,
          .note = deck.text("gray_scott.integrator")};
}

std::vector<FieldDescription> fields() {
  return {{"u", "", "the substance that is fed"}, {"v", "", "the substance that eats u and makes more of itself"}};
}

std::unique_ptr<Simulation> create(const SimulationContext& context) {
  switch (context.grid.dimensions()) {
    case 1:
      return make_in_dimension<1>(context);
    case 2:
      return make_in_dimension<2>(context);
    default:
      return make_in_dimension<3>(context);
  }
}

const bool registered = register_app({
    .name = "gray_scott",
    .summary = "the Gray-Scott reaction and diffusion of two substances, in one to three dimensions",
    .tables = {table()},
    .boundary_kinds = {"periodic", "neumann", "held"},
    .fields = fields(),
    .check = check,
    .model =
        [](const io::Deck& deck) {
          return Model{fields(), {}, 1, forecast(deck), create};
        },
    .forecast_text = {},
    .run = {},
});

}  // namespace

Options options_of(const io::Deck& deck) {
  const std::string integrator = deck.text("gray_scott.integrator");
  const auto number = [&](const char* key) { return deck.number(std::string("gray_scott.") + key); };
  Options options{.du = number("du"),
                  .dv = number("dv"),
                  .feed = number("feed"),
                  .kill = number("kill"),
                  .noise = number("noise"),
                  .scheme = integrator == "rk4"   ? ops::Scheme::rk4
                            : integrator == "rk2" ? ops::Scheme::ssp_rk2
                                                  : ops::Scheme::euler};
  const double limit = stability_limit(options, domain_of(deck));
  options.largest_step = deck.given("time.dt") ? deck.number("time.dt") : deck.number("time.cfl") * limit;
  if (options.largest_step > limit) {
    throw UsageError(fmt::format("{} is beyond the stability limit {:.6g} of {} on this grid", options.largest_step,
                                 limit, integrator));
  }
  return options;
}

}  // namespace tarn::apps::gray_scott
