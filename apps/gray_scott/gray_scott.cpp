// What a gray_scott deck may say, and what it asks for.
#include "tarn/apps/gray_scott/gray_scott.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include <fmt/format.h>
#include <fmt/ranges.h>

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

/// Calls `use` with centres of the ghosts behind a face: all of them, or 64 along an axis where it has more.
void for_each_ghost(const Domain& domain, int axis, int side, const std::function<void(const double*)>& use) {
  std::array<int, 3> samples{};
  for (std::size_t n = 0; n < 3; ++n)
    samples[n] = static_cast<int>(n) == axis ? 1 : std::min(domain.cells[n], 64);
  const auto centre = [&](std::size_t n, int sample) {
    const double cell = static_cast<int>(n) != axis ? std::floor((sample + 0.5) / samples[n] * domain.cells[n])
                        : side == 0                 ? -1
                                                    : domain.cells[n];
    return domain.lower[n] + (cell + 0.5) * domain.spacing(static_cast<int>(n));
  };
  for (int k = 0; k < samples[2]; ++k) {
    for (int j = 0; j < samples[1]; ++j) {
      for (int i = 0; i < samples[0]; ++i) {
        const std::array<double, 3> place{centre(0, i), centre(1, j), centre(2, k)};
        use(place.data());
      }
    }
  }
}

/// A held face keeps what an initial formula gives half a cell behind it: that must be a number, as in the cells.
void check_held_faces(const io::Deck& deck, const std::string& key, io::Problems& problems) {
  const Domain domain = domain_of(deck);
  const auto kinds = boundary_kinds_of(deck);
  const auto formula = formula_of(deck, key, FormulaUse::initial);
  std::string wrong;
  for (int axis = 0; axis < domain.dimensions; ++axis) {
    for (int side = 0; side < 2; ++side) {
      if (kinds[static_cast<std::size_t>(axis)][static_cast<std::size_t>(side)] != "held") continue;
      for_each_ghost(domain, axis, side, [&](const double* place) {
        const double value = formula.evaluate(place);
        if (!wrong.empty() || std::isfinite(value)) return;
        wrong = fmt::format("is {:g} at {:g}", value, fmt::join(place, place + domain.dimensions, ", ")) +
                fmt::format(", behind the face {} that is held: it must be a number there too", face_name(axis, side));
      });
    }
  }
  if (!wrong.empty()) problems.add(deck.position(key), key, wrong);
}

void check(const io::Deck& deck, io::Problems& problems) {
  for (const char* key : {"gray_scott.initial.u", "gray_scott.initial.v"})
    check_formula(deck, key, FormulaUse::initial, problems);
  if (!problems.empty()) return;
  for (const char* key : {"gray_scott.initial.u", "gray_scott.initial.v"})
    check_held_faces(deck, key, problems);
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
  const Domain domain = domain_of(deck);
  if (!deck.given("time.dt")) {
    options.largest_step = deck.number("time.cfl") * safe_step(options, domain);
    return options;
  }
  options.largest_step = deck.number("time.dt");
  const double limit = stability_limit(options, domain);
  if (options.largest_step > limit) {
    throw UsageError(fmt::format("{} is beyond the stability limit {:.6g} of {} on this grid", options.largest_step,
                                 limit, integrator));
  }
  return options;
}

}  // namespace tarn::apps::gray_scott
