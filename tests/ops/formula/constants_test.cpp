#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/ops/formula/formula.hpp"

namespace tarn::ops {
namespace {

using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

using Formulas = std::map<std::string, std::string>;

ConstantError error_of(const Formulas& formulas) {
  try {
    evaluate_constants(formulas);
  } catch (const ConstantError& error) {
    return error;
  }
  ADD_FAILURE() << "no error";
  return ConstantError("", "", 0, 0);
}

TEST(Constants, MayNeedEachOtherInAnyOrder) {
  EXPECT_THAT(evaluate_constants({{"a", "b + 1"}, {"b", "2 * c"}, {"c", "4"}, {"d", "a > 8 ? b : 0"}}),
              UnorderedElementsAre(Pair("a", 9), Pair("b", 8), Pair("c", 4), Pair("d", 8)));
  EXPECT_TRUE(evaluate_constants({}).empty());
}

TEST(Constants, MayFormAChainOfAnyLength) {
  Formulas chain{{"c0", "1"}};
  for (int n = 1; n < 3000; ++n)
    chain[fmt::format("c{}", n)] = fmt::format("c{} + 1", n - 1);

  EXPECT_EQ(evaluate_constants(chain).at("c2999"), 3000);
}

TEST(Constants, InACircleAreRefusedWithTheCircle) {
  const auto error = error_of({{"a", "1 + b"}, {"b", "2 * c"}, {"c", "b + 4"}});

  EXPECT_STREQ(error.what(), "constant 'c': constants need each other in a circle: b -> c -> b");
  EXPECT_EQ(error.constant(), "c");
  EXPECT_EQ(error.offset(), 0);
  EXPECT_EQ(error.length(), 1);
  EXPECT_THAT(error_of({{"a", "1 - a"}}).what(), HasSubstr("a -> a"));
}

TEST(Constants, ReportTheNameAndThePlaceOfAnError) {
  const auto error = error_of({{"a", "1"}, {"b", "a + foo"}});

  EXPECT_EQ(error.constant(), "b");
  EXPECT_THAT(error.what(), HasSubstr("constant 'b': unknown name 'foo'"));
  EXPECT_EQ(error.offset(), 4);
  EXPECT_EQ(error.length(), 3);
  EXPECT_EQ(error_of({{"b", "1 $ 2"}}).offset(), 2);
  EXPECT_THAT(error_of({{"b", ""}}).what(), HasSubstr("the formula is empty"));
  EXPECT_THAT(error_of({{"b", std::string(70000, '1')}}).what(), HasSubstr("too long"));
}

TEST(Constants, AreFiniteNumbers) {
  const auto error = error_of({{"a", "1 + exp(1000) / 2"}});

  EXPECT_STREQ(error.what(), "constant 'a': this is inf, and a constant is a finite number");
  EXPECT_EQ(error.offset(), 4);
  EXPECT_EQ(error.length(), 3);
  EXPECT_EQ(error_of({{"a", "b"}, {"b", "0 / 0"}}).constant(), "b");
  EXPECT_THAT(evaluate_constants({{"a", "1 / exp(1000)"}, {"b", "a == 0 ? 2 : 1 / a"}}),
              UnorderedElementsAre(Pair("a", 0), Pair("b", 2)));
}

TEST(Constants, HaveNoVariablesAndNoRandomNumbers) {
  EXPECT_THAT(error_of({{"a", "2 * x"}}).what(), HasSubstr("unknown name 'x'"));
  EXPECT_THAT(error_of({{"a", "random"}}).what(), HasSubstr("a constant is the same in every cell"));
}

TEST(Constants, MayNotTakeTheNamesOfTheLanguage) {
  for (const auto* name : {"pi", "sin", "random", "max"}) {
    EXPECT_THAT(error_of({{name, "1"}}).what(), HasSubstr("choose another name"));
  }
  for (const auto* name : {"", "2a", "a-b", "a b"}) {
    EXPECT_THAT(error_of({{name, "1"}}).what(), HasSubstr("a name is a letter followed by"));
  }
}

}  // namespace
}  // namespace tarn::ops
