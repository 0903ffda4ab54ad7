// What a gray_scott deck may say, and what it asks for.
#include "tarn/apps/gray_scott/gray_scott.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tarn/apps/driver/check_values.hpp"
#include "tarn/apps/driver/make_simulation.hpp"
#include "tarn/apps/driver/precision.hpp"
#include "tarn/apps/driver/schedule.hpp"
#include "tarn/apps/driver/steps_per_pass.hpp"

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
                   .choices = {"euler", "rk2", "rk4"}},
               steps_per_pass_key()},
      .tables = {
          {.name = "initial", .meaning = "the initial state", .required = true, .keys = {initial("u"), initial("v")}}}};
}

/// A method is stable for eigenvalues, times the step, in the disc whose diameter are the real numbers from -reach to
/// 0: |1 + z| <= 1 for Euler, and the discs of these Runge-Kutta methods lie within their regions too.
double reach_of(ops::Scheme scheme) {
  return scheme == ops::Scheme::rk4 ? 2.785 : 2;
}

/// The rate at which the roughest pattern of the grid decays by diffusion, 4 D sum 1/dx^2 [1/time].
double roughest_decay(double diffusivity, const Domain& domain) {
  double sum = 0;
  for (int axis = 0; axis < domain.dimensions; ++axis)
    sum += 1 / (domain.spacing(axis) * domain.spacing(axis));
  return 4 * diffusivity * sum;
}

/// The largest step that a deck may fix: beyond it even the state u = 1, v = 0 is unstable, as the eigenvalues of what
/// is linear there reach -(4 D sum 1/dx^2 + feed) for u and -(4 D sum 1/dx^2 + feed + kill) for v.
double stability_limit(const Options& options, const Domain& domain) {
  const double fastest = std::max(roughest_decay(options.du, domain) + options.feed,
                                  roughest_decay(options.dv, domain) + options.feed + options.kill);
  return reach_of(options.scheme) / fastest;
}

/// The step that time.cfl is a share of: it is stable for every state with v <= 1.
///
/// With Euler it is 1 / (2 D sum 1/dx^2 + 1 + feed + kill). Then a new u is a sum of old ones and of feed dt with
/// weights that are not negative, since its own, 1 - dt (2 du sum 1/dx^2 + v^2 + feed), is not; the same holds for v.
/// So u stays between 0 and the larger of 1 and its first maximum, and v does not become negative. The stages of rk2
/// are such steps and means of them. With rk4, whose stages are not, it is linear stability: by Gershgorin's theorem
/// for columns, no eigenvalue of the linearised equations lies beyond -(4 D sum 1/dx^2 + 2 v^2 + feed), or beyond
/// -(4 D sum 1/dx^2 + feed + kill).
double safe_step(const Options& options, const Domain& domain) {
  const double fastest =
      roughest_decay(std::max(options.du, options.dv), domain) + 2 * (1 + options.feed + options.kill);
  return reach_of(options.scheme) / fastest;
}

/// Why two steps cannot be made in one pass over memory.
std::string obstacle_to_two_steps(const io::Deck& deck) {
  const auto valid = [&](const char* key) { return deck.valid(std::string("gray_scott.") + key); };
  if (valid("integrator") && deck.text("gray_scott.integrator") != "euler")
    return fmt::format("the integrator is {}, not euler", deck.text("gray_scott.integrator"));
  if (valid("noise") && deck.number("gray_scott.noise") > 0) return "gray_scott.noise changes from step to step";
  return {};
}

void check(const io::Deck& deck, io::Problems& problems) {
  check_steps_per_pass(deck, "gray_scott", obstacle_to_two_steps(deck), problems);
  const auto used = in_cells_and_behind("held", 1);
  check_values(
      deck, {{"gray_scott.initial.u", FormulaUse::initial, used}, {"gray_scott.initial.v", FormulaUse::initial, used}},
      problems);
}

Model model(const io::Deck& deck) {
  const Options options = options_of(deck);
  const Domain domain = domain_of(deck);
  Model made{.state = state, .create = make_simulation<GrayScott>};
  made.forecast = {.step = options.largest_step,
                   .bytes_per_cell = std::int64_t{2} * ops::arrays_of(options.scheme) * bytes_of_real(deck),
                   .more_where_cut = more_bytes_where_cut(deck, "gray_scott", obstacle_to_two_steps(deck), 2),
                   .note = deck.text("gray_scott.integrator"),
                   .limit = options.limit};
  for (int axis = 0; axis < domain.dimensions; ++axis) {
    const double area = domain.spacing(axis) * domain.spacing(axis);
    made.coefficients.push_back({"gray_scott.du", options.du, "du/dx^2", options.du / area});
    made.coefficients.push_back({"gray_scott.dv", options.dv, "dv/dx^2", options.dv / area});
  }
  made.coefficients.push_back({"gray_scott.feed", options.feed, "the value", options.feed});
  made.coefficients.push_back({"gray_scott.kill", options.kill, "feed + kill", options.feed + options.kill});
  made.coefficients.push_back({"gray_scott.noise", options.noise, "the value", options.noise});
  return made;
}

const bool registered = register_simulation({
    .name = "gray_scott",
    .summary = "the Gray-Scott reaction and diffusion of two substances, in one to three dimensions",
    .tables = {table()},
    .boundary_kinds = {"periodic", "neumann", "held"},
    .fields = state,
    .check = check,
    .model = model,
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
  const Domain domain = domain_of(deck);
  options.limit = stability_limit(options, domain);
  options.largest_step = step_of(deck, safe_step(options, domain));
  return options;
}

}  // namespace tarn::apps::gray_scott
