#include "tarn/ops/formula/graph.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace tarn::ops {
namespace {

constexpr int x = 0, y = 1;

/// The graph's node of a formula of x and y.
int node_of(Graph& graph, std::string_view text) {
  FormulaContext context{{"x", "y"}, {}, false, {}};
  context.operators = {{"laplace", 1}};
  const FormulaTree tree = parse_formula(text, context);
  std::vector<int> made;
  for (const FormulaNode& node : tree.nodes) {
    std::array<int, 4> child = node.child;
    for (int& one : child) {
      if (one >= 0) one = made[static_cast<std::size_t>(one)];
    }
    made.push_back(node.kind == NodeKind::constant    ? graph.constant(node.value)
                   : node.kind == NodeKind::variable  ? graph.variable(node.index)
                   : node.kind == NodeKind::unary     ? graph.unary(node.code, child[0])
                   : node.kind == NodeKind::binary    ? graph.binary(node.code, child[0], child[1])
                   : node.kind == NodeKind::operation ? graph.operation(node.index, child)
                                                      : graph.choice(child[0], child[1], child[2]));
  }
  return made.back();
}

/// The value of a node where no operation is.
double value_of(const Graph& graph, int node, double at_x, double at_y) {
  std::map<int, double> values;
  for (const int part : graph.parts_of({node})) {
    const auto& one = graph[part];
    const auto child = [&](std::size_t n) { return values.at(one.child[n]); };
    values[part] = one.kind == NodeKind::constant   ? one.value
                   : one.kind == NodeKind::variable ? (one.index == x ? at_x : at_y)
                   : one.kind == NodeKind::unary    ? detail::apply(one.code, child(0))
                   : one.kind == NodeKind::binary   ? detail::apply(one.code, child(0), child(1))
                   : child(0) != 0                  ? child(1)
                                                    : child(2);
  }
  return values.at(node);
}

TEST(FormulaGraph, MakesEqualPartsOnce) {
  Graph graph;
  const int first = node_of(graph, "sin(x * y) + x * y"), size = graph.size();

  EXPECT_EQ(node_of(graph, "sin(x * y) + x * y"), first);
  EXPECT_EQ(graph.size(), size);
  EXPECT_EQ(graph.parts_of({first}).size(), 5);  // x, y, x y, sin, sum
}

TEST(FormulaGraph, FoldsConstants) {
  Graph graph;
  const int variable = graph.variable(x);

  EXPECT_TRUE(graph.is_constant(node_of(graph, "2 * 3 + sqrt(16)"), 10));
  EXPECT_TRUE(graph.is_constant(node_of(graph, "x * 0"), 0));
  EXPECT_EQ(node_of(graph, "x * 1 + 0"), variable);
  EXPECT_EQ(node_of(graph, "1 < 2 ? x : y"), variable);
  EXPECT_EQ(node_of(graph, "--x"), variable);
  EXPECT_EQ(graph[node_of(graph, "x^2")].code, OpCode::square);
}

TEST(FormulaGraph, DerivativesAreThoseOfDifferences) {
  for (const char* text : {"-x",
                           "x^2",
                           "x^3",
                           "x^4",
                           "x^-1",
                           "x^2.5",
                           "2^x",
                           "x^y",
                           "sin(x)",
                           "cos(x)",
                           "tan(x)",
                           "asin(x / 2)",
                           "acos(x / 2)",
                           "atan(x)",
                           "atan2(x, y)",
                           "atan2(y, x)",
                           "sinh(x)",
                           "cosh(x)",
                           "tanh(x)",
                           "exp(x)",
                           "log(x)",
                           "log10(x)",
                           "sqrt(x)",
                           "abs(x - 2)",
                           "sign(x)",
                           "floor(x)",
                           "x * sin(x) * y",
                           "x / (1 + x^2)",
                           "1 / x",
                           "min(x, y)",
                           "max(x, y)",
                           "min(x, 0.1)",
                           "mod(x, 0.3)",
                           "x < y ? x^2 : x",
                           "(x < y) * x",
                           "exp(-x^2 * y) / x"}) {
    Graph graph;
    const int node = node_of(graph, text), slope = graph.derivative(node, graph.variable(x));
    const double at = 0.7, other = 1.3, h = 1e-5;
    const double expected = (value_of(graph, node, at + h, other) - value_of(graph, node, at - h, other)) / (2 * h);

    EXPECT_NEAR(value_of(graph, slope, at, other), expected, 1e-7 * (1 + std::abs(expected))) << text;
  }
}

TEST(FormulaGraph, AnOperationIsAVariableOfDerivatives) {
  Graph graph;
  const int node = node_of(graph, "x * laplace(x) + laplace(x)^2"), by = node_of(graph, "laplace(x)");

  EXPECT_EQ(graph.derivative(node, by), node_of(graph, "x + 2 * laplace(x)"));
  EXPECT_EQ(graph.derivative(node, graph.variable(x)), by);
  EXPECT_TRUE(graph.is_constant(graph.derivative(node, graph.variable(y)), 0));
}

TEST(FormulaGraph, PartsAreReplaced) {
  Graph graph;
  const int node = node_of(graph, "sin(x) * y + laplace(x)");

  EXPECT_EQ(graph.replaced(node, {{graph.variable(x), node_of(graph, "2 * y")}}),
            node_of(graph, "sin(2 * y) * y + laplace(2 * y)"));
}

/// A chain of many terms is deep: walks with recursion would need a large stack.
TEST(FormulaGraph, DeepExpressionsHaveDerivatives) {
  Graph graph;
  int sum = graph.variable(x);
  for (int n = 0; n < 20000; ++n)
    sum = graph.unary(OpCode::sin, graph.sum(sum, graph.constant(n)));

  EXPECT_GT(graph.derivative(sum, graph.variable(x)), sum);
}

}  // namespace
}  // namespace tarn::ops
