#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/tests/ops/formula/on_device.hpp"

namespace tarn::ops {
namespace {

using testing::HasSubstr;

FormulaContext line_context() {
  return {{"x", "t"}, {{"gamma", 1.4}, {"t0", 1}}, false, {{"y", "the grid has 1 dimension"}}};
}

/// The error of a formula in the context of a line.
FormulaError error_of(std::string_view text, const FormulaContext& context = line_context()) {
  try {
    const Formula formula(text, context);
  } catch (const FormulaError& error) {
    return error;
  }
  ADD_FAILURE() << "no error: " << text.substr(0, 100);
  return FormulaError("", 0, 0);
}

struct Case {
  std::string_view text;
  std::string_view message;
  std::size_t offset;
  std::size_t length;
};

void expect_errors(std::initializer_list<Case> cases) {
  for (const auto& [text, message, offset, length] : cases) {
    const auto error = error_of(text);
    EXPECT_EQ(error.what(), message) << text;
    EXPECT_EQ(error.offset(), offset) << text;
    EXPECT_EQ(error.length(), length) << text;
    EXPECT_EQ(error.kind(), ErrorKind::usage);
  }
}

TEST(FormulaErrors, OfNothing) {
  expect_errors({{"", "the formula is empty", 0, 0}, {"  \n", "the formula is empty", 0, 3}});
}

TEST(FormulaErrors, OfNames) {
  expect_errors({
      {"1 + sinn(x)", "unknown function 'sinn'; did you mean 'sin'?", 4, 4},
      {"sqtr(x)", "unknown function 'sqtr'; did you mean 'sqrt'?", 0, 4},
      {"2 * gama", "unknown name 'gama'; did you mean 'gamma'?", 4, 4},
      {"Pi", "unknown name 'Pi'; did you mean 'pi'?", 0, 2},
      {"velocity", "unknown name 'velocity'; the variables here are x, t", 0, 8},
      {"foobar(x)", "unknown function 'foobar'", 0, 6},
      {"x + y", "'y' is not a variable here: the grid has 1 dimension", 4, 1},
      {"y(x)", "'y' is not a variable here: the grid has 1 dimension", 0, 1},
      {"sin + 1", "'sin' is a function; write sin(...)", 0, 3},
      {"x (1 + t)", "'x' is not a function; write x * (...) for a product", 0, 1},
      {"pi(2)", "'pi' is not a function; write pi * (...) for a product", 0, 2},
  });
}

TEST(FormulaErrors, OfNamesThatOtherLanguagesHave) {
  expect_errors({
      {"ln(x)", "unknown function 'ln'; log is the natural logarithm", 0, 2},
      {"if(x > 1, 1, 2)", "unknown function 'if'; write condition ? value : other value", 0, 2},
      {"where(x > 1, 1, 2)", "unknown function 'where'; write condition ? value : other value", 0, 5},
      {"1 if x > 1 else 2", "an operator is missing before 'if'; write condition ? value : other value", 2, 2},
      {"x > 1 and t > 1", "an operator is missing before 'and'; write && for 'and'", 6, 3},
      {"x > 1 OR t > 1", "an operator is missing before 'OR'; write || for 'or'", 6, 2},
      {"not x", "unknown name 'not'; write ! for 'not'", 0, 3},
      {"PI * x", "unknown name 'PI'; did you mean 'pi'?", 0, 2},
      {"2 * X", "unknown name 'X'; did you mean 'x'?", 4, 1},
      {"SIN(x)", "unknown function 'SIN'; did you mean 'sin'?", 0, 3},
      {"e^x", "unknown name 'e'; write exp(x) for e^x", 0, 1},
      {"arctan(x)", "unknown function 'arctan'; did you mean 'atan'?", 0, 6},
      {"laplacian(x)", "unknown function 'laplacian'", 0, 9},  // there are no operators here
      {"300 K", "an operator is missing before 'K'; no unit stands in a formula: write the number alone", 4, 1},
      {"2.5e3km + x", "an operator is missing before 'km'; no unit stands in a formula: write the number alone", 5, 2},
      {"2 PI", "an operator is missing before 'PI'; write 2 * pi", 2, 2},
      {"sin(2.5e-3 pi * x)", "an operator is missing before 'pi'; write 2.5e-3 * pi", 11, 2},
      {"2 Sin (x)", "an operator is missing before 'Sin'; write 2 * sin(x)", 2, 3},
      {"2 arctan(x)", "an operator is missing before 'arctan'; write 2 * atan(x)", 2, 6},
      {"5 min", "an operator is missing before 'min'", 2, 3},
      {"300 T", "an operator is missing before 'T'; write 300 * t; if 'T' is a unit, write 300 alone", 4, 1},
      {"2 X", "an operator is missing before 'X'; write 2 * x", 2, 1},
      {"2X", "an operator is missing before 'X'; write 2 * x", 1, 1},
      {"2e^x", "an operator is missing before 'e'; write exp(x) for e^x", 1, 1},
      {"5E ^2", "an operator is missing before 'E'; write exp(x) for e^x", 1, 1},
      {"2e", "an operator is missing before 'e'", 1, 1},
      {"1e5e5", "an operator is missing before 'e5'", 3, 2},
      {"2 inf", "an operator is missing before 'inf'", 2, 3},
      {"2 NaN", "an operator is missing before 'NaN'", 2, 3},
      {"2 e5", "an operator is missing before 'e5'; no unit stands in a formula: write the number alone", 2, 2},
      {"x PI", "an operator is missing before 'PI'; write x * pi", 2, 2},
      {"E * x", "unknown name 'E'; the variables here are x, t", 0, 1},
      {"e", "unknown name 'e'; the variables here are x, t", 0, 1},
      {"x * E ^x", "unknown name 'E'; write exp(x) for e^x", 4, 1},
      {"t0 K", "an operator is missing before 'K'", 3, 1},
      {"2 y", "an operator is missing before 'y'", 2, 1},
  });
}

TEST(FormulaErrors, OfOperatorsUnderOtherNames) {
  FormulaContext context = line_context();
  context.operators = {{"dx", 1}, {"dxx", 1}, {"laplace", 1}};

  EXPECT_STREQ(error_of("d2x(x)", context).what(), "unknown function 'd2x'; did you mean 'dxx'?");
  EXPECT_STREQ(error_of("ddx(x)", context).what(), "unknown function 'ddx'; did you mean 'dx'?");
  EXPECT_STREQ(error_of("laplacian(x)", context).what(), "unknown function 'laplacian'; did you mean 'laplace'?");
}

TEST(FormulaErrors, OfArguments) {
  expect_errors({
      {"1 + sin(x, 2)", "sin takes 1 argument, 2 given", 4, 3},
      {"sin()", "sin takes 1 argument, 0 given", 0, 3},
      {"atan2(x)", "atan2 takes 2 arguments, 1 given", 0, 5},
      {"pow(1, 2, 3)", "pow takes 2 arguments, 3 given", 0, 3},
      {"max(x)", "max takes 2 or more arguments, 1 given", 0, 3},
      {"sin(x", "unbalanced '('", 3, 1},
      {"sin(", "the formula ends where a number, a name or '(' is expected", 4, 0},
      {"max(x, )", "unexpected ')'; expected a number, a name or '('", 7, 1},
  });
}

TEST(FormulaErrors, OfADecimalComma) {
  const std::string comma = "unexpected ','", arguments = "; only the arguments of a function are separated by ','";
  const std::string point = "; the decimal mark is a point: write ";
  expect_errors({
      {"0,1*x", comma + point + "0.1", 1, 1},
      {"x + 12,50", comma + point + "12.50", 6, 1},
      {"(0,5e-3)*x", comma + point + "0.5e-3", 2, 1},
      {"sin(0,1)*x", "sin takes 1 argument, 2 given" + point + "0.1", 0, 3},
      {"pow(x, 0,5)", "pow takes 2 arguments, 3 given" + point + "0.5", 0, 3},
      {"sin(max(0,5), x)", "sin takes 1 argument, 2 given", 0, 3},
      {"1,000*x", comma + "; the decimal mark is a point, and thousands have none: write 1.000 or 1000", 1, 1},
      {"1,000,000*x", comma + "; thousands have no mark", 1, 1},
      {"12,500*x", comma + "; the decimal mark is a point, and thousands have none: write 12.500 or 12500", 2, 1},
      {"0, 1*x", comma + arguments, 1, 1},
      {"0.1,5*x", comma + arguments, 3, 1},
      {"t0,5", comma + arguments, 2, 1},
  });
  EXPECT_NO_THROW(Formula("max(0,5)", line_context()));
}

TEST(FormulaErrors, OfStructure) {
  expect_errors({
      {"(x + 1", "unbalanced '('", 0, 1},
      {"2 * ((x + 1)", "unbalanced '('", 4, 1},
      {"x + 1)", "unbalanced ')'", 5, 1},
      {"()", "unexpected ')'; expected a number, a name or '('", 1, 1},
      {"x +", "the formula ends where a number, a name or '(' is expected", 3, 0},
      {"* x", "unexpected '*'; expected a number, a name or '('", 0, 1},
      {"x * / t", "unexpected '/'; expected a number, a name or '('", 4, 1},
      {"2x", "an operator is missing before 'x'; write 2 * x", 1, 1},
      {"x t", "an operator is missing before 't'; write x * t", 2, 1},
      {"(x)(t)", "an operator is missing before '('; write (x) * (t)", 3, 1},
      {"(x t)", "an operator is missing before 't'; write x * t", 3, 1},
      {"x, t", "unexpected ','; only the arguments of a function are separated by ','", 1, 1},
      {"x ! 2", "unexpected '!'; expected an operator (write != to compare)", 2, 1},
      {"x ? 1", "'?' without ':'; expected condition ? value : other value", 2, 1},
      {"(x ? 1)", "'?' without ':'; expected condition ? value : other value", 3, 1},
      {"x : 1", "unexpected ':'; there is no '?' before it", 2, 1},
      {"0 < x < 1", "comparisons cannot be chained; write a < b && b < c", 6, 1},
      {"x == t == 1", "comparisons cannot be chained; write a < b && b < c", 7, 2},
  });
}

TEST(FormulaErrors, OfProductsWithoutASign) {
  expect_errors({
      {"2 pi x", "an operator is missing before 'pi'; write 2 * pi * x", 2, 2},
      {"1 + 2 pi gamma t + x", "an operator is missing before 'pi'; write 2 * pi * gamma * t", 6, 2},
      {"2 (x)", "an operator is missing before '('; write 2 * (x)", 2, 1},
      {"2(x + 1)", "an operator is missing before '('; write 2 * (...)", 1, 1},
      {"2 sin(x)", "an operator is missing before 'sin'; write 2 * sin(x)", 2, 3},
      {"2 sin x", "an operator is missing before 'sin'; write 2 * sin(x)", 2, 3},
      {"2 sin x + 1", "an operator is missing before 'sin'; write 2 * sin(x)", 2, 3},
      {"2 sin 2 x", "an operator is missing before 'sin'; write 2 * sin(...)", 2, 3},
      {"2 max x t", "an operator is missing before 'max'; write 2 * max(...)", 2, 3},
      {"2 sin(2 pi x)", "an operator is missing before 'sin'; write 2 * sin(...)", 2, 3},
      {"sin(2 pi x)", "an operator is missing before 'pi'; write 2 * pi * x", 6, 2},
      {"2 pi * x t", "an operator is missing before 'pi'; write 2 * pi * x * t", 2, 2},
      {"2 pi * x / t", "an operator is missing before 'pi'; write 2 * pi", 2, 2},
      {"x / 2 pi x", "an operator is missing before 'pi'; write (2 * pi * x)", 6, 2},
      {"exp(-x^2 / 2 x)", "an operator is missing before 'x'; write (2 * x)", 13, 1},
      {"1 / x^2 t + x", "an operator is missing before 't'; write (x^2 * t)", 8, 1},
      {"1 / x * 2 pi", "an operator is missing before 'pi'; write 2 * pi", 10, 2},
      {"x^2 t", "an operator is missing before 't'; write x^2 * t", 4, 1},
      {"(x + 1)^-2 t^2 (x)", "an operator is missing before 't'; write (...)^-2 * t^2 * (x)", 11, 1},
      {"3 * sin(x) t", "an operator is missing before 't'; write sin(x) * t", 11, 1},
      {"2 x (t)", "an operator is missing before 'x'; write 2 * x * (t)", 2, 1},
      {"2 pi K", "an operator is missing before 'pi'; write 2 * pi", 2, 2},
      {"2 x $", "an operator is missing before 'x'; write 2 * x", 2, 1},
      {"2 (x", "an operator is missing before '('; write 2 * (...)", 2, 1},
      {"2 3", "an operator is missing before '3'", 2, 1},
      {"2 x x x x x x x x x", "an operator is missing before 'x'; write 2 * x * x * x * x * x * x * x * x * ...", 2, 1},
  });
  FormulaContext context = line_context();
  context.operators = {{"laplace", 1}};
  context.random = true;
  EXPECT_STREQ(error_of("2 laplace x", context).what(),
               "an operator is missing before 'laplace'; write 2 * laplace(x)");
  EXPECT_STREQ(error_of("2 random", context).what(), "an operator is missing before 'random'; write 2 * random");
  EXPECT_STREQ(error_of("2 random() x", context).what(),
               "an operator is missing before 'random'; write 2 * random() * x");
}

TEST(FormulaErrors, OfWords) {
  expect_errors({
      {"1.2.3", "'1.2.3' is not a number", 0, 5},
      {"x + 1e999", "the number 1e999 is too large or too small for double precision", 4, 5},
      {"1e-999", "the number 1e-999 is too large or too small for double precision", 0, 6},
      {"1e", "an operator is missing before 'e'", 1, 1},
      {"x ** 2", "unexpected '**'; write ^ for a power", 2, 2},
      {"x = 2", "unexpected '='; write == to compare", 2, 1},
      {"x & t", "unexpected '&'; write && for 'and'", 2, 1},
      {"|x|", "unexpected '|'; write || for 'or', abs(...) for a magnitude", 0, 1},
      {"x % 2", "unexpected '%'; write mod(a, b) for a remainder", 2, 1},
      {"[x]", "unexpected '['; write ( and )", 0, 1},
      {"x; t", "unexpected ';'", 1, 1},
      {".", "unexpected '.'", 0, 1},
      {"\xFF", "byte 0xFF is not of a formula, which is plain ASCII text", 0, 1},
      {std::string_view("x\0", 2), "byte 0x00 is not of a formula", 1, 1},
  });
}

TEST(FormulaErrors, OfCharactersThatAreNotAscii) {
  const std::string no_formula = " is not of a formula, which is plain ASCII text";
  const auto expect_error = [&](const std::string& text, const std::string& shown, const std::string& advice,
                                std::size_t offset, std::size_t length) {
    const auto error = error_of(text);
    EXPECT_EQ(error.what(), shown + no_formula + advice) << text;
    EXPECT_EQ(error.offset(), offset) << text;
    EXPECT_EQ(error.length(), length) << text;
  };
  expect_error("2 \u00D7 x", "'\u00D7'", "; write *", 2, 2);
  expect_error("x \u2212 1", "'\u2212'", "; write -", 2, 3);
  expect_error("x\u00B2", "'\u00B2'", "; write ^2", 1, 2);
  expect_error("x\u207B\u00B9\u2070 + 1", "'\u207B\u00B9\u2070'", "; write ^-10", 1, 8);
  expect_error("x \u2264 1", "'\u2264'", "; write <=", 2, 3);
  expect_error("sin(\u03C0 * x)", "'\u03C0'", "; write pi", 4, 2);
  expect_error("\u03B1 * x", "'\u03B1'", "; write a name in plain letters, such as alpha", 0, 2);
  expect_error("\u03A9 * x", "'\u03A9'", "; write a name in plain letters, such as Omega", 0, 2);
  expect_error("x\u00A0+ 1", "the character U+00A0", "; write a plain blank", 1, 2);
  expect_error("\u202Ex", "the character U+202E", "", 0, 3);
  expect_error("na\u00EFve", "'\u00EF'", "", 2, 2);
  expect_error("\U0001F600", "'\U0001F600'", "", 0, 4);
  expect_error("\xE2\x88", "byte 0xE2", "", 0, 1);      // cut off
  expect_error("\xC0\x80", "byte 0xC0", "", 0, 1);      // longer than it need be
  expect_error("\xED\xA0\x80", "byte 0xED", "", 0, 1);  // half of a pair
}

TEST(FormulaErrors, OfLettersThatLookLatin) {
  const auto advice_on = [](const std::string& text) {
    const std::string what = error_of(text).what();
    return what.substr(what.find("; ") + 2);
  };
  const std::string cyrillic = "it is a Cyrillic letter: write the Latin ";

  EXPECT_EQ(advice_on("l\u0430place(x)"), cyrillic + "a that it looks like, as in laplace");
  EXPECT_EQ(advice_on("2*\u0435\u0445\u0440(x)"), cyrillic + "e that it looks like, as in exp");
  EXPECT_EQ(advice_on("u_\u043E0 + 1"), cyrillic + "o that it looks like, as in u_o0");
  EXPECT_EQ(advice_on("\u0441 * x"), cyrillic + "c that it looks like");
  EXPECT_EQ(advice_on("x + \u0425"), cyrillic + "X that it looks like");
  EXPECT_EQ(error_of("l\u0430place(x)").offset(), 1);
  EXPECT_EQ(error_of("l\u0430place(x)").length(), 2);
  EXPECT_EQ(advice_on("\u0441\u0436"), "it is a Cyrillic letter: names have Latin ones");
  EXPECT_EQ(advice_on("2 * \u0436"), "it is a Cyrillic letter: names have Latin ones");
  EXPECT_EQ(advice_on("\u03BD * x"), "write a name in plain letters, such as nu, or the Latin v that it looks like");
  EXPECT_EQ(advice_on("\u03BF"), "write a name in plain letters, such as omicron, or the Latin o that it looks like");
  EXPECT_EQ(advice_on("\u0391"), "write a name in plain letters, such as Alpha, or the Latin A that it looks like");
  EXPECT_EQ(advice_on("\uFF58 + 1"), "write a plain x");
  EXPECT_EQ(advice_on("x + \uFF12"), "write a plain 2");
}

TEST(FormulaErrors, OfRandom) {
  FormulaContext elsewhere = line_context();
  elsewhere.refused["random"] = "a boundary has no cells";
  FormulaContext allowed = line_context();
  allowed.random = true;

  EXPECT_THAT(error_of("1 + random").what(), HasSubstr("for formulas that set the cells of a field"));
  EXPECT_EQ(error_of("1 + random").offset(), 4);
  EXPECT_THAT(error_of("random", elsewhere).what(), HasSubstr("a boundary has no cells"));
  EXPECT_STREQ(error_of("random(3)", allowed).what(), "random takes no arguments");
  EXPECT_STREQ(error_of("random(", allowed).what(), "unbalanced '('");
  EXPECT_STREQ(error_of("randm", allowed).what(), "unknown name 'randm'; did you mean 'random'?");
}

TEST(FormulaErrors, OfAConstantThatHidesAVariable) {
  FormulaContext context = line_context();
  context.constants["x"] = 1;

  EXPECT_STREQ(error_of("2 * x", context).what(), "'x' is both a variable and a constant; rename the constant");
}

std::string repeated(std::string_view part, int times) {
  std::string text;
  for (int n = 0; n < times; ++n)
    text += part;
  return text;
}

TEST(HostileFormulas, OfDeepNestingAreRefused) {
  for (const auto* part : {"(", "-", "!", "sin(", "2^", "x ? ", "x ? 1 : ", "max(x, ", "((((-"}) {
    for (const int times : {300, 5000}) {
      const auto error = error_of(repeated(part, times) + "x");
      EXPECT_THAT(error.what(), HasSubstr("nested too deeply")) << part;
    }
  }
  EXPECT_THAT(error_of(repeated("x + (", 40) + "x" + repeated(")", 40)).what(), HasSubstr("more than 32 values"));
}

TEST(HostileFormulas, OfGreatLengthAreRefusedOrRun) {
  EXPECT_THAT(error_of(std::string(65537, 'x')).what(), HasSubstr("too long: 65537 bytes, more than 65536"));
  EXPECT_THAT(error_of(std::string(65536, 'x')).what(), HasSubstr("unknown name"));
  EXPECT_LT(std::string(error_of(std::string(65536, 'x')).what()).size(), 200);
  EXPECT_THAT(error_of("x" + repeated("+x", 4000)).what(), HasSubstr("more than 4000 operations"));
  EXPECT_EQ(test::value_of("x" + repeated("+x", 3999)), 4000);
  EXPECT_EQ(test::value_of("1" + repeated("+1", 30000)), 30001);
}

TEST(HostileFormulas, NestedWithinTheLimitsRun) {
  EXPECT_EQ(test::value_of(repeated("(", 90) + "x" + repeated(")", 90)), 1);
  EXPECT_EQ(test::value_of(repeated("x + (", 31) + "x" + repeated(")", 31)), 32);
  EXPECT_EQ(test::value_of(repeated("x > 1 ? 5 : ", 90) + "y"), 2);
}

/// Any text gives a formula or a FormulaError.
TEST(HostileFormulas, OfRandomWordsNeverCrash) {
  const std::vector<std::string> words = {"x", "1", "(",    ")", "+",    "-",     "*",    "^",      "?",
                                          ":", "<", "&&",   "!", "sin(", ",",     "max(", "random", " ",
                                          ".", "e", "\x80", "|", "pi",   "2.5e3", "=="};
  std::mt19937 bits(1);
  int good = 0, refused = 0;
  for (int n = 0; n < 20000; ++n) {
    std::string text;
    for (auto left = 1 + bits() % 12; left > 0; --left)
      text += words[bits() % words.size()];
    try {
      (void)Formula(text, test::cell_context());
      ++good;
    } catch (const FormulaError& error) {
      ASSERT_LE(error.offset() + error.length(), text.size()) << text;
      ASSERT_STRNE(error.what(), "");
      ++refused;
    }
  }

  EXPECT_GT(good, 100);
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace tarn::ops
