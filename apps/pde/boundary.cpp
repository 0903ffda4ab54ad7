#include "tarn/apps/pde/boundary.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/problem.hpp"

namespace tarn::apps::pde {

namespace {

using io::Key;
using io::KeyType;

constexpr std::array<const char*, 4> kinds{"value", "slope", "robin", "mirror"};

/// The key of [pde.boundary.FIELD] that speaks of a face: its own, or its axis'.
std::optional<std::string> key_of_face(const io::Deck& deck, const std::string& table, int axis, int side) {
  for (const std::string& name : {face_name(axis, side), std::string(1, "xyz"[axis])}) {
    if (deck.given(table + "." + name)) return table + "." + name;
  }
  return {};
}

bool is_given(const io::Deck& deck, int axis, int side) {
  return boundary_kinds_of(deck)[static_cast<std::size_t>(axis)][static_cast<std::size_t>(side)] == "given";
}

std::vector<io::FormulaText> formulas_at(const io::Deck& deck, const std::string& key) {
  if (deck.given(key + ".value")) return {deck.formula(key + ".value")};
  if (deck.given(key + ".slope")) return {deck.formula(key + ".slope")};
  return deck.given(key + ".robin") ? deck.formula_list(key + ".robin") : std::vector<io::FormulaText>{};
}

/// a (ghost + inside) / 2 + b (ghost - inside) / d = g has no solution where a d + 2 b is 0.
bool is_singular(const io::Deck& deck, const std::vector<io::FormulaText>& parts, int axis, int side, int layers) {
  const auto a = formula_outside(deck, parts[0], Place::boundary), b = formula_outside(deck, parts[1], Place::boundary);
  if (!a.is_constant() || !b.is_constant()) return false;
  const double dx = domain_of(deck).spacing(axis) * (side == 0 ? -1 : 1);
  for (int layer = 0; layer < layers; ++layer) {
    const double with_a = a.constant_value() * (2 * layer + 1) * dx, with_b = 2 * b.constant_value();
    if (std::abs(with_a + with_b) <= 1e-12 * (std::abs(with_a) + std::abs(with_b))) return true;
  }
  return false;
}

class BoundaryCheck {
 public:
  BoundaryCheck(const io::Deck& deck, const System& system, io::Problems& problems)
      : deck_(deck), system_(system), problems_(problems) {}

  void run() {
    std::vector<std::string> names = system_.fields;
    for (const Named& one : system_.auxiliaries)
      names.push_back(one.name);
    for (const std::string& written : deck_.names("pde.boundary")) {
      if (std::find(names.begin(), names.end(), written) != names.end()) continue;
      const std::string key = "pde.boundary." + written;
      problems_.add(deck_.position(key), key, stranger(written, names));
    }
    for (const std::string& name : names)
      check_field(name);
  }

 private:
  std::string stranger(const std::string& name, const std::vector<std::string>& names) const {
    const auto lets = deck_.names("pde.let");
    if (std::find(lets.begin(), lets.end(), name) != lets.end())
      return "no operator is applied to '" + name + "', so that it needs no values beyond the faces";
    return fmt::format("there is no such field; the fields are {}", fmt::join(names, ", "));
  }

  void check_field(const std::string& name) {
    const std::string table = "pde.boundary." + name;
    const auto written = deck_.names("pde.boundary");
    const bool has_table = std::find(written.begin(), written.end(), name) != written.end();
    for (int axis = 0; axis < 3; ++axis) {
      if (has_table) check_axis(table, axis);
      for (int side = 0; side < 2; ++side) {
        if (axis < system_.dimensions && is_given(deck_, axis, side)) check_face(table, name, has_table, axis, side);
      }
    }
  }

  /// Keys that speak of faces which there are not, or which are not given.
  void check_axis(const std::string& table, int axis) {
    const std::string both = table + "." + "xyz"[axis];
    for (int side = 0; side < 2; ++side) {
      const std::string one = table + "." + face_name(axis, side);
      if (!deck_.given(one)) continue;
      if (deck_.given(both))
        problems_.add(deck_.position(one), one, "the axis has a condition for both faces; keep one of the two");
      check_use(one, axis, side, side);
    }
    if (deck_.given(both)) check_use(both, axis, 0, 1);
  }

  void check_use(const std::string& key, int axis, int first, int last) {
    if (axis >= system_.dimensions) {
      problems_.add(deck_.position(key), key, fmt::format("the grid has no {} axis", "xyz"[axis]));
      return;
    }
    for (int side = first; side <= last; ++side) {
      if (is_given(deck_, axis, side)) continue;
      problems_.add(deck_.position(key), key,
                    fmt::format("grid.boundary.{} does not say that the {} face is given", "xyz"[axis],
                                side == 0 ? "lower" : "upper"));
    }
    check_condition(key, axis, first);
  }

