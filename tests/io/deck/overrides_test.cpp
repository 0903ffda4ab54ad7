#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/tests/io/deck/example_schema.hpp"

namespace tarn::io::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Overrides, ReplaceValuesOfTheDeck) {
  const auto deck = parse_good(good_deck, {"time.end=3.5", "grid.cells=[8, 8, 8]", "run.seed = 7"});

  EXPECT_EQ(deck.number("time.end"), 3.5);
  EXPECT_THAT(deck.integers("grid.cells"), ElementsAre(8, 8, 8));
  EXPECT_EQ(deck.integer("run.seed"), 7);
  EXPECT_EQ(deck.position("time.end"), (Position{"--set time.end=3.5", 0, 0}));
}

TEST(Overrides, NeedNoQuotesForWordsFormulasAndDurations) {
  const auto deck = parse_good(good_deck, {"heat.integrator=euler", "run.name=abc", "heat.initial=1.5*x == 2 ? x : 0",
                                           "time.max_walltime=00:30:00", "heat.boundary_value.x_lower=\"t\""});

  EXPECT_EQ(deck.text("heat.integrator"), "euler");
  EXPECT_EQ(deck.text("run.name"), "abc");
  EXPECT_EQ(deck.formula("heat.initial").text, "1.5*x == 2 ? x : 0");
  EXPECT_EQ(deck.duration("time.max_walltime"), 1800);
  EXPECT_EQ(deck.formula("heat.boundary_value.x_lower").text, "t");
}

TEST(Overrides, LetTheLaterOneWin) {
  EXPECT_EQ(parse_good(good_deck, {"time.end=3", "time.end=4"}).number("time.end"), 4);
}

TEST(Overrides, CanChangeTheApp) {
  EXPECT_EQ(parse_good("run.app = 'heat'\n", {"run.app=euler"}).app(), "euler");
}

TEST(Overrides, ReachEntriesOfListsAndCanAddTheNext) {
  const auto outputs =
      parse_good(good_deck, {"output[1].every={steps=5}", "output[2].every={time=0.5}", "output[2].series=late"})
          .tables("output");

  ASSERT_EQ(outputs.size(), 3u);
  EXPECT_EQ(outputs[1].schedule("every").steps, 5);
  EXPECT_EQ(outputs[2].schedule("every").time, 0.5);
  EXPECT_EQ(outputs[2].text("series"), "late");
}

TEST(Overrides, CanStartAList) {
  const auto deck = parse_good("run.app='heat'\ngrid.cells=[1]\ntime.end=1\nheat={diffusivity=1,initial='0'}\n",
                               {"output[0].every={steps=1}"});

  EXPECT_EQ(deck.tables("output").size(), 1u);
}

TEST(Overrides, WithoutAValueTakeOutWhatTheDeckSays) {
  const auto deck = parse_good(good_deck, {"time.cfl=0.5", "time.cfl=", "run.name = ", "heat.boundary_value="});
  const auto one_less = parse_good(good_deck, {"output[0]="}).tables("output");

  EXPECT_EQ(deck.number("time.cfl"), 0.9);
  EXPECT_FALSE(deck.given("run.name"));
  EXPECT_EQ(deck.formula("heat.boundary_value.x_lower").text, "0");
  ASSERT_EQ(one_less.size(), 1u);
  EXPECT_EQ(one_less[0].schedule("every").walltime, 600);
  EXPECT_TRUE(parse_good(good_deck, {"output="}).tables("output").empty());
  EXPECT_TRUE(parse_good(good_deck, {"output[1]=", "output[0]="}).tables("output").empty());
  EXPECT_THAT(problems_of(good_deck, {"time.end="}), ElementsAre(HasSubstr("time.end: missing")));
}

struct Bad {
  std::string override, line;
};

class BadOverride : public testing::TestWithParam<Bad> {};

TEST_P(BadOverride, IsReportedWithItself) {
  const auto [override, line] = GetParam();

  EXPECT_THAT(problems_of(good_deck, {override}), ElementsAre(StartsWith("--set " + line)));
}

