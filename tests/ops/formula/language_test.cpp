#include <cmath>

#include <gtest/gtest.h>

#include "tarn/tests/ops/formula/on_device.hpp"

// Formulas at x = 1, y = 2, z = 3, t = 4.

namespace tarn::ops {
namespace {

using test::value_of;

struct Case {
  std::string_view text;
  double value;
};

void expect_values(std::initializer_list<Case> cases) {
  for (const auto& [text, value] : cases)
    EXPECT_EQ(value_of(text), value) << text;
}

TEST(FormulaLanguage, ReadsNumbers) {
  expect_values({{"2", 2},
                 {"2.5", 2.5},
                 {".5", 0.5},
                 {"3.", 3},
                 {"1e3", 1000},
                 {"1E+3", 1000},
                 {"25e-2", 0.25},
                 {"1.5e1", 15},
                 {"0", 0},
                 {"1.7976931348623157e308", 1.7976931348623157e308},
                 {"0.1", 0.1}});
}

TEST(FormulaLanguage, ReadsNamesAndSkipsBlanks) {
  expect_values({{"x", 1}, {"t", 4}, {"pi", 0x1.921fb54442d18p+1}, {" x\t+\n y\r", 3}});
}

TEST(FormulaLanguage, BindsAsInMathematics) {
  expect_values({{"1 + 2 * 3", 7},
                 {"(1 + 2) * 3", 9},
                 {"2 * 3 + 1", 7},
                 {"8 - 3 - 2", 3},
                 {"8 - (3 - 2)", 7},
                 {"16 / 4 / 2", 2},
                 {"16 / 4 * 2", 8},
                 {"2 * 3 ^ 2", 18},
                 {"y * z ^ y", 18},
                 {"-x + y", 1},
                 {"z - -y", 5},
                 {"z--y", 5},
                 {"2 * -y", -4},
                 {"+y", 2},
                 {"- -y", 2},
                 {"t / -y", -2},
                 {"1 + y * z - t / y", 5},
                 {"(((x)))", 1}});
}

TEST(FormulaLanguage, PowersBindTighterThanSignsAndToTheRight) {
  expect_values({{"-2^2", -4},   {"-y^2", -4},   {"(-y)^2", 4},   {"2^-1", 0.5},    {"y^-1", 0.5},
                 {"2^3^2", 512}, {"y^z^y", 512}, {"(2^3)^2", 64}, {"-y^-2", -0.25}, {"2^-y^2", 0.0625},
                 {"!x^2", 0},    {"z^2", 9},     {"z^3", 27},     {"z^4", 81},      {"z^5", 243},
                 {"z^0", 1},     {"t^0.5", 2},   {"t^-1", 0.25},  {"z^1", 3},       {"t^-2", 0.0625}});
}

TEST(FormulaLanguage, ComparesWithOneOrZero) {
  expect_values({{"x < y", 1},
                 {"y < x", 0},
                 {"x <= 1", 1},
                 {"x <= 0", 0},
                 {"y > x", 1},
                 {"x > 1", 0},
                 {"x >= 1", 1},
                 {"x >= 2", 0},
                 {"x == 1", 1},
                 {"x == y", 0},
                 {"x != y", 1},
                 {"x != 1", 0},
                 {"1 + x < 3", 1},
                 {"(x < y) + (y < z)", 2},
                 {"(x < y) == 1", 1},
                 {"0/0 == 0/0", 0},
                 {"0/0 != 0/0", 1}});
}

TEST(FormulaLanguage, CombinesConditions) {
  expect_values({{"1 && 1", 1},
                 {"x && 0", 0},
                 {"0 && x", 0},
                 {"0 || 0", 0},
                 {"x || 0", 1},
                 {"0 || y", 1},
                 {"1 || 0 && 0", 1},
                 {"(1 || 0) && 0", 0},
                 {"x < y && y < z", 1},
                 {"!0", 1},
                 {"!y", 0},
                 {"!!y", 1},
                 {"!x == 0", 1},
                 {"y && z", 1},
                 {"-0.5 && 1", 1}});
}

TEST(FormulaLanguage, Chooses) {
  expect_values({{"x < y ? 10 : 20", 10},
                 {"x > y ? 10 : 20", 20},
                 {"0 ? 1 : 0 ? 2 : 3", 3},
                 {"1 ? 0 ? 1 : 2 : 3", 2},
                 {"y ? x : z", 1},
                 {"x > y ? 1 : x == 1 ? 2 : 3", 2},
                 {"(x > y ? 1 : 2) + 3", 5},
                 {"3 + (x < y ? 1 : 2)", 4},
                 {"(x > y ? 1 : 2) * (x > y ? 3 : 5)", 10},
                 {"x || 0 ? y : z", 2},
                 {"(0 ? 7 : 2) ^ 2", 4},
                 {"-(x ? 2 : 3)", -2},
                 {"(x ? 2 : 3) ^ (0 ? 2 : 3)", 8}});
}

TEST(FormulaLanguage, CallsEveryFunction) {
  expect_values({{"sin(0)", 0},
                 {"cos(0*x)", 1},
                 {"tan(0)", 0},
                 {"asin(x-1)", 0},
                 {"acos(x)", 0},
                 {"atan(x)", 0x1.921fb54442d18p-1},
                 {"atan2(x, -x)", 0x1.2d97c7f3321d2p+1},
                 {"sinh(x-1)", 0},
                 {"cosh(x-1)", 1},
                 {"tanh(100*x)", 1},
                 {"exp(x-1)", 1},
                 {"log(x)", 0},
                 {"log10(1000*x)", 3},
                 {"sqrt(t)", 2},
                 {"abs(-y)", 2},
                 {"sign(-y)", -1},
                 {"sign(y)", 1},
                 {"sign(x-1)", 0},
                 {"floor(-2.5*x)", -3},
                 {"ceil(-2.5*x)", -2},
                 {"min(y, x)", 1},
                 {"max(x, y)", 2},
                 {"min(z, y, t)", 2},
                 {"max(x, t, y, z)", 4},
                 {"pow(y, 10)", 1024},
                 {"pow(z, 2)", 9},
                 {"mod(7*x, z)", 1},
                 {"mod(-7, 3)", -1},
                 {"mod(-7*x, 3)", -1},
                 {"exp(1)", 0x1.5bf0a8b145769p+1}});
}

TEST(FormulaLanguage, FollowsIeeeArithmetic) {
  EXPECT_EQ(value_of("x / 0"), HUGE_VAL);
  EXPECT_EQ(value_of("-x / 0"), -HUGE_VAL);
  EXPECT_TRUE(std::isnan(value_of("(x - 1) / 0")));
  EXPECT_TRUE(std::isnan(value_of("sqrt(-x)")));
  EXPECT_TRUE(std::isnan(value_of("min(0/0, x)")));
  EXPECT_TRUE(std::isnan(value_of("max(x, log(-x))")));
  EXPECT_TRUE(std::signbit(value_of("-0 * x")));
  EXPECT_TRUE(std::isnan(value_of("sign(0/0)")));
}

TEST(FormulaLanguage, FoldsConstantsToTheBitsOfTheDevice) {
  const Formula folded("sin(2)^3 / exp(0.3) + atan2(1, 3)", test::cell_context());

  EXPECT_TRUE(folded.is_constant());
  EXPECT_EQ(folded.constant_value(), value_of("sin(y)^3 / exp(0.3*x) + atan2(x, z)"));
}

TEST(FormulaLanguage, TakesConstantsFromItsContext) {
  FormulaContext context = test::cell_context();
  context.constants = {{"gamma", 1.5}, {"rho_0", 2}};

  EXPECT_EQ(value_of("gamma * rho_0 + x", context), 4);
  EXPECT_EQ(Formula("gamma ^ 2", context).constant_value(), 2.25);
}

TEST(Formula, KnowsWhatItUses) {
  const Formula formula("y + (z > 0 ? random : 1)", test::cell_context());

  EXPECT_TRUE(formula.uses("y"));
  EXPECT_TRUE(formula.uses("z"));
  EXPECT_FALSE(formula.uses("x"));
  EXPECT_FALSE(formula.uses("random"));
  EXPECT_TRUE(formula.uses_random());
  EXPECT_FALSE(formula.is_constant());
  EXPECT_THROW(formula.constant_value(), Error);
  EXPECT_EQ(formula.text(), "y + (z > 0 ? random : 1)");
}

TEST(Formula, IsConstantThoughItChooses) {
  const Formula formula("1 < 2 ? 3 + 4 : 5", test::cell_context());

  EXPECT_TRUE(formula.is_constant());
  EXPECT_EQ(formula.constant_value(), 7);
}

TEST(Formula, CanBeMadeOfANumber) {
  const auto formula = Formula::constant(2.5);

  EXPECT_EQ(formula.constant_value(), 2.5);
  EXPECT_FALSE(formula.uses("x"));
  EXPECT_EQ(test::on_device(formula, {0.0}, {0.0})[0], 2.5);
}

TEST(Formula, IsCompiledForSlotsInAnyOrder) {
  const Formula formula("x - y", {{"y", "x"}, {}, false, {}});

  EXPECT_EQ(test::on_device(formula, {1.0}, {10.0})[0], 9);  // slot 0 is y
  EXPECT_THROW(formula.kernel({"x", "z"}), Error);
}

TEST(FormulaRandom, GivesEveryOccurrenceItsOwnNumbers) {
  const std::vector<double> points(1000, 0.0);

  const auto difference = test::on_device(Formula("random - random()", test::cell_context()), points, points);

  for (const double d : difference)
    EXPECT_NE(d, 0);
}

TEST(FormulaRandom, DependsOnCellSeedAndStreamAlone) {
  const Formula formula("random", test::cell_context());
  const std::vector<double> two(2, 0.0);

  const auto here = test::on_device(formula, two, two, 5, 6);

  EXPECT_EQ(here[1], uniform(5, 6, 1));
  EXPECT_EQ(here, test::on_device(formula, two, two, 5, 6));
  EXPECT_NE(here, test::on_device(formula, two, two, 5, 7));
  EXPECT_NE(here, test::on_device(formula, two, two, 6, 6));
}

}  // namespace
}  // namespace tarn::ops
