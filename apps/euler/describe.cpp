// The app, and what it makes of a deck.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "tarn/apps/driver/check_values.hpp"
#include "tarn/apps/driver/make_simulation.hpp"
#include "tarn/apps/driver/precision.hpp"
#include "tarn/apps/euler/derived.hpp"
#include "tarn/apps/euler/euler.hpp"
#include "tarn/apps/euler/riemann_problem.hpp"
#include "tarn/apps/euler/schema.hpp"

namespace tarn::apps::euler {

namespace {

const std::map<std::string, Riemann> solvers = {{"llf", Riemann::llf}, {"hll", Riemann::hll}, {"hllc", Riemann::hllc}};
const std::map<std::string, Reconstruction> limiters = {
    {"minmod", Reconstruction::minmod}, {"van_leer", Reconstruction::van_leer}, {"mc", Reconstruction::mc}};

std::vector<FieldDescription> outputs(int dimensions, const std::vector<std::string>& scalars) {
  std::vector<FieldDescription> fields;
  for (const auto& field : derived_fields(dimensions, scalars))
    fields.push_back(field.description);
  return fields;
}

/// What decks of any dimension can show; scalars are theirs to name.
std::vector<FieldDescription> all_fields() {
  std::vector<FieldDescription> fields = state_fields(3, {});
  for (const int dimensions : {3, 2}) {
    for (const auto& field : outputs(dimensions, {})) {
      const auto same = [&](const auto& other) { return other.name == field.name; };
      if (std::none_of(fields.begin(), fields.end(), same)) fields.push_back(field);
    }
  }
  return fields;
}

/// Methods that are unstable with a second order integrator whatever the step. Of weno5: R. Wang and R. J. Spiteri,
/// SIAM J. Numer. Anal. 45 (2007) 1871-1901. ppm without limiting takes one value on both sides of a face, which damps
/// nothing, and the range of rk2 has no part of the imaginary axis.
std::string warning_of(const io::Deck& deck) {
  const std::string reconstruction = deck.text("euler.reconstruction");
  if (deck.text("euler.integrator") != "rk2" || (reconstruction != "ppm" && reconstruction != "weno5")) return {};
  return fmt::format(
      "{} with rk2 is unstable: short waves grow slowly, the faster the larger time.cfl is, until the limiter stops "
      "them; use integrator = \"rk3\"",
      reconstruction);
}

Model model(const io::Deck& deck) {
  const Options options = options_of(deck);
  const int dimensions = dimensions_of(deck), bytes = bytes_of_real(deck);
  Model made;
  made.state = state_fields(dimensions, options.scalars);
  made.outputs = outputs(dimensions, options.scalars);
  made.ghosts = width_of(options.reconstruction);
  if (deck.given("time.dt")) made.forecast.step = deck.number("time.dt");
  made.forecast.bytes_per_cell = static_cast<std::int64_t>(3 * made.state.size()) * bytes;
  made.forecast.note = fmt::format("{}, {}, {}", deck.text("euler.riemann"), deck.text("euler.reconstruction"),
                                   deck.text("euler.integrator"));
  made.forecast.warning = warning_of(deck);
  for (int axis = 0; axis < dimensions; ++axis) {
    const double pull = options.gravity[axis];
    made.coefficients.push_back({"euler.gravity", pull, "gravity", pull});
    made.coefficients.push_back({"grid.cells", 1, "1/dx", 1 / domain_of(deck).spacing(axis)});
  }
  made.coefficients.push_back({"euler.gamma", options.gamma, "gamma - 1", options.gamma - 1});
  made.averages = true;
  made.exact = riemann_problem_of(deck);
  made.create = make_simulation<Euler>;
  return made;
}

const bool registered = register_simulation({
    .name = "euler",
    .summary = "compressible flow of an ideal gas (the Euler equations), in one to three dimensions",
    .tables = {schema_table()},
    .boundary_kinds = {"periodic", "outflow", "reflect", "inflow", "given"},
    .fields = all_fields(),
    .fields_from_deck = true,
    .check = check_deck,
    .model = model,
});

}  // namespace

Options options_of(const io::Deck& deck) {
  Options options;
  options.gamma = deck.number("euler.gamma");
  options.riemann = solvers.at(deck.text("euler.riemann"));
  const std::string reconstruction = deck.text("euler.reconstruction");
  options.reconstruction = reconstruction == "plm"     ? limiters.at(deck.text("euler.limiter"))
                           : reconstruction == "ppm"   ? Reconstruction::ppm
                           : reconstruction == "weno5" ? Reconstruction::weno5
                                                       : Reconstruction::constant;
  options.stages = deck.text("euler.integrator") == "rk3" ? 3 : 2;
  options.scalars = scalars_of(deck);
  if (deck.given("euler.gravity")) {
    const auto gravity = deck.numbers("euler.gravity");
    std::copy(gravity.begin(), gravity.end(), options.gravity.begin());
  }
  if (deck.given("euler.floor.density")) options.least_density = deck.number("euler.floor.density");
  if (deck.given("euler.floor.pressure")) options.least_pressure = deck.number("euler.floor.pressure");
  return options;
}

std::vector<std::string> primitive_names(int dimensions, const std::vector<std::string>& scalars) {
  std::vector<std::string> names = {"density"};
  for (int axis = 0; axis < dimensions; ++axis)
    names.push_back(std::string("velocity_") + "xyz"[axis]);
  names.push_back("pressure");
  names.insert(names.end(), scalars.begin(), scalars.end());
  return names;
}

std::vector<FieldDescription> state_fields(int dimensions, const std::vector<std::string>& scalars) {
  std::vector<FieldDescription> fields = {{"density", "", "mass per volume"}};
  for (int axis = 0; axis < dimensions; ++axis) {
    const std::string letter(1, "xyz"[axis]);
    fields.push_back({"momentum_" + letter, "", "density * velocity along " + letter});
  }
  fields.push_back({"energy", "", "internal and kinetic energy per volume"});
  for (const std::string& scalar : scalars)
    fields.push_back({scalar + "_density", "", "density * " + scalar});
  return fields;
}

}  // namespace tarn::apps::euler
