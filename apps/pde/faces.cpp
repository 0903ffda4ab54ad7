// What the faces of a deck without problems do to fields.
#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "tarn/apps/driver/check_values.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/pde/boundary.hpp"
#include "tarn/apps/pde/names.hpp"

namespace tarn::apps::pde {

bool is_given(const io::Deck& deck, int axis, int side) {
  return boundary_kinds_of(deck)[static_cast<std::size_t>(axis)][static_cast<std::size_t>(side)] == "given";
}

std::vector<io::FormulaText> formulas_at(const io::Deck& deck, const std::string& key) {
  if (deck.given(key + ".value")) return {deck.formula(key + ".value")};
  if (deck.given(key + ".slope")) return {deck.formula(key + ".slope")};
  return deck.given(key + ".robin") ? deck.formula_list(key + ".robin") : std::vector<io::FormulaText>{};
}

std::optional<std::string> face_key(const io::Deck& deck, const std::string& field, int axis, int side) {
  if (!has_name(deck, "pde.boundary", field)) return {};
  for (const std::string& name : {face_name(axis, side), std::string(1, "xyz"[axis])}) {
    const std::string key = fmt::format("pde.boundary.{}.{}", field, name);
    if (deck.given(key)) return key;
  }
  return {};
}

namespace {

FieldFaces faces_of_field(const io::Deck& deck, const std::string& field) {
  FieldFaces faces;
  for (int axis = 0; axis < dimensions_of(deck); ++axis) {
    for (int side = 0; side < 2; ++side) {
      auto& condition = faces.condition[static_cast<std::size_t>(axis)][static_cast<std::size_t>(side)];
      condition = {FaceRule::copy};
      if (!is_given(deck, axis, side)) continue;
      const auto own_key = face_key(deck, field, axis, side);
      if (!own_key) continue;  // of a manufactured solution
      const std::string& key = *own_key;
      if (deck.given(key + ".mirror")) condition = {FaceRule::mirror, deck.number(key + ".mirror")};
      if (deck.given(key + ".value")) condition = {FaceRule::value};
      if (deck.given(key + ".slope")) condition = {FaceRule::slope};
      if (deck.given(key + ".robin")) condition = {FaceRule::robin};
      int part = 0;
      for (const auto& text : formulas_at(deck, key))
        faces.formulas.push_back({axis, side, part++, formula_outside(deck, text, Outside::boundary)});
    }
  }
  return faces;
}

/// The faces give what the solution is there, in the way that the deck says: its value if it says nothing. A wall gives
/// the slope, or the value where it turns the field around.
void take_solution(const io::Deck& deck, const Manufactured& made, int field, FieldFaces& faces) {
  const auto n = static_cast<std::size_t>(field);
  const auto kinds = boundary_kinds_of(deck);
  std::erase_if(faces.formulas, [&](const FaceFormula& one) {
    const auto& axis = faces.condition[static_cast<std::size_t>(one.axis)];
    return axis[static_cast<std::size_t>(one.side)].rule != FaceRule::robin || one.part == 2;
  });
  for (int axis = 0; axis < dimensions_of(deck); ++axis) {
    for (int side = 0; side < 2; ++side) {
      const auto a = static_cast<std::size_t>(axis), s = static_cast<std::size_t>(side);
      if (kinds[a][s] != "given") continue;
      FaceCondition& condition = faces.condition[a][s];
      if (condition.rule == FaceRule::robin) {
        faces.formulas.push_back({axis, side, 2, {}, made.mixtures.at({field, axis, side})});
        continue;
      }
      const bool is_slope =
          condition.rule == FaceRule::slope || (condition.rule == FaceRule::mirror && condition.factor > 0);
      condition = {is_slope ? FaceRule::slope : FaceRule::value};
      faces.formulas.push_back({axis, side, 0, {}, is_slope ? made.slopes[n][a] : made.values[n]});
    }
  }
}

/// The rules of a face that a condition makes.
std::vector<EdgeRule> rules_of(const io::Deck& deck, const FieldFaces& faces, int axis, int side) {
  const FaceCondition& condition = faces.condition[static_cast<std::size_t>(axis)][static_cast<std::size_t>(side)];
  switch (condition.rule) {
    case FaceRule::copy:
      return {{.copies = true}};
    case FaceRule::mirror:
      return {{.mirror = condition.factor}};
    case FaceRule::value:
      return {{.a = 1, .b = 0}};
    case FaceRule::slope:
      return {{.a = 0, .b = 1}};
    default:
      break;
  }
  std::array<const ops::Formula*, 2> parts{};
  for (const FaceFormula& one : faces.formulas) {
    if (one.axis == axis && one.side == side && one.part < 2)
      parts[static_cast<std::size_t>(one.part)] = &one.formula.value();
  }
  std::set<std::pair<double, double>> pairs;
  constexpr std::size_t most = 16;
  for (const Place& place : on_face(axis, side)(deck)) {
    const auto value = [&](const ops::Formula& formula) { return value_at(formula, place, 0, dimensions_of(deck)); };
    if (pairs.size() < most) pairs.emplace(value(*parts[0]), value(*parts[1]));
  }
  std::vector<EdgeRule> rules;
  for (const auto& [a, b] : pairs) {
    if (std::isfinite(a) && std::isfinite(b)) rules.push_back({.a = a, .b = b});
  }
  return rules;
}

}  // namespace

std::vector<FieldFaces> faces_of(const io::Deck& deck, const System& system) {
  std::vector<FieldFaces> faces;
  for (const std::string& field : system.fields)
    faces.push_back(faces_of_field(deck, field));
  for (const Named& one : system.auxiliaries)
    faces.push_back(faces_of_field(deck, one.name));
  const Manufactured& made = system.manufactured;
  for (std::size_t field = 0; field < made.values.size(); ++field)
    take_solution(deck, made, static_cast<int>(field), faces[field]);
  return faces;
}

std::vector<FieldEdges> edges_of(const io::Deck& deck, const System& system) {
  std::vector<FieldEdges> edges;
  const auto kinds = boundary_kinds_of(deck);
  for (const FieldFaces& faces : faces_of(deck, system)) {
    FieldEdges& of_field = edges.emplace_back();
    for (int axis = 0; axis < system.dimensions; ++axis) {
      for (int side = 0; side < 2; ++side) {
        const auto a = static_cast<std::size_t>(axis), s = static_cast<std::size_t>(side);
        if (kinds[a][s] != "periodic") of_field[a][s] = rules_of(deck, faces, axis, side);
      }
    }
  }
  return edges;
}

FaceConditions conditions_of(const std::vector<FieldFaces>& fields) {
  FaceConditions conditions;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    for (std::size_t side = 0; side < 2; ++side) {
      for (const FieldFaces& field : fields)
        conditions[axis][side].push_back(field.condition[axis][side]);
    }
  }
  return conditions;
}

}  // namespace tarn::apps::pde