INSTANTIATE_TEST_SUITE_P(
    Forms, BadOverride,
    testing::Values(
        Bad{"foo", "foo: expected table.key=value, got no '='"}, Bad{"", ": expected table.key=value, got no '='"},
        Bad{"=3", "=3: expected table.key=value, such as"}, Bad{"a..b=3", "a..b=3: expected table.key=value, such as"},
        Bad{"output[x].every=3", "output[x].every=3: expected table.key=value, such as"},
        Bad{"output[-1].every=3", "output[-1].every=3: expected table.key=value, such as"},
        Bad{"output[99999999999999999999].every=3",
            "output[99999999999999999999].every=3: expected table.key=value, such as"},
        Bad{"output[0=3", "output[0=3: expected table.key=value, such as"},
        Bad{"output[3].every={steps=1}",
            "output[3].every={steps=1}: output: index 3 is too large: the deck has 2 of them, so "
            "the next is [2]"},
        Bad{"output.every={steps=1}", "output.every={steps=1}: output: a list; name one entry, as in output[0].every"},
        Bad{"time[0].end=1", "time[0].end=1: time: no list; [0] has no meaning here"},
        Bad{"time.end.x=1", "time.end.x=1: time.end: 2 (integer) has no keys within it"}));

INSTANTIATE_TEST_SUITE_P(
    Values, BadOverride,
    testing::Values(Bad{"time.cfl=2", "time.cfl=2: time.cfl: 2 is out of range: must be > 0 and <= 1"},
                    Bad{"time.clf=0.5", "time.clf=0.5: time.clf: unknown key; did you mean 'cfl'?"},
                    Bad{"tme.cfl=0.5", "tme.cfl=0.5: tme: unknown table [tme]; did you mean [time]?"},
                    Bad{"cfl=0.5", "cfl=0.5: cfl: unknown key; 'cfl' belongs to [time]"},
                    Bad{"time.ned=", "time.ned=: time.ned: the deck does not have it, so there is nothing to take out"},
                    Bad{"time.end.x=", "time.end.x=: time.end.x: the deck does not have it"},
                    Bad{"output[2]=", "output[2]=: output[2]: the deck does not have it"},
                    Bad{"output.every=", "output.every=: output.every: the deck does not have it"},
                    Bad{"time[0].end=", "time[0].end=: time[0]: the deck does not have it"},
                    Bad{"time.end=1#2", "time.end=1#2: time.end: expected a number, got \"1#2\" (text)"},
                    Bad{"grid.cells=[4,",
                        "grid.cells=[4,: grid.cells: expected a list of 1 to 3 integers, got \"[4,\" (text)"},
                    Bad{"run.seed=1}\nx={y=2", "run.seed=1}\\nx={y=2: run.seed: expected an integer, got"},
                    Bad{"run.seed=1, z = 3", "run.seed=1, z = 3: run.seed: expected an integer, got"},
                    Bad{"run.name=2024",
                        "run.name=2024: run.name: expected text, got 2024 (integer); write --set 'run.name=\"2024\"'"},
                    Bad{"heat.initial=0",
                        "heat.initial=0: heat.initial: expected a formula in quotes, got 0 (integer); write "
                        "--set 'heat.initial=\"0\"'"}));

TEST(Overrides, RefuseKeysOfEndlessDepth) {
  std::string key = "a";
  for (int i = 0; i < 100000; ++i)
    key += ".a";

  EXPECT_EQ(problems_of(good_deck, {key + "=1"}).size(), 1u);
}

TEST(Overrides, AreInTheTextWhichReadsAsTheSameDeck) {
  const std::vector<std::string> overrides{"run.name=two\n\"lines\"", "output[1].every={steps=5}",
                                           "heat.initial=x<1e-3?1:0", "time.end=1e20"};
  const auto deck = parse_good(good_deck, overrides);

  const auto again = parse_good(deck.text());

  EXPECT_THAT(deck.text(), StartsWith("# deck.toml with these overrides:\n#   --set run.name=two\\n\"lines\"\n"));
  EXPECT_EQ(again.text("run.name"), "two\n\"lines\"");
  EXPECT_EQ(again.tables("output")[1].schedule("every"), (Schedule{5, {}, {}}));
  EXPECT_EQ(again.tables("output")[0].schedule("every"), (Schedule{10, {}, {}}));
  EXPECT_EQ(again.formula("heat.initial").text, "x<1e-3?1:0");
  EXPECT_EQ(again.number("time.end"), 1e20);
  EXPECT_THAT(again.integers("grid.cells"), ElementsAre(64, 32));
  EXPECT_THAT(again.boundary("grid.boundary.x"), ElementsAre("dirichlet", "neumann"));
  EXPECT_EQ(again.constants()[0].first, "width");
  EXPECT_EQ(again.constants()[0].second.text, "0.1");
  EXPECT_EQ(again.constants()[1].second.text, "2 * width");
  EXPECT_EQ(again.duration("time.max_walltime"), 5405);
}

}  // namespace
}  // namespace tarn::io::test
