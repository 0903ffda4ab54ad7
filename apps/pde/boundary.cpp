#include "tarn/apps/pde/boundary.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/check_values.hpp"
#include "tarn/apps/driver/precision.hpp"
#include "tarn/apps/driver/problem.hpp"

namespace tarn::apps::pde {

namespace {

using io::Key;
using io::KeyType;

constexpr std::array<const char*, 4> given_kinds{"value", "slope", "robin", "mirror"};

/// Where on a face a u + b du/dx = g says nothing about a ghost at the start, in the precision of the run.
template <class Real>
std::optional<Place> where_unknown(const io::Deck& deck, const System& system,
                                   const std::vector<io::FormulaText>& parts, int axis, int side) {
  const auto a = formula_outside(deck, parts[0], Outside::boundary),
             b = formula_outside(deck, parts[1], Outside::boundary);
  const auto outward = static_cast<Real>(domain_of(deck).spacing(axis) * (side == 0 ? -1 : 1));
  for (const Place& place : on_face(axis, side)(deck)) {
    const auto value = [&](const ops::Formula& formula) {
      return static_cast<Real>(value_at(formula, place, 0, system.dimensions));
    };
    if (leaves_ghost_unknown(value(a), value(b), system.order, outward, std::max(system.reach, 1)))
      return a.is_constant() && b.is_constant() ? Place{} : place;
  }
  return {};
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
    check_condition(key, axis, first, last);
  }

  void check_face(const std::string& table, const std::string& name, bool has_table, int axis, int side) {
    if (is_manufactured(deck_) || (has_table && face_key(deck_, name, axis, side))) return;
    const auto position = deck_.position(has_table ? table : "grid.boundary." + std::string(1, "xyz"[axis]));
    problems_.add(position, table,
                  fmt::format("'{}' needs a condition on the {} face of {}, which is given: {} or {} = {{ value = "
                              "\"...\" }}, slope, robin or mirror",
                              name, side == 0 ? "lower" : "upper", "xyz"[axis], "xyz"[axis], face_name(axis, side)));
  }

  void check_condition(const std::string& key, int axis, int first, int last) {
    std::vector<std::string> said;
    for (const char* kind : given_kinds) {
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
    for (const auto& text : formulas_at(deck_, key)) {
      for (int side = first; side <= last && problems_.count() == before; ++side)
        check_outside(deck_, text, full, Outside::boundary, on_face(axis, side), problems_);
    }
    if (problems_.count() > before || said.front() != "robin") return;
    for (int side = first; side <= last; ++side) {
      const auto parts = formulas_at(deck_, key);
      const auto place = is_single(deck_) ? where_unknown<float>(deck_, system_, parts, axis, side)
                                          : where_unknown<double>(deck_, system_, parts, axis, side);
      if (!place) continue;
      const std::string where =
          place->where.empty() ? " here" : fmt::format(" {} at the start", text_of(*place, system_.dimensions));
      problems_.add(deck_.position(full), full, says_nothing_beyond + where);
      return;
    }
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

}  // namespace tarn::apps::pde