  void check_face(const std::string& table, const std::string& name, bool has_table, int axis, int side) {
    if (has_table && key_of_face(deck_, table, axis, side)) return;
    const auto position = deck_.position(has_table ? table : "grid.boundary." + std::string(1, "xyz"[axis]));
    problems_.add(position, table,
                  fmt::format("'{}' needs a condition on the {} face of {}, which is given: {} or {} = {{ value = "
                              "\"...\" }}, slope, robin or mirror",
                              name, side == 0 ? "lower" : "upper", "xyz"[axis], "xyz"[axis], face_name(axis, side)));
  }

  void check_condition(const std::string& key, int axis, int side) {
    std::vector<std::string> said;
    for (const char* kind : kinds) {
      if (deck_.given(key + "." + kind)) said.emplace_back(kind);
    }
    if (said.size() != 1) {
      problems_.add(deck_.position(key), key,
                    fmt::format("needs exactly one of value, slope, robin and mirror, has {}",
                                said.empty() ? "none" : fmt::format("{}", fmt::join(said, " and "))));
      return;
    }
    const std::string full = key + "." + said.front();
    if (!deck_.valid(full)) return;
    if (said.front() == "mirror") {
      const double factor = deck_.number(full);
      if (factor != 1 && factor != -1) problems_.add(deck_.position(full), full, "must be 1 or -1");
      return;
    }
    const auto before = problems_.count();
    for (const auto& text : formulas_at(deck_, key))
      check_outside(deck_, text, full, Place::boundary, problems_);
    if (problems_.count() > before || said.front() != "robin") return;
    const int layers = std::max(system_.reach, 1);
    if (is_singular(deck_, formulas_at(deck_, key), axis, side, layers))
      problems_.add(deck_.position(full), full, "a u + b du/dx says nothing about the value beyond the face here");
  }

  const io::Deck& deck_;
  const System& system_;
  io::Problems& problems_;
};

}  // namespace

io::Table boundary_table() {
  const auto formula = [](const char* name, const char* meaning) {
    return Key{.name = name, .type = KeyType::number_or_formula, .meaning = meaning};
  };
  io::Table field{.name = "field", .meaning = "what the given faces do to a field"};
  for (const char* name : {"x", "x_lower", "x_upper", "y", "y_lower", "y_upper", "z", "z_lower", "z_upper"}) {
    field.tables.push_back(
        {.name = name,
         .meaning = "exactly one of these",
         .keys = {
             formula("value", "the value on the face, of x, y, z, t"),
             formula("slope", "the derivative along the axis on the face, of x, y, z, t"),
             Key{.name = "robin",
                 .type = KeyType::formulas,
                 .meaning = "[a, b, g]: a u + b du/dx = g on the face, du/dx along the axis",
                 .shortest = 3,
                 .longest = 3},
             Key{.name = "mirror", .type = KeyType::number, .meaning = "a wall: 1, or -1 for what it turns around"}}});
  }
  return {.name = "boundary", .meaning = "conditions on the faces that [grid.boundary] calls given", .each = {field}};
}

void check_boundaries(const io::Deck& deck, const System& system, io::Problems& problems) {
  BoundaryCheck(deck, system, problems).run();
}

FieldFaces faces_of(const io::Deck& deck, const std::string& field) {
  FieldFaces faces;
  for (int axis = 0; axis < dimensions_of(deck); ++axis) {
    for (int side = 0; side < 2; ++side) {
      auto& condition = faces.condition[static_cast<std::size_t>(axis)][static_cast<std::size_t>(side)];
      condition = {FaceRule::copy};
      if (!is_given(deck, axis, side)) continue;
      const std::string key = key_of_face(deck, "pde.boundary." + field, axis, side).value();
      if (deck.given(key + ".mirror")) condition = {FaceRule::mirror, deck.number(key + ".mirror")};
      if (deck.given(key + ".value")) condition = {FaceRule::value};
      if (deck.given(key + ".slope")) condition = {FaceRule::slope};
      if (deck.given(key + ".robin")) condition = {FaceRule::robin};
      int part = 0;
      for (const auto& text : formulas_at(deck, key))
        faces.formulas.push_back({axis, side, part++, formula_outside(deck, text, Place::boundary)});
    }
  }
  return faces;
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
