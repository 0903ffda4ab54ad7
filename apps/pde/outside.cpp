// Formulas that stand outside the equations: initial values, and what faces give.
#include <map>
#include <optional>

#include <fmt/format.h>

#include "tarn/apps/driver/check_values.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/pde/names.hpp"
#include "tarn/apps/pde/system.hpp"

namespace tarn::apps::pde {

namespace {

/// What such formulas may use; names of [pde.let] join where they make sense there.
class OutsideContext {
 public:
  OutsideContext(const io::Deck& deck, Outside place) {
    const int dimensions = dimensions_of(deck);
    const bool initial = place == Outside::initial;
    context_.constants = constants_of(deck).value();
    context_.random = initial;
    for (int axis = 0; axis < 3; ++axis) {
      const std::string name(1, "xyz"[axis]);
      if (axis < dimensions) {
        context_.variables.push_back(name);
      } else {
        context_.refused[name] = fmt::format("the grid has {} dimension{}", dimensions, dimensions == 1 ? "" : "s");
      }
    }
    if (initial) {
      context_.refused["t"] = "an initial value does not change in time";
    } else {
      context_.variables.push_back("t");
      context_.refused["random"] = "it is a number of a cell at the start";
    }
    const std::string what = initial ? "initial values" : place == Outside::solution ? "solutions" : "values on faces";
    for (const auto& name : field_names(deck))
      context_.refused[name] = "it is a field, and " + what + " are formulas of space" + (initial ? "" : " and time");
    for (const auto& one : operators(dimensions))
      context_.refused[one.name] = "it is an operator, for equations alone";
    add_lets(deck, what);
  }

  const ops::FormulaContext& context() const { return context_; }

 private:
  /// Names come in any order: each round takes those whose own names are known.
  void add_lets(const io::Deck& deck, const std::string& what) {
    auto left = deck.formulas("pde.let");
    for (bool more = true; more;) {
      more = false;
      for (auto let = left.begin(); let != left.end();) {
        if (const auto tree = tree_of(let->second)) {
          context_.definitions[let->first] = *tree;
          let = left.erase(let);
          more = true;
        } else {
          ++let;
        }
      }
    }
    for (const auto& [name, text] : left)
      context_.refused[name] = "it needs more than " + what + " may use";
  }

  std::optional<std::shared_ptr<const ops::FormulaTree>> tree_of(const io::FormulaText& text) const {
    ops::FormulaContext without_random = context_;
    without_random.random = false;
    try {
      return std::make_shared<const ops::FormulaTree>(ops::parse_formula(text.text, without_random));
    } catch (const ops::FormulaError&) {
      return {};
    }
  }

  ops::FormulaContext context_;
};

}  // namespace

bool is_manufactured(const io::Deck& deck) {
  return !deck.names("pde.manufactured").empty();
}

ops::Formula start_of(const io::Deck& deck, const std::string& field) {
  if (is_manufactured(deck)) return formula_outside(deck, deck.formula("pde.manufactured." + field), Outside::solution);
  return formula_outside(deck, deck.formula("pde.initial." + field), Outside::initial);
}

ops::Formula formula_outside(const io::Deck& deck, const io::FormulaText& text, Outside place) {
  return ops::Formula(text.text, OutsideContext(deck, place).context());
}

void check_outside(const io::Deck& deck, const io::FormulaText& text, const std::string& key, Outside place,
                   const Places& places, io::Problems& problems) {
  try {
    const ops::Formula formula = formula_outside(deck, text, place);
    const bool initial = place == Outside::initial;
    check_values_of(deck, {key, initial ? FormulaUse::initial : FormulaUse::of_time, places, ValuesOf::Range::any},
                    formula, problems);
  } catch (const ops::FormulaError& error) {
    problems.add(text.at(error.offset()), key, error.what());
  }
}

}  // namespace tarn::apps::pde
