#include "tarn/io/deck/describe.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/tests/io/deck/example_schema.hpp"
#include "tarn/tests/support/python.hpp"

namespace tarn::io::test {
namespace {

using testing::HasSubstr;

TEST(Describe, ShowsTypeUnitRangeDefaultAndMeaning) {
  const auto text = describe(heat_schema());

  EXPECT_THAT(text, testing::StartsWith("heat: du/dt = div(kappa grad u) + q\n\n[run]  required\n  What runs.\n"));
  EXPECT_THAT(text, HasSubstr("[time]  required\n"
                              "  How far and how fast.\n"
                              "  end           number [s], > 0; required\n"
                              "                when the run ends\n"
                              "  cfl           number, > 0 and <= 1; default 0.9\n"
                              "                share of the stability limit; give at most one of dt and cfl\n"));
  EXPECT_THAT(text, HasSubstr("[[output]]  any number of these\n"));
  EXPECT_THAT(text, HasSubstr("\n[grid.boundary]\n"));
  EXPECT_THAT(text, HasSubstr("  integrator   one of euler, rkl2; default \"euler\"\n"));
  EXPECT_THAT(text, HasSubstr("  <name>  number or a formula in quotes; optional\n"));
}

TEST(Describe, ShowsOneTableOrKey) {
  const auto boundary = describe(heat_schema(), "grid.boundary"), grid = describe(heat_schema(), "[grid]");

  EXPECT_EQ(describe(heat_schema(), "time.cfl"),
            "[time]\n"
            "  cfl  number, > 0 and <= 1; default 0.9\n"
            "       share of the stability limit; give at most one of dt and cfl\n");
  EXPECT_THAT(boundary, testing::StartsWith("[grid.boundary]\n  What happens at the ends.\n  x  "));
  EXPECT_THAT(grid, testing::AllOf(testing::StartsWith("[grid]  required\n"), testing::EndsWith(boundary)));
  EXPECT_THAT(describe(heat_schema(), "[[output]]"), testing::StartsWith("[[output]]  any number of these\n"));
}

TEST(Describe, TellsWhatThereIsForAWrongTable) {
  const auto fails = [](const std::string& place, const std::string& with) {
    EXPECT_THAT([&] { describe(heat_schema(), place); }, testing::ThrowsMessage<UsageError>(testing::EndsWith(with)));
  };

  fails("tiem", "a deck of heat has no table or key tiem; did you mean time?");
  fails("time.clf", "did you mean time.cfl?");
  fails("weather", "its tables are run, grid, time, output, constants, heat");
  fails("", "its tables are run, grid, time, output, constants, heat");
}

TEST(Describe, KeepsToTheWidthOfAPage) {
  Schema schema = heat_schema();
  for (int i = 0; i < 60; ++i)
    schema.tables[0].keys[0].meaning += " word";

  std::istringstream lines(describe(schema));

  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(line.size(), 100u) << line;
}

TEST(CheckSchema, RefusesWhatMakesNoSense) {
  const auto with = [](const Key& key) { return Schema{"app", "", {{.name = "table", .keys = {key}}}}; };

  EXPECT_THROW(check_schema(with({.name = "a b", .type = KeyType::text, .meaning = "m"})), Error);
  EXPECT_THROW(check_schema(with({.name = "a", .type = KeyType::choice, .meaning = "m"})), Error);
  EXPECT_THROW(check_schema(with({.name = "a", .type = KeyType::number, .meaning = ""})), Error);
  EXPECT_THROW(
      check_schema(with({.name = "a", .type = KeyType::number, .meaning = "m", .default_text = "2", .at_most = 1})),
      Error);
  EXPECT_THROW(
      check_schema(with({.name = "a", .type = KeyType::number, .meaning = "m", .required = true, .default_text = "2"})),
      Error);
  EXPECT_NO_THROW(
      check_schema(with({.name = "a", .type = KeyType::number, .meaning = "m", .default_text = "1", .at_most = 1})));
}

/// Runs Python's jsonschema over decks. A Python without it fails, as a broken schema does.
class JsonSchema : public testing::Test {
 protected:
  JsonSchema() : folder_(std::filesystem::path(testing::TempDir()) / ("tarn_schema_" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
    write("check.py",
          "import json, sys, tomllib\n"
          "from jsonschema import Draft202012Validator as V\n"
          "schema = json.load(open(sys.argv[1]))\n"
          "V.check_schema(schema)\n"
          "deck = tomllib.load(open(sys.argv[2], 'rb'))\n"
          "sys.exit(10 if V(schema).is_valid(deck) else 11)\n");
  }
  ~JsonSchema() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) const {
    const auto file = (folder_ / name).string();
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }

