// Formulas that stand outside the equations: initial values, and what faces give.
#include <map>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "tarn/apps/driver/check_values.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/pde/names.hpp"
#include "tarn/apps/pde/system.hpp"
#include "tarn/apps/pde/whole_equation.hpp"
#include "tarn/ops/formula/lexer.hpp"

namespace tarn::apps::pde {

namespace {

using Lets = std::vector<std::pair<std::string, io::FormulaText>>;

/// Which of some names a formula has.
std::set<std::size_t> names_in(const std::string& text, const std::map<std::string, std::size_t>& numbers) {
  std::set<std::size_t> found;
  if (text.size() > ops::Formula::max_text) return found;
  try {
    ops::detail::Lexer lexer(text);
    for (auto token = lexer.next(); token.kind != ops::detail::TokenKind::end; token = lexer.next()) {
      if (token.kind != ops::detail::TokenKind::name) continue;
      if (const auto one = numbers.find(std::string(token.text)); one != numbers.end()) found.insert(one->second);
    }
  } catch (const ops::FormulaError&) {  // told where the formula is read
  }
  return found;
}

/// Names in an order.
struct Order {
  Lets lets;         ///< each behind those that its formula has
  Lets of_a_circle;  ///< those that need a name that is made from itself
};

Order in_order(const Lets& lets) {
  std::map<std::string, std::size_t> numbers;
  for (std::size_t n = 0; n < lets.size(); ++n)
    numbers[lets[n].first] = n;
  std::vector<std::vector<std::size_t>> users(lets.size());
  std::vector<std::size_t> missing(lets.size(), 0), order;
  for (std::size_t n = 0; n < lets.size(); ++n) {
    for (const std::size_t need : names_in(lets[n].second.text, numbers)) {
      users[need].push_back(n);
      ++missing[n];
    }
    if (missing[n] == 0) order.push_back(n);
  }
  for (std::size_t at = 0; at < order.size(); ++at) {
    for (const std::size_t user : users[order[at]]) {
      if (--missing[user] == 0) order.push_back(user);
    }
  }
  Order sorted;
  for (const std::size_t n : order)
    sorted.lets.push_back(lets[n]);
  for (std::size_t n = 0; n < lets.size(); ++n) {
    if (missing[n] > 0) sorted.of_a_circle.push_back(lets[n]);
  }
  return sorted;
}

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
  /// What uses fields, operators or `random` cannot be read here, nor what uses that.
  void add_lets(const io::Deck& deck, const std::string& what) {
    constexpr std::size_t most_nodes = std::size_t{1} << 21;  // each name has a tree with all that it stands for
    std::size_t nodes = 0;
    const bool random = context_.random;
    context_.random = false;
    const Order order = in_order(deck.formulas("pde.let"));
    for (const auto& [name, text] : order.of_a_circle)
      context_.refused[name] = "it needs a name that is made from itself";
    for (const auto& [name, text] : order.lets) {
      if (nodes >= most_nodes) {
        context_.refused[name] = "the names of [pde.let] stand for too much in all";
        continue;
      }
      try {
        const auto tree = std::make_shared<const ops::FormulaTree>(ops::parse_formula(text.text, context_));
        nodes += tree->nodes.size();
        context_.definitions[name] = tree;
      } catch (const ops::FormulaError& error) {
        const bool is_wrong = is_wrong_itself(text.text, error);
        if (is_wrong) wrong_.insert(name);
        context_.refused[name] =
            is_wrong ? "what it stands for in [pde.let] is wrong" : "it needs more than " + what + " may use";
      }
    }
    context_.random = random;
  }

  /// Whether a formula would be wrong everywhere.
  bool is_wrong_itself(const std::string& text, const ops::FormulaError& error) const {
    const std::string part = error.offset() < text.size() ? text.substr(error.offset(), error.length()) : "";
    return wrong_.contains(part) || (part != "random" && !context_.refused.contains(part));
  }

  ops::FormulaContext context_;
  std::set<std::string> wrong_;  ///< names whose formulas are wrong
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
    if (const auto whole = whole_equation(text.text, key, field_names(deck))) {
      problems.add(text.at(whole->offset()), key, whole->what());
    } else {
      add_formula_errors(text, key, OutsideContext(deck, place).context(), error, problems);
    }
  }
}

}  // namespace tarn::apps::pde
