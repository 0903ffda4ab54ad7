// What the schema cannot see of an euler deck.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/problem.hpp"
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

/// The keys of a table of primitive quantities: all that are needed and no others.
void check_primitives(const io::Deck& deck, const std::string& table, FormulaUse use, io::Problems& problems) {
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
    if (is_in(written, name)) {
      check_formula(deck, key, use, problems);
    } else if (name != "density" && name != "pressure" && name != "velocity_x") {
      problems.add(deck.position(table), key, "missing");
    }
  }
  for (const std::string& name : written) {
    if (is_in(names, name)) continue;
    const std::string key = table + "." + name;
    problems.add(deck.position(key), key, fmt::format("the gas of this deck has only: {}", fmt::join(names, ", ")));
  }
  if (use == FormulaUse::of_time) check_formula(deck, table + ".wall", use, problems);
}

void check_faces(const io::Deck& deck, io::Problems& problems) {
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
        check_primitives(deck, table, FormulaUse::of_time, problems);
      }
    }
  }
}

/// Places of the domain that formulas of the initial state are tried at.
struct Sample {
  std::array<double, 3> x{};
  std::string face;  ///< that it lies behind; empty: in the domain
};

/// The centres of cells spread evenly, and of the ghosts beside them behind faces that hold the initial state.
std::vector<Sample> samples_of(const io::Deck& deck) {
  const Domain domain = domain_of(deck);
  const auto kinds = boundary_kinds_of(deck);
  const int most = domain.dimensions == 3 ? 24 : 128, layers = width_of(options_of(deck).reconstruction);
  std::array<std::vector<int>, 3> cells;
  for (int axis = 0; axis < 3; ++axis) {
    const int count = std::min(domain.cells[axis], most);
    for (int n = 0; n < count; ++n)
      cells[axis].push_back(static_cast<int>((n + 0.5) / count * domain.cells[axis]));
  }
  std::vector<Sample> samples;
  const auto add = [&](const std::array<int, 3>& cell, const std::string& face) {
    Sample sample{{}, face};
    for (int axis = 0; axis < 3; ++axis)
      sample.x[axis] = domain.lower[axis] + (cell[axis] + 0.5) * domain.spacing(axis);
    samples.push_back(sample);
  };
  for (const int k : cells[2]) {
    for (const int j : cells[1]) {
      for (const int i : cells[0])
        add({i, j, k}, "");
    }
  }
  for (int face = 0; face < 2 * domain.dimensions; ++face) {
    const int axis = face / 2, side = face % 2;
    if (kinds[axis][side] != "inflow") continue;
    auto across = cells;
    across[axis].clear();
    for (int layer = 0; layer < layers; ++layer)
      across[axis].push_back(side == 0 ? -1 - layer : domain.cells[axis] + layer);
    for (const int k : across[2]) {
      for (const int j : across[1]) {
        for (const int i : across[0])
          add({i, j, k}, face_name(axis, side));
      }
    }
  }
  return samples;
}

bool is_single(const io::Deck& deck) {
  return deck.text("run.precision") == "single";
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

std::string text_of(const Sample& sample, int dimensions) {
  const std::vector<double> at(sample.x.begin(), sample.x.begin() + dimensions);
  return fmt::format("({:g}){}", fmt::join(at, ", "),
                     sample.face.empty() ? "" : ", behind the face " + sample.face + " that holds it");
}

/// What is wrong with a value of the state at the start, in the precision of the run; empty if nothing is.
/// @param least  the deck's floor, or 0
std::string flaw_of(double value, bool single, bool above_zero, double least) {
  const double kept = single ? static_cast<double>(static_cast<float>(value)) : value;
  const std::string wanted = above_zero ? "it must be a number > 0" : "it must be a finite number";
  if (!std::isfinite(value) || (above_zero && !(value > 0))) return wanted;
  if (!std::isfinite(kept) || (above_zero && !(kept >= (single ? smallest<float> : smallest<double>))))
    return fmt::format("that is beyond the range of {} precision", single ? "single" : "double");
  return value < least ? fmt::format("that is below its floor {:g}", least) : "";
}

/// The state at the start, in some cells: a formula has no declared range.
void check_samples(const io::Deck& deck, io::Problems& problems) {
  const int dimensions = dimensions_of(deck);
  const auto samples = samples_of(deck);
  for (const std::string& name : primitive_names(dimensions, scalars_of(deck))) {
    const std::string key = "euler.initial." + name, floor = "euler.floor." + name;
    const bool above_zero = name == "density" || name == "pressure";
    const double least = above_zero && deck.given(floor) ? deck.number(floor) : 0;
    const auto formula = formula_of(deck, key, FormulaUse::initial);
    const std::size_t count = formula.is_constant() ? 1 : samples.size();
    for (std::size_t n = 0; n < count; ++n) {
      const double value = formula.evaluate(samples[n].x.data());
      const bool inside = samples[n].face.empty();
      const std::string flaw = flaw_of(value, is_single(deck), above_zero, inside ? least : 0);
      if (flaw.empty()) continue;
      problems.add(deck.position(key), key,
                   fmt::format("is {:g} at {}: {}", value, text_of(samples[n], dimensions), flaw));
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
  check_primitives(deck, "euler.initial", FormulaUse::initial, problems);
  check_faces(deck, problems);
  if (problems.empty()) check_samples(deck, problems);
}

}  // namespace tarn::apps::euler
