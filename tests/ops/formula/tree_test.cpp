#include "tarn/ops/formula/tree.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::ops {
namespace {

using testing::HasSubstr;

FormulaContext with_operators() {
  FormulaContext context{{"u", "x"}, {{"D", 2.5}}, false, {}};
  context.operators = {{"laplace", 1}, {"upwind", 2}};
  return context;
}

std::string repeated(std::string_view part, int times) {
  std::string text;
  for (int n = 0; n < times; ++n)
    text += part;
  return text;
}

TEST(FormulaTrees, HaveChildrenBeforeParentsAndPlacesInTheText) {
  const FormulaTree tree = parse_formula("1 + D * laplace(u ^ 2)", with_operators());

  for (std::size_t n = 0; n < tree.nodes.size(); ++n) {
    for (const int child : tree.nodes[n].child)
      EXPECT_LT(child, static_cast<int>(n));
  }
  const FormulaNode& root = tree.nodes.back();
  EXPECT_EQ(root.code, OpCode::add);
  EXPECT_EQ(root.offset, 2);
  const FormulaNode& product = tree.nodes[static_cast<std::size_t>(root.child[1])];
  EXPECT_EQ(tree.nodes[static_cast<std::size_t>(product.child[0])].value, 2.5);
  const FormulaNode& operation = tree.nodes[static_cast<std::size_t>(product.child[1])];
  EXPECT_EQ(operation.kind, NodeKind::operation);
  EXPECT_EQ(operation.index, 0);
  EXPECT_EQ(operation.offset, 8);
  EXPECT_EQ(operation.length, 7);
}

TEST(FormulaTrees, TellHowManyArgumentsAnOperatorTakes) {
  try {
    parse_formula("1 + upwind(u)", with_operators());
    ADD_FAILURE();
  } catch (const FormulaError& error) {
    EXPECT_STREQ(error.what(), "upwind takes 2 arguments here, 1 given");
    EXPECT_EQ(error.offset(), 4);
  }
}

TEST(FormulaTrees, StandInPlaceOfTheirNames) {
  FormulaContext context{{"x"}, {}, true, {}};
  context.definitions["bump"] = std::make_shared<const FormulaTree>(parse_formula("x + random", context));
  const Formula twice("bump * bump + random", context);
  const Formula written("(x + random) * (x + random) + random", context);
  const double x = 0.75;

  EXPECT_EQ(twice.evaluate(&x), written.evaluate(&x));
  EXPECT_TRUE(twice.uses_random());
}

/// Each name stands for two of the one before: with all of them written out there would be 2^60 nodes.
TEST(FormulaTrees, ThatGrowBeyondAllBoundsAreRefused) {
  FormulaContext context{{"x"}, {}, false, {}};
  context.definitions["a0"] = std::make_shared<const FormulaTree>(parse_formula("x", context));
  std::string message;
  for (int n = 1; n < 60 && message.empty(); ++n) {
    const std::string before = fmt::format("a{}", n - 1);
    try {
      const auto tree = std::make_shared<const FormulaTree>(parse_formula(before + " + " + before, context));
      context.definitions[fmt::format("a{}", n)] = tree;
    } catch (const FormulaError& error) {
      message = error.what();
    }
  }
  EXPECT_THAT(message, HasSubstr("too long"));
}

TEST(FormulaTrees, OfHostileTextsAreRefused) {
  const std::string deep = repeated("(", 10000) + "u" + repeated(")", 10000), long_sum = "u" + repeated("+u", 500000);
  for (const auto& [text, message] : {std::pair(deep, "nested too deeply"), std::pair(long_sum, "too long")}) {
    try {
      parse_formula(text, with_operators());
      ADD_FAILURE();
    } catch (const FormulaError& error) {
      EXPECT_THAT(error.what(), HasSubstr(message));
    }
  }
  // A sum as long as a text may be is a deep tree, but not deeply nested.
  EXPECT_EQ(parse_formula("u" + repeated("+u", 30000), with_operators()).nodes.size(), 60001);
}

TEST(FormulaTrees, WithOperatorsAreNoFormulas) {
  try {
    const Formula formula("1 + laplace(u)", with_operators());
    ADD_FAILURE();
  } catch (const FormulaError& error) {
    EXPECT_THAT(error.what(), HasSubstr("cannot be used here"));
    EXPECT_EQ(error.offset(), 4);
  }
}

}  // namespace
}  // namespace tarn::ops
