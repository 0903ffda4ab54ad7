#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tarn/ops/formula/graph.hpp"
#include "tarn/ops/portable/portable_math.hpp"
#include "tarn/tests/fuzz/harness.hpp"

namespace tarn::fuzz {

namespace {

constexpr std::size_t longest_message = 1000;

/// An initial value: random, and no time.
ops::FormulaContext initial_context() {
  return {{"x", "y", "z"}, {{"gamma", 1.4}, {"n", -3}, {"big", 1e300}}, true, {{"t", "it does not change in time"}}};
}

ops::FormulaContext context_in_time() {
  return {{"x", "y", "z", "t"}, {{"zero", 0.0}}, false, {}};
}

std::optional<ops::Formula> compiled(std::string_view text, const ops::FormulaContext& context) {
  try {
    return ops::Formula(text, context);
  } catch (const ops::FormulaError& error) {
    expect_clean(error.what(), longest_message);
    expect(error.offset() <= text.size() && error.length() <= text.size() - error.offset(),
           "an error lies in its formula", error.what());
    return std::nullopt;
  }
}

std::uint64_t bits_of(double value) {
  return std::bit_cast<std::uint64_t>(value);
}

std::vector<std::vector<double>> places(std::size_t variables) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  std::vector<std::vector<double>> places;
  for (const double first : {0.0, -0.0, 0.3, -2.0, 1e18, 5e-324, -infinite, std::nan("")}) {
    places.emplace_back();
    for (std::size_t n = 0; n < variables; ++n)
      places.back().push_back(n == 0 ? first : 1 - first * static_cast<double>(n));
  }
  return places;
}

void try_in(std::string_view text, const ops::FormulaContext& context) {
  const auto formula = compiled(text, context);
  if (!formula) return;
  expect(formula->text() == text, "a formula knows its text");
  // Parentheses may be one too many for the nesting that is allowed, and nothing else.
  const auto in_parentheses = compiled(fmt::format("({})", text), context);
  const std::uint64_t not_a_number = bits_of(ops::portable::not_a_number);
  for (const auto& place : places(context.variables.size())) {
    const double value = formula->evaluate(place.data());
    expect(value == value || bits_of(value) == not_a_number, "every NaN has the same bits");
    expect(bits_of(formula->evaluate(place.data())) == bits_of(value), "a formula has one value");
    if (formula->is_constant()) expect(bits_of(formula->constant_value()) == bits_of(value), "a constant is one");
    if (in_parentheses) {
      expect(bits_of(in_parentheses->evaluate(place.data())) == bits_of(value), "parentheses change nothing");
    }
  }
}

/// What equations are read in: fields, a name for a tree, and operators.
ops::FormulaContext context_of_equations() {
  ops::FormulaContext context{{"u", "v", "x", "y", "t"}, {{"k", 0.06}}, false, {{"z", "there is none"}}};
  context.operators = {{"laplace", 1}, {"dx", 1}, {"diffuse", 2}, {"upwind", 3}};
  context.definitions["w"] = std::make_shared<const ops::FormulaTree>(ops::parse_formula("u^2 * v - 1", context));
  return context;
}

/// Gives each node of a tree to `add` with what that gave for its children; returns what it gave for the root.
template <class T, class Add>
T walked(const ops::FormulaTree& tree, const Add& add) {
  std::vector<T> made;
  for (const ops::FormulaNode& node : tree.nodes) {
    std::array<T, 4> child{};
    child.fill(T(-1));
    for (std::size_t n = 0; n < 4; ++n) {
      if (node.child[n] >= 0) child[n] = made[static_cast<std::size_t>(node.child[n])];
    }
    made.push_back(add(node, child));
  }
  return made.back();
}

int added(ops::Graph& graph, const ops::FormulaTree& tree) {
  return walked<int>(tree, [&](const ops::FormulaNode& node, const std::array<int, 4>& child) {
    switch (node.kind) {
      case ops::NodeKind::constant:
        return graph.constant(node.value);
      case ops::NodeKind::unary:
        return graph.unary(node.code, child[0]);
      case ops::NodeKind::binary:
        return graph.binary(node.code, child[0], child[1]);
      case ops::NodeKind::choice:
        return graph.choice(child[0], child[1], child[2]);
      case ops::NodeKind::operation:
        return graph.operation(node.index, child);
      default:
        return graph.variable(node.index);
    }
  });
}

/// Operations count as their first argument.
template <class Node>
double value_of(const Node& node, const std::array<double, 4>& child, const std::vector<double>& place) {
  switch (node.kind) {
    case ops::NodeKind::constant:
      return node.value;
    case ops::NodeKind::unary:
      return ops::detail::apply(node.code, child[0]);
    case ops::NodeKind::binary:
      // As formulas and graphs have them.
      if (node.code == ops::OpCode::power && child[1] == 2) return child[0] * child[0];
      if (node.code == ops::OpCode::power && child[1] == 3) return child[0] * child[0] * child[0];
      if (node.code == ops::OpCode::power && child[1] == 4) return (child[0] * child[0]) * (child[0] * child[0]);
      if (node.code == ops::OpCode::power && child[1] == -1) return 1 / child[0];
      return ops::detail::apply(node.code, child[0], child[1]);
    case ops::NodeKind::choice:
      return child[0] != 0 ? child[1] : child[2];
    case ops::NodeKind::operation:
      return child[0];
    default:
      return place[static_cast<std::size_t>(node.index)];
  }
}

double value_of(const ops::Graph& graph, int root, const std::vector<double>& place) {
  std::map<int, double> values;
  for (const int part : graph.parts_of({root})) {
    std::array<double, 4> child{};
    for (std::size_t n = 0; n < 4; ++n) {
      if (graph[part].child[n] < 0) continue;
      expect(values.contains(graph[part].child[n]), "children come first");
      child[n] = values.at(graph[part].child[n]);
    }
    values[part] = value_of(graph[part], child, place);
  }
  return values.at(root);
}

/// A graph leaves out what is added to 0 and multiplied by 0 or 1, so that zeros and what is no number may differ.
void expect_same_value(const ops::FormulaTree& tree, const ops::Graph& graph, int root) {
  const std::vector<double> place{0.7, -1.3, 0.25, 3.5, 0.125};
  bool is_plain = true;
  const double value = walked<double>(tree, [&](const ops::FormulaNode& node, const std::array<double, 4>& child) {
    const double own = value_of(node, child, place);
    // A graph knows small powers by their number alone.
    const bool is_power = node.kind == ops::NodeKind::binary && node.code == ops::OpCode::power;
    const auto exponent = static_cast<std::size_t>(std::max(node.child[1], 0));
    is_plain = is_plain && std::isfinite(own) && own != 0 &&
               !(is_power && tree.nodes[exponent].kind != ops::NodeKind::constant);
    return own;
  });
  if (is_plain) expect(bits_of(value_of(graph, root, place)) == bits_of(value), "a graph has its tree's value");
}

void try_tree(std::string_view text) {
  static const ops::FormulaContext context = context_of_equations();
  ops::FormulaTree tree;
  try {
    tree = ops::parse_formula(text, context);
  } catch (const ops::FormulaError& error) {
    expect_clean(error.what(), longest_message);
    expect(error.offset() <= text.size() && error.length() <= text.size() - error.offset(),
           "an error lies in its formula", error.what());
    return;
  }
  for (int n = 0; n <= tree.root(); ++n) {
    const auto& node = tree.nodes[static_cast<std::size_t>(n)];
    expect(node.offset <= text.size() && node.length <= text.size() - node.offset, "a node lies in its formula");
    for (const int child : node.child)
      expect(child < n, "a node stands behind its children");
  }
  ops::Graph graph;
  const int root = added(graph, tree);
  expect_same_value(tree, graph, root);
  const int by = graph.variable(0);
  for (const int part : graph.parts_of({root})) {  // by the field, and by what an operator gives
    if (part != by && graph[part].kind != ops::NodeKind::operation) continue;
    const int slope = graph.derivative(root, part);
    expect(slope >= 0 && slope < graph.size(), "a derivative is in its graph");
    value_of(graph, slope, {0.7, -1.3, 0.25, 3.5, 0.125});
    const int without = graph.replaced(root, {{part, graph.constant(2)}});
    const auto left = graph.parts_of({without});
    expect(std::find(left.begin(), left.end(), part) == left.end(), "what was replaced is gone");
    break;
  }
}

/// The lines "name = formula". No name has a NUL, at which a message would end.
std::map<std::string, std::string> constants_in(std::string_view text) {
  std::map<std::string, std::string> constants;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    const auto equals = line.find(" = ");
    if (equals != std::string_view::npos && line.find('\0') > equals) {
      constants.emplace(line.substr(0, equals), line.substr(equals + 3));
    }
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return constants;
}

void try_constants(const std::map<std::string, std::string>& constants) {
  if (constants.empty()) return;
  try {
    const auto values = ops::evaluate_constants(constants);
    expect(values.size() == constants.size(), "every constant has a value");
    ops::FormulaContext context;
    context.constants = values;
    for (const auto& [name, value] : values) {
      const ops::Formula formula(name, context);
      expect(bits_of(formula.constant_value()) == bits_of(value), "a constant's name is a formula");
    }
  } catch (const ops::ConstantError& error) {
    expect(constants.contains(error.constant()), "an error names a constant");
    const std::string prefix = "constant '" + error.constant() + "': ";  // names are as long as anyone likes
    expect(std::string_view(error.what()).starts_with(prefix), "a message begins with the constant's name");
    expect_clean(std::string_view(error.what()).substr(prefix.size()), longest_message);
    const auto& text = constants.at(error.constant());
    expect(error.offset() <= text.size() && error.length() <= text.size() - error.offset(),
           "an error lies in its constant's formula");
  }
}

}  // namespace

void try_formula(std::string_view input) {
  try_in(input, initial_context());
  try_in(input, context_in_time());
  try_tree(input);
  try_constants(constants_in(input));
}

}  // namespace tarn::fuzz
