#include "tarn/apps/driver/check_values.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/precision.hpp"

namespace tarn::apps {

namespace {

using Range = ValuesOf::Range;

/// Numbers of cells along each axis, evenly spread.
std::array<std::vector<int>, 3> spread_cells(const Domain& domain) {
  const int most = domain.dimensions == 3 ? 32 : 128;  // along an axis: some ten thousand in all
  std::array<std::vector<int>, 3> cells;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const int count = std::min(domain.cells[axis], most);
    for (int n = 0; n < count; ++n)
      cells[axis].push_back(static_cast<int>((n + 0.5) / count * domain.cells[axis]));
  }
  return cells;
}

/// Adds the centres of the cells with these numbers; ghosts have numbers beyond the domain.
void add_centres(const Domain& domain, const std::array<std::vector<int>, 3>& cells, const std::string& where,
                 std::vector<Place>& places) {
  const auto centre = [&](int axis, int cell) { return domain.lower[axis] + (cell + 0.5) * domain.spacing(axis); };
  for (const int k : cells[2]) {
    for (const int j : cells[1]) {
      for (const int i : cells[0])
        places.push_back({{centre(0, i), centre(1, j), centre(2, k)}, where});
    }
  }
}

void append(std::vector<Place>& places, const std::vector<Place>& more) {
  places.insert(places.end(), more.begin(), more.end());
}

/// Why a value will not do; empty if it will.
std::string flaw_of(const io::Deck& deck, const ValuesOf& formula, bool is_constant, double value) {
  const bool has_sign = value > 0 || (value == 0 && formula.range != Range::above_zero);
  if (!std::isfinite(value) || (formula.range != Range::any && !has_sign)) {
    return std::string("it must be a number") + (formula.range == Range::above_zero      ? " > 0"
                                                 : formula.range == Range::at_least_zero ? " >= 0"
                                                                                         : "");
  }
  const bool must_stay = formula.range == Range::above_zero;
  const std::string flaw = must_stay ? flaw_of_factor_in_single(value) : flaw_in_single(value);
  if (flaw.empty()) return {};
  if (is_single(deck)) return flaw + double_reaches_farther;
  if (formula.use != FormulaUse::initial || !is_constant) return {};  // a part of the cells may be written
  for (const auto& output : deck.tables("output")) {
    if (output.text("precision") == "single" && !output.has("fields"))
      return fmt::format("{}; {} = \"single\" cannot hold the first state", flaw, output.name_of("precision"));
  }
  return {};
}

/// Calls `use` with the values of a formula at its places, until that returns false.
void for_each_value(const io::Deck& deck, const ValuesOf& asked, const ops::Formula& formula,
                    const std::function<bool(double, const Place&)>& use) {
  const auto places = formula.is_constant() ? std::vector<Place>{{}} : asked.places(deck);
  for (const Place& place : places) {
    if (!use(value_at(formula, place, asked.time, dimensions_of(deck)), place)) return;
  }
}

/// Adds the first value that will not do.
void look_at_values(const io::Deck& deck, const ValuesOf& asked, const ops::Formula& formula, io::Problems& problems) {
  const bool is_constant = formula.is_constant();
  for_each_value(deck, asked, formula, [&](double value, const Place& place) {
    const std::string flaw = flaw_of(deck, asked, is_constant, value);
    if (flaw.empty()) return true;
    const std::string at = is_constant ? "" : fmt::format(" {}", text_of(place, dimensions_of(deck)));
    problems.add(deck.position(asked.key), asked.key, fmt::format("is {}{}: {}", number_text(value), at, flaw));
    return false;
  });
}

}  // namespace

std::vector<Place> in_cells(const io::Deck& deck) {
  const Domain domain = domain_of(deck);
  std::vector<Place> places;
  add_centres(domain, spread_cells(domain), "", places);
  return places;
}

std::vector<Place> in_cells_and_on_faces(const io::Deck& deck) {
  const Domain domain = domain_of(deck);
  auto places = in_cells(deck);
  for (int axis = 0; axis < domain.dimensions; ++axis) {
    for (int side = 0; side < 2; ++side) {
      if (!domain.periodic[axis]) append(places, on_face(axis, side)(deck));
    }
  }
  return places;
}

Places in_cells_and_behind(const std::string& boundary_kind, int layers) {
  return [boundary_kind, layers](const io::Deck& deck) {
    auto places = in_cells(deck);
    const auto kinds = boundary_kinds_of(deck);
    for (int axis = 0; axis < dimensions_of(deck); ++axis) {
      for (int side = 0; side < 2; ++side) {
        if (kinds[axis][side] == boundary_kind) append(places, behind_face(axis, side, layers)(deck));
      }
    }
    return places;
  };
}

Places on_face(int axis, int side) {
  return [axis, side](const io::Deck& deck) {
    const Domain domain = domain_of(deck);
    auto cells = spread_cells(domain);
    cells[axis] = {0};
    std::vector<Place> places;
    add_centres(domain, cells, "on the face " + face_name(axis, side), places);
    for (Place& place : places)
      place.x[axis] = side == 0 ? domain.lower[axis] : domain.upper[axis];
    return places;
  };
}

Places behind_face(int axis, int side, int layers) {
  return [axis, side, layers](const io::Deck& deck) {
    const Domain domain = domain_of(deck);
    auto cells = spread_cells(domain);
    cells[axis].clear();
    for (int layer = 0; layer < layers; ++layer)
      cells[axis].push_back(side == 0 ? -1 - layer : domain.cells[axis] + layer);
    std::vector<Place> places;
    add_centres(domain, cells, "behind the face " + face_name(axis, side), places);
    return places;
  };
}

std::string text_of(const Place& place, int dimensions) {
  return fmt::format("at ({:g}){}{}", fmt::join(place.x.begin(), place.x.begin() + dimensions, ", "),
                     place.where.empty() ? "" : ", ", place.where);
}

double value_at(const ops::Formula& formula, const Place& place, double time, int dimensions) {
  std::array<double, 4> variables{place.x[0], place.x[1], place.x[2], 0};
  variables[static_cast<std::size_t>(dimensions)] = time;  // not looked at unless the formula knows t
  return formula.evaluate(variables.data());
}

void check_values(const io::Deck& deck, const std::vector<ValuesOf>& formulas, io::Problems& problems) {
  for (const ValuesOf& formula : formulas)
    check_formula(deck, formula.key, formula.use, problems);
  if (!problems.empty()) return;
  for (const ValuesOf& formula : formulas) {
    if (deck.has(formula.key)) look_at_values(deck, formula, formula_of(deck, formula.key, formula.use), problems);
  }
}

void check_values_of(const io::Deck& deck, const ValuesOf& asked, const ops::Formula& formula, io::Problems& problems) {
  look_at_values(deck, asked, formula, problems);
}

double largest_value(const io::Deck& deck, const ValuesOf& formula) {
  double largest = 0;
  for_each_value(deck, formula, formula_of(deck, formula.key, formula.use), [&](double value, const Place&) {
    largest = std::max(largest, value);
    return true;
  });
  return largest;
}

}  // namespace tarn::apps
