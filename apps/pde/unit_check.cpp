#include "tarn/apps/pde/unit_check.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/pde/boundary.hpp"
#include "tarn/apps/pde/measured.hpp"
#include "tarn/apps/pde/names.hpp"
#include "tarn/apps/pde/operators.hpp"
#include "tarn/core/error.hpp"

namespace tarn::apps::pde {

using ops::FormulaError;

namespace {

class UnitCheck {
 public:
  UnitCheck(const io::Deck& deck, io::Problems& problems) : deck_(deck), problems_(problems) {
    dimensions_ = dimensions_of(deck);
    fields_ = field_names(deck);
    read_units();
    make_context();
  }

  void run() {
    if (!are_known_) return;
    const Dimension length = units_["x"], time = units_["t"];
    for (const auto& field : fields_) {
      const Dimension own = units_[field];
      expect_all("pde.equations", field, own / time, "d/dt of " + field);
      if (has_name(deck_, "pde.flux", field))
        expect_list("pde.flux." + field, own * length / time, "the flux of " + field);
      expect_all("pde.initial", field, own, field);
      expect_all("pde.manufactured", field, own, field);
      check_faces(field, own);
    }
    expect_list("pde.speed", length / time, "a speed");
    if (deck_.given("pde.signals")) {
      for (const auto& pair : deck_.formula_pairs("pde.signals")) {
        for (const auto& text : pair)
          expect(text, "pde.signals", length / time, "a speed");
      }
    }
    for (const auto& [name, text] : deck_.formulas("pde.let"))
      if (const auto own = measured_let(name, text)) check_faces(name, own->dimension);
    for (const char* table : {"pde.output", "pde.history"}) {
      for (const auto& [name, text] : deck_.formulas(table))
        measured(text, std::string(table) + "." + name);
    }
  }

  Dimension of_output(const io::FormulaText& text) {
    const auto found = measured(text, "");
    return found ? found->dimension : Dimension();
  }

 private:
  void read_units() {
    const auto before = problems_.count();
    std::vector<std::string> needed{"x", "t"};
    needed.insert(needed.end(), fields_.begin(), fields_.end());
    for (const auto& [name, formula] : deck_.constants())
      needed.push_back(name);
    const auto given = deck_.names("pde.units");
    for (const auto& name : needed) {
      if (std::find(given.begin(), given.end(), name) == given.end())
        problems_.add(deck_.position("pde.units"), "pde.units." + name,
                      "missing: with [pde.units] x, t, every field and every constant have one");
    }
    for (const auto& name : given) {
      const std::string key = "pde.units." + name;
      if (std::find(needed.begin(), needed.end(), name) == needed.end()) {
        const bool axis = name == "y" || name == "z";
        problems_.add(deck_.position(key), key,
                      axis ? "all axes have the unit of x: leave this out"
                           : "no field or constant has this name; the units of all else follow from those of x, t, "
                             "fields and constants");
        continue;
      }
      try {
        units_[name] = Dimension(deck_.text(key));
      } catch (const UsageError& error) {
        problems_.add(deck_.position(key), key, error.what());
      }
    }
    are_known_ = problems_.count() == before;
  }

  /// Constants are variables here: their values say nothing of units.
  void make_context() {
    context_.operators = operators(dimensions_);
    context_.random = true;
    context_.variables = fields_;
    for (const auto& [name, text] : deck_.formulas("pde.let")) {
      context_.variables.push_back(name);
      texts_[name] = text;
    }
    for (int axis = 0; axis < dimensions_; ++axis)
      context_.variables.emplace_back(1, "xyz"[axis]);
    context_.variables.emplace_back("t");
    for (const auto& [name, formula] : deck_.constants())
      context_.variables.push_back(name);
  }

  void expect_all(const std::string& table, const std::string& name, const Dimension& asked, const std::string& what) {
    for (const auto& [key, text] : deck_.formulas(table)) {
      if (key == name) expect(text, fmt::format("{}.{}", table, key), asked, what);
    }
  }
  void expect_list(const std::string& key, const Dimension& asked, const std::string& what) {
    if (!deck_.given(key)) return;
    for (const auto& text : deck_.formula_list(key))
      expect(text, key, asked, what);
  }

