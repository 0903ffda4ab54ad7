#include "tarn/apps/pde/sources.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/pde/whole_equation.hpp"

namespace tarn::apps::pde {

using ops::FormulaError;
using ops::FormulaNode;
using ops::FormulaTree;
using ops::NodeKind;

Sources::Sources(const io::Deck& deck, const std::vector<std::string>& fields, int dimensions, io::Problems& problems)
    : deck_(deck), fields_(fields), dimensions_(dimensions), problems_(problems) {
  collect("pde.equations", equations);
  collect("pde.let", lets);
  collect("pde.output", outputs);
  collect("pde.history", history);
  collect("pde.manufactured", manufactured);
  collect_laws();
  make_context();
  for (auto* list : {&equations, &lets, &outputs, &history, &fluxes, &slowest, &fastest, &manufactured}) {
    for (Source& source : *list)
      read(source);
  }
}

void Sources::collect(const std::string& table, std::vector<Source>& list) const {
  for (const auto& [name, text] : deck_.formulas(table))
    list.push_back({name, fmt::format("{}.{}", table, name), text});
}

void Sources::collect_laws() {
  for (const auto& field : deck_.names("pde.flux")) {
    for (const auto& text : deck_.formula_list("pde.flux." + field))
      fluxes.push_back({field, "pde.flux." + field, text});
  }
  if (deck_.given("pde.speed")) {
    for (const auto& text : deck_.formula_list("pde.speed"))
      fastest.push_back({"speed", "pde.speed", text});
  }
  if (deck_.given("pde.signals")) {
    for (const auto& pair : deck_.formula_pairs("pde.signals")) {
      slowest.push_back({"signals", "pde.signals", pair[0]});
      fastest.push_back({"signals", "pde.signals", pair[1]});
    }
  }
}

void Sources::make_context() {
  context_.constants = constants_of(deck_).value();
  context_.operators = operators(dimensions_);
  const std::string axes = "the grid has " + dimensions_text(dimensions_);
  for (const auto& name : missing_operators(dimensions_))
    context_.refused[name] = axes;
  context_.variables = fields_;
  for (const Source& let : lets)
    context_.variables.push_back(let.name);
  for (int axis = 0; axis < 3; ++axis) {
    const std::string name(1, "xyz"[axis]);
    if (axis < dimensions_) {
      context_.variables.push_back(name);
    } else {
      context_.refused[name] = axes;
    }
  }
  context_.variables.push_back("t");
  context_.refused["random"] =
      "it is a number of the initial state; noise in an equation would be another one each step";
  for (const Source& output : outputs)
    context_.refused[output.name] = "it stands in [pde.output]; give it a name in [pde.let] to use it elsewhere";
}

void Sources::read(Source& source) const {
  try {
    source.tree = ops::parse_formula(source.text.text, context_);
    refuse_missing_axes(*source.tree);
  } catch (const FormulaError& error) {
    if (const auto whole = whole_equation(source.text.text, source.key, fields_)) {
      complain(source, *whole);
    } else {
      add_formula_errors(source.text, source.key, context_, error, problems_);
    }
    source.tree.reset();
  }
}

void Sources::refuse_missing_axes(const FormulaTree& tree) const {
  const auto missing = missing_operators(dimensions_);
  for (const FormulaNode& node : tree.nodes) {
    if (node.kind != NodeKind::operation) continue;
    const std::string& name = context_.operators[static_cast<std::size_t>(node.index)].name;
    if (std::find(missing.begin(), missing.end(), name) == missing.end()) continue;
    throw FormulaError(fmt::format("'{}' has no axis here: {}", name, context_.refused.at(name)), node.offset,
                       node.length);
  }
}

void Sources::complain(const Source& source, const FormulaError& error) const {
  if (*error.what() == 0) return;
  problems_.add(source.text.at(error.offset()), source.key, error.what());
}

}  // namespace tarn::apps::pde
