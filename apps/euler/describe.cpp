// What an euler deck may say.
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/check_values.hpp"
#include "tarn/apps/driver/make_simulation.hpp"
#include "tarn/apps/driver/precision.hpp"
#include "tarn/apps/euler/derived.hpp"
#include "tarn/apps/euler/euler.hpp"
#include "tarn/apps/euler/state.hpp"

namespace tarn::apps::euler {

namespace {

using io::Key;
using io::KeyType;

const std::map<std::string, Riemann> solvers = {{"llf", Riemann::llf}, {"hll", Riemann::hll}, {"hllc", Riemann::hllc}};
const std::map<std::string, Reconstruction> limiters = {
    {"minmod", Reconstruction::minmod}, {"van_leer", Reconstruction::van_leer}, {"mc", Reconstruction::mc}};

Key formula_key(const std::string& name, const std::string& meaning, const char* unit, bool required = false) {
  return {.name = name, .type = KeyType::number_or_formula, .meaning = meaning, .unit = unit, .required = required};
}

/// Keys for the primitive quantities; scalars come as further keys of any name.
std::vector<Key> primitive_keys() {
  std::vector<Key> keys = {formula_key("density", "mass per volume, > 0", "", true)};
  for (const char axis : std::string("xyz"))
    keys.push_back(formula_key(std::string("velocity_") + axis, std::string("along ") + axis, "length/time"));
  keys.push_back(formula_key("pressure", "> 0", "", true));
  return keys;
}

io::Table boundary_table() {
  io::Table boundary{.name = "boundary", .meaning = "what is beyond the faces whose kind is given"};
  for (int axis = 0; axis < 3; ++axis) {
    for (int side = 0; side < 2; ++side) {
      io::Table face{.name = face_name(axis, side),
                     .meaning = "formulas of x, y, z, t, where they are beyond the face; each scalar too",
                     .free_formulas = true,
                     .keys = primitive_keys()};
      face.keys.push_back(formula_key("wall", "where it is not 0 the face is a wall", ""));
      boundary.tables.push_back(face);
    }
  }
  return boundary;
}

io::Table floor_table() {
  const auto floor = [](const char* name) {
    return Key{.name = name,
               .type = KeyType::number,
               .meaning = std::string(name) + " is raised to this where first order does not keep it above",
               .above = 0,
               .note = "default: none"};
  };
  return {.name = "floor", .meaning = "what a state may not fall below", .keys = {floor("density"), floor("pressure")}};
}

io::Table table() {
  const auto choice = [](const char* name, const char* meaning, const char* fallback,
                         std::vector<std::string> choices) {
    return Key{.name = name,
               .type = KeyType::choice,
               .meaning = meaning,
               .default_text = fallback,
               .choices = std::move(choices)};
  };
  return {.name = "euler",
          .meaning = "compressible flow of an ideal gas",
          .required = true,
          .keys = {Key{.name = "gamma",
                       .type = KeyType::number,
                       .meaning = "ratio of the specific heats",
                       .default_text = "1.4",
                       .above = 1},
                   choice("riemann", "the Riemann solver", "\"hllc\"", {"llf", "hll", "hllc"}),
                   choice("reconstruction", "inside cells: constant, linear, parabolic, or weno of order 5", "\"plm\"",
                          {"constant", "plm", "ppm", "weno5"}),
                   choice("limiter", "of plm", "\"van_leer\"", {"minmod", "van_leer", "mc"}),
                   choice("integrator", "strong stability preserving Runge-Kutta method of order 2 or 3", "\"rk2\"",
                          {"rk2", "rk3"}),
                   Key{.name = "gravity",
                       .type = KeyType::numbers,
                       .meaning = "acceleration along each axis of the grid",
                       .unit = "length/time^2",
                       .shortest = 1,
                       .longest = 3,
                       .note = "default: none"},
                   Key{.name = "scalars",
                       .type = KeyType::texts,
                       .meaning = "names of passive scalars, which the gas carries with it",
                       .note = "default: none"}},
          .tables = {{.name = "initial",
                      .meaning = "the state at the start: formulas of x, y, z, which may use random; each scalar too",
                      .required = true,
                      .free_formulas = true,
                      .keys = primitive_keys()},
                     boundary_table(),
                     floor_table()}};
}

std::vector<std::string> scalars_of(const io::Deck& deck) {
  return deck.given("euler.scalars") && deck.valid("euler.scalars") ? deck.texts("euler.scalars")
                                                                    : std::vector<std::string>{};
}

void check_scalars(const io::Deck& deck, io::Problems& problems) {
  const auto scalars = scalars_of(deck);
  std::vector<std::string> taken = {"wall"};
  for (const auto& field : state_fields(3, {}))
    taken.push_back(field.name);
  for (const auto& field : derived_fields(3, {}))
    taken.push_back(field.description.name);
  taken.push_back("vorticity");
  for (const std::string& name : scalars) {
    const bool plain =
        !name.empty() && (name[0] < '0' || name[0] > '9') &&
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string::npos;
    const auto is_taken = [&](const std::string& wanted) {
      return std::find(taken.begin(), taken.end(), wanted) != taken.end();
    };
    std::string flaw;
    if (!plain) flaw = "a scalar's name has letters, digits and '_' only, and begins with no digit";
    if (is_taken(name)) flaw = "the name is taken";
    if (is_taken(name + "_density")) flaw = fmt::format("the name of its field, '{}_density', is taken", name);
    if (!flaw.empty())
      problems.add(deck.position("euler.scalars"), "euler.scalars", fmt::format("'{}': {}", name, flaw));
    taken.push_back(name);
    taken.push_back(name + "_density");
  }
}

/// The keys of a table of primitive quantities: all that are needed and no others.
/// @param[out] formulas  those that are used are added
void check_primitives(const io::Deck& deck, const std::string& table, FormulaUse use, const Places& places,
                      std::vector<ValuesOf>& formulas, io::Problems& problems) {
  const auto names = primitive_names(dimensions_of(deck), scalars_of(deck));
  std::vector<std::string> written;
  for (const auto& [name, formula] : deck.formulas(table))
    written.push_back(name);
  for (const auto& key : primitive_keys()) {
    if (deck.given(table + "." + key.name)) written.push_back(key.name);
  }
  const auto is_in = [](const std::vector<std::string>& list, const std::string& name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  for (const std::string& name : names) {
    const std::string key = table + "." + name;
    const bool above_zero = name == "density" || name == "pressure";
    if (is_in(written, name)) {
      formulas.push_back({key, use, places, above_zero ? ValuesOf::Range::above_zero : ValuesOf::Range::any});
    } else if (!above_zero) {
      problems.add(deck.position(table), key, "missing");
    }
  }
  for (const std::string& name : written) {
    if (is_in(names, name)) continue;
    const std::string key = table + "." + name;
    problems.add(deck.position(key), key, fmt::format("the gas of this deck has only: {}", fmt::join(names, ", ")));
  }
}

/// The ghosts behind a given face.
Places behind_given(int axis, int side) {
  return [axis, side](const io::Deck& deck) {
    return behind_face(axis, side, width_of(options_of(deck).reconstruction))(deck);
  };
}

/// Those of them that are behind no wall when the run begins: there the gas is not looked at.
Places behind_opening(int axis, int side, const std::string& wall_key) {
  return [axis, side, wall_key](const io::Deck& deck) {
    auto places = behind_given(axis, side)(deck);
    if (!deck.has(wall_key)) return places;
    const auto wall = formula_of(deck, wall_key, FormulaUse::of_time);
    std::erase_if(places, [&](const Place& place) { return value_at(wall, place, 0, dimensions_of(deck)) != 0; });
    return places;
  };
}

/// The cells, and the ghosts that hold the initial state.
std::vector<Place> initial_places(const io::Deck& deck) {
  return in_cells_and_behind("inflow", width_of(options_of(deck).reconstruction))(deck);
}

void check_faces(const io::Deck& deck, std::vector<ValuesOf>& formulas, io::Problems& problems) {
  for (int axis = 0; axis < 3; ++axis) {
    const std::string kinds_key = std::string("grid.boundary.") + "xyz"[axis];
    if (!deck.valid(kinds_key)) continue;
    const auto kinds = deck.boundary(kinds_key);
    for (int side = 0; side < 2; ++side) {
      const std::string table = "euler.boundary." + face_name(axis, side);
      const bool used = axis < dimensions_of(deck) && kinds[side] == "given";
      const bool written = deck.given(table);
      if (used && !written) {
        problems.add(deck.position(kinds_key), table, "missing: a given face needs its formulas");
      } else if (!used && written) {
        problems.add(deck.position(table), table, kinds_key + " does not say that this face is given");
      } else if (used) {
        check_primitives(deck, table, FormulaUse::of_time, behind_opening(axis, side, table + ".wall"), formulas,
                         problems);
        formulas.push_back({table + ".wall", FormulaUse::of_time, behind_given(axis, side)});
      }
    }
  }
}

/// What the state holds of the formulas must fit the precision of the run too. The deck has no other problems.
void check_energy(const io::Deck& deck, io::Problems& problems) {
  if (!is_single(deck)) return;
  const int dimensions = dimensions_of(deck);
  std::vector<ops::Formula> formulas;
  for (const auto& name : primitive_names(dimensions, {}))
    formulas.push_back(formula_of(deck, "euler.initial." + name, FormulaUse::initial));
  for (const Place& place : initial_places(deck)) {
    const auto value = [&](int n) { return value_at(formulas[static_cast<std::size_t>(n)], place, 0, dimensions); };
    double energy = value(dimensions + 1) / (deck.number("euler.gamma") - 1);
    for (int axis = 0; axis < dimensions; ++axis)
      energy += 0.5 * value(0) * value(1 + axis) * value(1 + axis);
    const std::string flaw = flaw_in_single(energy);
    if (flaw.empty()) continue;
    problems.add(
        deck.position("euler.initial"), "euler.initial",
        fmt::format("the energy is {:g} {}: {}{}", energy, text_of(place, dimensions), flaw, double_reaches_farther));
    return;
  }
}

void check(const io::Deck& deck, io::Problems& problems) {
  check_scalars(deck, problems);
  if (deck.given("euler.limiter") && deck.valid("euler.reconstruction") && deck.text("euler.reconstruction") != "plm")
    problems.add(deck.position("euler.limiter"), "euler.limiter", "only the reconstruction plm has a limiter");
  if (!deck.valid("grid.cells")) return;
  if (deck.given("euler.gravity") && deck.valid("euler.gravity") &&
      static_cast<int>(deck.numbers("euler.gravity").size()) != dimensions_of(deck)) {
    problems.add(deck.position("euler.gravity"), "euler.gravity", "needs one number for each axis of the grid");
  }
  std::vector<ValuesOf> formulas;
  check_primitives(deck, "euler.initial", FormulaUse::initial, initial_places, formulas, problems);
  check_faces(deck, formulas, problems);
  check_values(deck, formulas, problems);
  if (problems.empty()) check_energy(deck, problems);
}

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

Model model(const io::Deck& deck) {
  const Options options = options_of(deck);
  const int dimensions = dimensions_of(deck), bytes = bytes_of_real(deck);
  Model made;
  made.state = state_fields(dimensions, options.scalars);
  made.outputs = outputs(dimensions, options.scalars);
  made.ghosts = width_of(options.reconstruction);
  made.forecast = {.step = {},
                   .bytes_per_cell = static_cast<std::int64_t>(3 * made.state.size()) * bytes,
                   .note = fmt::format("{}, {}, {}", deck.text("euler.riemann"), deck.text("euler.reconstruction"),
                                       deck.text("euler.integrator"))};
  for (int axis = 0; axis < dimensions; ++axis) {
    const double pull = options.gravity[axis];
    made.coefficients.push_back({"euler.gravity", pull, "gravity", pull});
    made.coefficients.push_back({"grid.cells", 1, "1/dx", 1 / domain_of(deck).spacing(axis)});
  }
  made.coefficients.push_back({"euler.gamma", options.gamma, "gamma - 1", options.gamma - 1});
  made.coefficients.push_back({"euler.floor.density", options.least_density, "the floor", options.least_density});
  made.coefficients.push_back({"euler.floor.pressure", options.least_pressure, "the floor", options.least_pressure});
  made.averages = true;
  made.create = make_simulation<Euler>;
  return made;
}

const bool registered = register_simulation({
    .name = "euler",
    .summary = "compressible flow of an ideal gas (the Euler equations), in one to three dimensions",
    .tables = {table()},
    .boundary_kinds = {"periodic", "outflow", "reflect", "inflow", "given"},
    .fields = all_fields(),
    .fields_from_deck = true,
    .check = check,
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
