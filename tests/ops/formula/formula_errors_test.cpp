#include "tarn/ops/formula/formula_errors.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/ops/formula/tree.hpp"

namespace tarn::ops {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

FormulaContext context() {
  FormulaContext context;
  context.variables = {"x", "u"};
  context.constants["a"] = 2;
  context.refused["t"] = "nothing changes in time";
  context.operators = {{"dx", 1}, {"div", 2}};
  return context;
}

/// "offset message" of each.
std::vector<std::string> told(const std::string& text) {
  std::vector<std::string> lines;
  for (const FormulaError& error : formula_errors(text, context()))
    lines.push_back(std::to_string(error.offset()) + " " + error.what());
  return lines;
}

TEST(FormulaErrors, AreNoneOfAFormula) {
  EXPECT_THAT(told("a * dx(u) + div(x, u) - sin(pi)"), IsEmpty());
}

TEST(FormulaErrors, AreAllUnknownNamesEachOnce) {
  EXPECT_THAT(told("foo + bar * u + foo ^ t"), ElementsAre("0 unknown name 'foo'; the variables here are x, u",
                                                           "6 unknown name 'bar'; the variables here are x, u",
                                                           "22 't' is not a variable here: nothing changes in time"));
}

TEST(FormulaErrors, AreUnknownFunctionsWithWhatIsInThem) {
  EXPECT_THAT(told("sinn(foo) + dxx(u)"), ElementsAre("0 unknown function 'sinn'; did you mean 'sin'?",
                                                      "5 unknown name 'foo'; the variables here are x, u",
                                                      "12 unknown function 'dxx'; did you mean 'dx'?"));
}

TEST(FormulaErrors, EndWhereMoreThanANameIsWrong) {
  EXPECT_THAT(told("foo + (u"), ElementsAre("0 unknown name 'foo'; the variables here are x, u"));
  EXPECT_THAT(told("(u + foo"), ElementsAre("5 unknown name 'foo'; the variables here are x, u"));
  EXPECT_THAT(told("(u + x"), ElementsAre("0 unbalanced '('"));
  EXPECT_THAT(told("sin(x, u) + foo"), ElementsAre("0 sin takes 1 argument, 2 given"));
  EXPECT_THAT(told("fun(x, u) + foo"), ElementsAre("0 unknown function 'fun'"));
}

TEST(FormulaErrors, AreNotMoreThanAreRead) {
  std::string text = "u";
  for (int n = 0; n < 100; ++n)
    text += " + other" + std::to_string(n);

  EXPECT_EQ(told(text).size(), 20u);
}

}  // namespace
}  // namespace tarn::ops