  enum Verdict { accepts = 10, refuses = 11 };

  int verdict(const std::string& schema, const std::string& deck) const {
    const auto command = tarn::test::python() + " '" + (folder_ / "check.py").string() + "' '" +
                         write("schema.json", schema) + "' '" + write("deck.toml", deck) + "'";
    const int status = std::system(command.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  std::filesystem::path folder_;
};

TEST_F(JsonSchema, AcceptsAGoodDeck) {
  EXPECT_EQ(verdict(json_schema(heat_schema()), good_deck), accepts);
  EXPECT_EQ(verdict(json_schema(heat_schema()), good_deck_but("\"peak * exp(-x^2)\"", "\"\"\"\nx < 1 ?\n 0 : 1\"\"\"")),
            accepts);
}

TEST_F(JsonSchema, TakesAListWhereItMayStandForOneFormula) {
  const auto with = [&](const char* value) {
    return verdict(json_schema(heat_schema()), good_deck_but("= 0.25", std::string("= ") + value));
  };

  EXPECT_EQ(with("[1, \"2 * width\"]"), accepts);
  EXPECT_EQ(with("\"2 * width\""), accepts);
  EXPECT_EQ(with("[]"), refuses);
  EXPECT_EQ(with("[1, 2, 3, 4]"), refuses);
  EXPECT_EQ(with("[1, -2]"), refuses);
  EXPECT_EQ(with("[[1], 2]"), refuses);
}

TEST_F(JsonSchema, OfSeveralAppsFollowsRunApp) {
  const auto schema = json_schema({heat_schema(), *example_lookup().find("euler")});

  EXPECT_EQ(verdict(schema, good_deck), accepts);
  EXPECT_EQ(verdict(schema, "run.app = 'euler'\neuler = {}\n"), accepts);
  EXPECT_EQ(verdict(schema, "run.app = 'heat'\neuler = {}\n"), refuses);
  EXPECT_EQ(verdict(schema, "run.app = 'ocean'\n"), refuses);
  EXPECT_EQ(verdict(schema, "grid.cells = [1]\n"), refuses);
}

TEST_F(JsonSchema, RefusesBadDecks) {
  const std::vector<std::pair<std::string, std::string>> mistakes{{"diffusivity =", "difusivity ="},
                                                                  {"end = 2", "end = 0"},
                                                                  {"end = 2", "end = \"2\""},
                                                                  {"[64, 32]", "[]"},
                                                                  {"[64, 32]", "[1, 2, 3, 4]"},
                                                                  {"[64, 32]", "[1.5]"},
                                                                  {"\"rkl2\"", "\"elder\""},
                                                                  {"\"01:30:05\"", "\"1:75:00\""},
                                                                  {"{ steps = 10 }", "{}"},
                                                                  {"{ steps = 10 }", "{ steps = 10, time = 1 }"},
                                                                  {"{ steps = 10 }", "{ steps = 0 }"},
                                                                  {"\"dirichlet\", \"neumann\"", "\"dirichlet\""},
                                                                  {"\"peak * exp(-x^2)\"", "\"\""},
                                                                  {"\"peak * exp(-x^2)\"", "\"import 'x'\""},
                                                                  {"width =", "my-width ="},
                                                                  {"[constants]", "[constnats]"},
                                                                  {"end = 2\n", ""},
                                                                  {"end = 2", "end = 2\ncfl = 1.5"}};
  for (const auto& [from, to] : mistakes) {
    const auto deck = good_deck_but(from, to);
    EXPECT_EQ(verdict(json_schema(heat_schema()), deck), refuses) << to;
    EXPECT_FALSE(problems_of(deck).empty() && to != "\"import 'x'\"") << to;
  }
}

}  // namespace
}  // namespace tarn::io::test
