#include "tarn/io/deck/formula_text.hpp"

#include <gtest/gtest.h>

#include "tarn/tests/io/deck/example_schema.hpp"

namespace tarn::io::test {
namespace {

/// The formula heat.initial, written as the given TOML value, which starts at 27:11.
FormulaText initial(const std::string& value) {
  return parse_good(good_deck_but("\"peak * exp(-x^2)\"", value)).formula("heat.initial");
}

Position place(int line, int column) {
  return {"deck.toml", line, column};
}

TEST(FormulaPlace, IsRightInAPlainString) {
  const auto formula = initial("\"x + y\"");

  EXPECT_EQ(formula.position, place(27, 11));
  EXPECT_EQ(formula.at(0), place(27, 12));
  EXPECT_EQ(formula.at(4), place(27, 16));
  EXPECT_EQ(formula.at(5), place(27, 17));    // the closing quote
  EXPECT_EQ(formula.at(500), place(27, 17));  // and beyond
}

TEST(FormulaPlace, IsRightInALiteralString) {
  EXPECT_EQ(initial("'x + y'").at(4), place(27, 16));
}

TEST(FormulaPlace, CountsEscapesAsWritten) {
  const auto formula = initial(R"("\u0078 +\t\U00000079 \" z")");

  ASSERT_EQ(formula.text, "x +\ty \" z");
  EXPECT_EQ(formula.at(1), place(27, 18));
  EXPECT_EQ(formula.at(4), place(27, 22));
  EXPECT_EQ(formula.at(6), place(27, 33));
  EXPECT_EQ(formula.at(8), place(27, 36));
}

TEST(FormulaPlace, FollowsLines) {
  const auto formula = initial("\"\"\"\nx +\n  y\"\"\"");

  ASSERT_EQ(formula.text, "x +\n  y");
  EXPECT_EQ(formula.at(0), place(28, 1));
  EXPECT_EQ(formula.at(2), place(28, 3));
  EXPECT_EQ(formula.at(6), place(29, 3));
}

TEST(FormulaPlace, FollowsLinesWithCarriageReturns) {
  const auto formula = initial("'''\r\nx +\r\n  y'''");

  ASSERT_EQ(formula.text, "x +\n  y");
  EXPECT_EQ(formula.at(0), place(28, 1));
  EXPECT_EQ(formula.at(6), place(29, 3));
}

TEST(FormulaPlace, FollowsLinesJoinedByABackslash) {
  const auto formula = initial("\"\"\"\\\n  x + \\  \n\n   y\"\"\"");

  ASSERT_EQ(formula.text, "x + y");
  EXPECT_EQ(formula.at(0), place(28, 3));
  EXPECT_EQ(formula.at(4), place(30, 4));
}

TEST(FormulaPlace, CountsCharactersNotBytes) {
  const auto formula = initial("\"\xc3\xa9\xe2\x82\xac + y\"");

  EXPECT_EQ(formula.at(0), place(27, 12));
  EXPECT_EQ(formula.at(1), place(27, 12));  // within the first character
  EXPECT_EQ(formula.at(2), place(27, 13));
  EXPECT_EQ(formula.at(5), place(27, 14));
}

TEST(FormulaPlace, IsRightWithQuotesAtTheEndOfALongString) {
  const auto formula = initial("'''x''''");

  ASSERT_EQ(formula.text, "x'");
  EXPECT_EQ(formula.at(1), place(27, 15));
}

TEST(FormulaPlace, IsRightAfterWideCharactersOnTheLine) {
  const auto deck =
      parse_good(good_deck_but("width = 0.1\npeak = \"2 * width\"", "\n'w' = \"1\" # \xc3\xa9\npeak = \"2 * w\""));

  EXPECT_EQ(deck.constants()[1].second.at(4), place(24, 13));
}

TEST(FormulaPlace, OfNumbersDefaultsAndOverridesIsTheirOwn) {
  const auto deck = parse_good(good_deck, {"heat.initial=x+y"});

  EXPECT_EQ(deck.formula("heat.diffusivity").at(2), place(26, 15));
  EXPECT_EQ(deck.formula("heat.initial").at(2), (Position{"--set heat.initial=x+y", 0, 0}));
}

}  // namespace
}  // namespace tarn::io::test
