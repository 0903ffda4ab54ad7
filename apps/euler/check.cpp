// What the schema cannot see of an euler deck.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/check_values.hpp"
#include "tarn/apps/driver/precision.hpp"
#include "tarn/apps/euler/derived.hpp"
#include "tarn/apps/euler/euler.hpp"
#include "tarn/apps/euler/schema.hpp"
#include "tarn/apps/euler/state.hpp"

namespace tarn::apps::euler {

namespace {

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

/// The keys of a table of primitive quantities: all that are needed and no others. Where the names of scalars are
/// wrong, nothing is said of their formulas.
/// @param[out] formulas  those that are used are added
void check_primitives(const io::Deck& deck, const std::string& table, FormulaUse use, const Places& places,
                      std::vector<ValuesOf>& formulas, io::Problems& problems) {
  const auto scalars = scalars_of(deck), names = primitive_names(dimensions_of(deck), scalars);
  io::Problems of_scalars;
  check_scalars(deck, of_scalars);
  const bool names_sound = of_scalars.empty();
  std::vector<std::string> written;
  for (const auto& [name, formula] : deck.formulas(table)) {
    if (names_sound) written.push_back(name);
  }
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
    } else if (!above_zero && name != "velocity_x" && (names_sound || !is_in(scalars, name))) {
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

/// In single precision a floor may become 0, which is none, or infinite.
void check_floors(const io::Deck& deck, io::Problems& problems) {
  if (!deck.valid("run.precision")) return;
  const double least = is_single(deck) ? smallest<float> : smallest<double>;
  const double most = is_single(deck) ? largest<float> : largest<double>;
  for (const char* name : {"density", "pressure"}) {
    const std::string key = std::string("euler.floor.") + name;
    if (!deck.given(key) || !deck.valid(key)) continue;
    const double floor = deck.number(key);
    if (floor >= least && floor <= most) continue;
    problems.add(deck.position(key), key,
                 fmt::format("is {:g}: in {} precision it must be at least {:.3g} and at most {:.3g}", floor,
                             deck.text("run.precision"), least, most));
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

/// A state that begins below a floor would be raised at once. The deck has no other problems.
void check_start_above_floors(const io::Deck& deck, io::Problems& problems) {
  const int dimensions = dimensions_of(deck);
  for (const std::string name : {"density", "pressure"}) {
    const std::string key = "euler.initial." + name, floor = "euler.floor." + name;
    if (!deck.given(floor)) continue;
    const auto formula = formula_of(deck, key, FormulaUse::initial);
    for (const Place& place : in_cells(deck)) {
      const double value = value_at(formula, place, 0, dimensions);
      if (value >= deck.number(floor)) continue;
      problems.add(deck.position(key), key,
                   fmt::format("is {:g} {}: that is below its floor {:g}", value, text_of(place, dimensions),
                               deck.number(floor)));
      break;
    }
  }
}

}  // namespace

std::vector<std::string> scalars_of(const io::Deck& deck) {
  return deck.given("euler.scalars") && deck.valid("euler.scalars") ? deck.texts("euler.scalars")
                                                                    : std::vector<std::string>{};
}

void check_deck(const io::Deck& deck, io::Problems& problems) {
  check_scalars(deck, problems);
  check_floors(deck, problems);
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
  if (problems.empty()) check_start_above_floors(deck, problems);
}

}  // namespace tarn::apps::euler
