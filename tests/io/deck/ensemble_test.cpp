#include "tarn/io/deck/ensemble.hpp"

#include <gtest/gtest.h>

namespace tarn::io {
namespace {

std::optional<Ensemble> read(const std::string& text, Problems& problems,
                             const std::vector<std::string>& options = {}) {
  return read_ensemble(text, "deck.toml", {}, options, problems);
}

std::vector<std::string> settings_of(const Ensemble& ensemble) {
  std::vector<std::string> all;
  for (const auto& member : ensemble.members) {
    std::string text;
    for (const auto& [key, value] : member)
      text += (text.empty() ? "" : " ") + key + "=" + value;
    all.push_back(text);
  }
  return all;
}

std::string problem_of(const std::string& text, const std::vector<std::string>& options = {}) {
  Problems problems;
  EXPECT_FALSE(read(text, problems, options));
  return problems.lines().empty() ? "" : problems.lines().front();
}

TEST(DeckEnsemble, MultipliesAllValues) {
  Problems problems;
  const auto ensemble = read("[ensemble.vary]\n\"a.b\" = [1, 2]\nc.d = [\"x\", \"y\"]\n", problems);

  ASSERT_TRUE(ensemble);
  EXPECT_EQ(settings_of(*ensemble),
            (std::vector<std::string>{"a.b=1 c.d=\"x\"", "a.b=1 c.d=\"y\"", "a.b=2 c.d=\"x\"", "a.b=2 c.d=\"y\""}));
  EXPECT_EQ(ensemble->overrides_of(0), (std::vector<std::string>{"ensemble=", "a.b=1", "c.d=\"x\""}));
}

TEST(DeckEnsemble, ZipsValuesAndRanges) {
  Problems problems;
  const auto ensemble = read(
      "[ensemble]\ncombine = \"zip\"\n[ensemble.vary]\n\"a.b\" = { from = 0.5, to = 1.5, count = 3 }\n\"c.d\" = [true, "
      "false, true]\n",
      problems);

  ASSERT_TRUE(ensemble);
  EXPECT_EQ(settings_of(*ensemble),
            (std::vector<std::string>{"a.b=0.5 c.d=true", "a.b=1.0 c.d=false", "a.b=1.5 c.d=true"}));
}

TEST(DeckEnsemble, OptionsReplaceAndAdd) {
  Problems problems;
  const auto ensemble = read("[ensemble.vary]\n\"a.b\" = [1, 2]\n", problems, {"a.b=[7]", "e.f=[[1, 2], [3]]"});

  ASSERT_TRUE(ensemble);
  EXPECT_EQ(settings_of(*ensemble), (std::vector<std::string>{"a.b=7 e.f=[1, 2]", "a.b=7 e.f=[3]"}));
  const auto alone = read("", problems, {"a.b=[1]"});
  EXPECT_EQ(alone->overrides_of(0), (std::vector<std::string>{"a.b=1"}));
  EXPECT_FALSE(read("[run]\n", problems));
  EXPECT_TRUE(problems.empty());
}

TEST(DeckEnsemble, RangesOfWholeNumbersHaveWholeNumbers) {
  Problems problems;
  const auto ensemble = read("[ensemble.vary]\nrun.seed = { from = 7, to = 1, count = 3 }\n", problems);

  ASSERT_TRUE(ensemble);
  EXPECT_EQ(settings_of(*ensemble), (std::vector<std::string>{"run.seed=7", "run.seed=4", "run.seed=1"}));
  const auto thousands = read("", problems, {"run.seed={from=0, to=9999, count=10000}"});
  ASSERT_TRUE(thousands);
  EXPECT_EQ(settings_of(*thousands).at(3), "run.seed=3");
  EXPECT_EQ(settings_of(*read("", problems, {"a.b={from=0, to=1, count=3}"})).at(1), "a.b=0.5");
  EXPECT_EQ(settings_of(*read("", problems, {"a.b={from=0.0, to=2, count=3}"})).at(1), "a.b=1.0");
}

TEST(DeckEnsemble, ValuesOfAKeyAreGivenOnce) {
  EXPECT_EQ(problem_of("[ensemble.vary]\n\"a.b\" = [1, 2]\na.b = [3]\n"),
            "deck.toml:3:3: ensemble.vary.a.b: the values of a.b are given twice");
  EXPECT_EQ(problem_of("", {"a.b=[1, 2]", "a . b = [3]"}), "--ensemble a . b = [3]: the values of a.b are given twice");
  Problems problems;
  EXPECT_FALSE(read_ensemble("[ensemble.vary]\n\"a.b\" = [1, 2]\n", "deck.toml", {"a.b =3"}, {}, problems));
  EXPECT_EQ(problems.lines(), std::vector<std::string>{"--set a.b =3: this key varies in the ensemble"});
}

TEST(DeckEnsemble, KeysOfOptionsMayHaveSpacesAround) {
  Problems problems;
  const auto ensemble = read("[ensemble.vary]\n\"a.b\" = [1, 2]\n", problems, {" a.b = [7]"});

  ASSERT_TRUE(ensemble);
  EXPECT_EQ(ensemble->keys, std::vector<std::string>{"a.b"});
  EXPECT_EQ(settings_of(*ensemble), std::vector<std::string>{"a.b=7"});
}

TEST(DeckEnsemble, TellsWhatIsWrongAndWhere) {
  EXPECT_EQ(problem_of("[ensemble]\n"),
            "deck.toml:1:2: ensemble.vary: missing; it names the keys that vary, and their values");
  EXPECT_NE(problem_of("[ensemble]\ncombined = \"zip\"\n[ensemble.vary]\na.b=[1]\n").find("did you mean 'combine'"),
            std::string::npos);
  EXPECT_NE(problem_of("[ensemble.vary]\n\"a.b\" = 3\n").find("2:9: ensemble.vary.a.b: expected a list"),
            std::string::npos);
  EXPECT_NE(problem_of("[ensemble.vary]\n\"a.b\" = []\n").find("no values"), std::string::npos);
  EXPECT_NE(problem_of("[ensemble.vary]\na.b = { from = 0, to = 1 }\n").find("count = an integer"), std::string::npos);
  EXPECT_NE(problem_of("[ensemble]\ncombine = \"zip\"\n[ensemble.vary]\na.b=[1]\nc.d=[1,2]\n").find("2 values"),
            std::string::npos);
  EXPECT_NE(problem_of("", {"a.b=1"}).find("expected a list"), std::string::npos);
  EXPECT_NE(problem_of("", {"a.b=[x"}).find("no TOML list"), std::string::npos);
  EXPECT_NE(problem_of("", {"a b=[1]"}).find("no table.key"), std::string::npos);
  EXPECT_NE(problem_of("", {"a.b={from=0,to=1,count=1000}", "c.d={from=0,to=1,count=1000}"}).find("members"),
            std::string::npos);
}

}  // namespace
}  // namespace tarn::io