  void expect(const io::FormulaText& text, const std::string& key, const Dimension& asked, const std::string& what) {
    const auto found = measured(text, key);
    if (!found || found->is_zero || found->dimension == asked) return;
    problems_.add(text.position, key,
                  fmt::format("{} is measured in {}, and this in {}", what, asked.text(), found->dimension.text()));
  }

  void check_faces(const std::string& name, const Dimension& own) {
    for (int axis = 0; axis < dimensions_; ++axis) {
      for (int side = 0; side < 2; ++side) {
        const auto key = face_key(deck_, name, axis, side);
        if (!key || (side == 1 && key == face_key(deck_, name, axis, 0))) continue;
        if (deck_.given(*key + ".value")) expect(deck_.formula(*key + ".value"), *key, own, name);
        if (deck_.given(*key + ".slope"))
          expect(deck_.formula(*key + ".slope"), *key, own / units_["x"], "the slope of " + name);
        if (deck_.given(*key + ".robin")) check_robin(*key, own);
      }
    }
  }

  /// a u and b du/dx and g are measured in the same.
  void check_robin(const std::string& key, const Dimension& own) {
    const auto parts = deck_.formula_list(key + ".robin");
    const auto a = measured(parts[0], key), b = measured(parts[1], key);
    if (!a || !b) return;
    const Dimension with_b = b->dimension * own / units_["x"];
    const Dimension asked = a->is_zero ? with_b : a->dimension * own;
    if (!a->is_zero && !b->is_zero && !(with_b == asked))
      problems_.add(parts[1].position, key,
                    fmt::format("a u is measured in {}, and b du/dx in {}", asked.text(), with_b.text()));
    expect(parts[2], key, asked, "a u + b du/dx");
  }

  /// Of a formula; what is wrong is told once.
  std::optional<Measured> measured(const io::FormulaText& text, const std::string& key) {
    try {
      return measured_tree(ops::parse_formula(text.text, context_), units_["x"], dimensions_,
                           [this](int index) { return of_variable(static_cast<std::size_t>(index)); });
    } catch (const FormulaError& error) {
      if (*error.what() != 0) problems_.add(text.at(error.offset()), key, error.what());
      return {};
    }
  }

  /// Of a name of [pde.let]; one that is wrong has told it.
  std::optional<Measured> measured_let(const std::string& name, const io::FormulaText& text) {
    if (const auto known = lets_.find(name); known != lets_.end()) return known->second;
    if (!under_way_.insert(name).second) return {};
    return lets_[name] = measured(text, "pde.let." + name);
  }

  Measured of_variable(std::size_t index) {
    const std::string& name = context_.variables[index];
    if (const auto let = texts_.find(name); let != texts_.end()) {
      const auto found = measured_let(name, let->second);
      if (!found) throw FormulaError("", 0, 0);
      return {found->dimension, found->is_zero};
    }
    return {units_[name == "y" || name == "z" ? "x" : name]};
  }

  const io::Deck& deck_;
  io::Problems& problems_;
  int dimensions_ = 1;
  std::vector<std::string> fields_;
  std::map<std::string, Dimension> units_;
  bool are_known_ = false;  ///< whether every name has a unit
  ops::FormulaContext context_;
  std::map<std::string, io::FormulaText> texts_;  ///< of [pde.let]
  std::map<std::string, std::optional<Measured>> lets_;
  std::set<std::string> under_way_;
};

}  // namespace

io::Table units_table() {
  return {
      .name = "units",
      .meaning = "units of x, t, every field and every constant: then all formulas are checked",
      .free_key =
          io::Key{.name = "name", .type = io::KeyType::text, .meaning = "such as \"m^2/s\"; \"1\" for a pure number"},
      .free_meaning = "x, t, a field or a constant"};
}

void check_units(const io::Deck& deck, io::Problems& problems) {
  if (!deck.names("pde.units").empty()) UnitCheck(deck, problems).run();
}

std::map<std::string, std::string> units_of(const io::Deck& deck) {
  std::map<std::string, std::string> units;
  if (deck.names("pde.units").empty()) return units;
  const auto shown = [](const std::string& text) { return text == "1" ? "" : text; };
  for (const auto& field : field_names(deck))
    units[field] = shown(deck.text("pde.units." + field));
  io::Problems none;
  UnitCheck check(deck, none);
  for (const auto& [name, text] : deck.formulas("pde.output"))
    units[name] = shown(check.of_output(text).text());
  return units;
}

}  // namespace tarn::apps::pde
