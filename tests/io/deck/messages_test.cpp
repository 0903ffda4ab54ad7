// What users get wrong, and the exact words they get for it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/tests/io/deck/example_schema.hpp"

namespace tarn::io::test {
namespace {

using testing::ElementsAre;

struct Mistake {
  std::string from, to, line;
};

class Messages : public testing::TestWithParam<Mistake> {};

TEST_P(Messages, SayWhereAndWhat) {
  const auto [from, to, line] = GetParam();

  EXPECT_THAT(problems_of(good_deck_but(from, to)), ElementsAre(line));
}

INSTANTIATE_TEST_SUITE_P(
    Names, Messages,
    testing::Values(
        Mistake{"diffusivity =", "difusivity =",
                "deck.toml:26:1: heat.difusivity: unknown key; did you mean 'diffusivity'?"},
        Mistake{
            "integrator =", "Integrator =", "deck.toml:28:1: heat.Integrator: unknown key; did you mean 'integrator'?"},
        Mistake{"integrator = \"rkl2\"", "cfl = 0.5", "deck.toml:28:1: heat.cfl: unknown key; 'cfl' belongs to [time]"},
        Mistake{"integrator = \"rkl2\"", "colour = 5", "deck.toml:28:1: heat.colour: unknown key"},
        Mistake{"integrator = \"rkl2\"", "\"a b\\u001b\" = 5", "deck.toml:28:1: heat.\"a b\\\\u001B\": unknown key"},
        Mistake{"[run]\n", "seed = 1\n[run]\n", "deck.toml:1:1: seed: unknown key; 'seed' belongs to [run]"},
        Mistake{"[constants]", "[outptu]", "deck.toml:21:2: outptu: unknown table [outptu]; did you mean [[output]]?"},
        Mistake{"[constants]", "[boundary]",
                "deck.toml:21:2: boundary: unknown table [boundary]; did you mean [grid.boundary]?"},
        Mistake{"[heat.boundary_value]", "[heat.boundry_value]",
                "deck.toml:30:7: heat.boundry_value: unknown table [heat.boundry_value]; did you mean "
                "[heat.boundary_value]?"},
        Mistake{"[constants]", "[euler]", "deck.toml:21:2: euler: unknown table [euler]: the deck's app is heat"},
        Mistake{"width =", "my-width =",
                "deck.toml:22:1: constants.my-width: formulas cannot use this name: letters, digits and _, and a "
                "letter or _ first"}));

INSTANTIATE_TEST_SUITE_P(
    Apps, Messages,
    testing::Values(
        Mistake{"app = \"heat\"\n", "", "deck.toml:1:1: run.app: missing; it names the app, one of: heat, euler"},
        Mistake{"[run]\napp = \"heat\"\nname = \"rod\"\n", "",
                "deck.toml: run.app: missing; it names the app, one of: heat, euler"},
        Mistake{"app = \"heat\"", "app = \"haet\"",
                "deck.toml:2:7: run.app: 'haet' is not one of heat, euler; did you mean 'heat'?"},
        Mistake{"app = \"heat\"", "app = 3",
                "deck.toml:2:7: run.app: expected the name of an app, one of: heat, euler; got 3 (integer)"}));

INSTANTIATE_TEST_SUITE_P(
    Missing, Messages,
    testing::Values(Mistake{"diffusivity = 0.25\n", "",
                            "deck.toml:25:1: heat.diffusivity: missing; it is required: thermal diffusivity [m^2/s]"},
                    Mistake{"every = { steps = 10 }\n", "",
                            "deck.toml:14:1: output[0].every: missing; it is required: how often"},
                    Mistake{"[time]\nend = 2\nmax_walltime = \"01:30:05\"\n", "",
                            "deck.toml: time: missing table [time]; it needs end"}));

INSTANTIATE_TEST_SUITE_P(
    Numbers, Messages,
    testing::Values(
        Mistake{"end = 2", "end = 2\ncfl = 1.5", "deck.toml:12:7: time.cfl: 1.5 is out of range: must be > 0 and <= 1"},
        Mistake{"end = 2", "end = 0", "deck.toml:11:7: time.end: 0 is out of range: must be > 0"},
        Mistake{"end = 2", "end = \"2\"",
                "deck.toml:11:7: time.end: expected a number, got \"2\" (text); write it without the quotes"},
        Mistake{"end = 2", "end = nan", "deck.toml:11:7: time.end: expected a finite number, got nan"},
        Mistake{"end = 2", "end = -inf", "deck.toml:11:7: time.end: expected a finite number, got -inf"},
        Mistake{"end = 2", "end = [2]", "deck.toml:11:7: time.end: expected a number, got [2] (list)"},
        Mistake{"name = \"rod\"", "seed = 1.0",
                "deck.toml:3:8: run.seed: expected an integer, got 1.0 (number); write 1"},
        Mistake{"name = \"rod\"", "seed = -1", "deck.toml:3:8: run.seed: -1 is out of range: must be >= 0"},
        Mistake{"integrator = \"rkl2\"", "stages = 100",
                "deck.toml:28:10: heat.stages: 100 is out of range: must be >= 2 and < 100"},
        Mistake{"diffusivity = 0.25", "diffusivity = -1",
                "deck.toml:26:15: heat.diffusivity: -1 is out of range: must be >= 0"}));

INSTANTIATE_TEST_SUITE_P(
    Lists, Messages,
    testing::Values(
        Mistake{"cells = [64, 32]", "cells = \"abc\"",
                "deck.toml:6:9: grid.cells: expected a list of 1 to 3 integers, got \"abc\" (text)"},
        Mistake{"cells = [64, 32]", "cells = 64",
                "deck.toml:6:9: grid.cells: expected a list of 1 to 3 integers, got 64 (integer); write [64]"},
        Mistake{"cells = [64, 32]", "cells = []",
                "deck.toml:6:9: grid.cells: expected a list of 1 to 3 integers, got an empty list"},
        Mistake{"cells = [64, 32]", "cells = [1, 2, 3, 4]",
                "deck.toml:6:9: grid.cells: expected a list of 1 to 3 integers, got a list of 4"},
        Mistake{"cells = [64, 32]", "cells = [64, 3.5]",
                "deck.toml:6:14: grid.cells[1]: expected an integer, got 3.5 (number)"},
        Mistake{"cells = [64, 32]", "cells = [64,\n  0]",
                "deck.toml:7:3: grid.cells[1]: 0 is out of range: must be >= 1"},
        Mistake{"fields = [\"temperature\"]", "fields = [\"temprature\"]",
                "deck.toml:16:11: output[0].fields[0]: 'temprature' is not one of temperature, flux; did you "
                "mean "
                "'temperature'?"},
        Mistake{"fields = [\"temperature\"]", "fields = \"temperature\"",
                "deck.toml:16:10: output[0].fields: expected a list of 1 or more names from temperature, "
                "flux, got "
                "\"temperature\" (text); write [\"temperature\"]"}));

INSTANTIATE_TEST_SUITE_P(
    TextsAndFormulas, Messages,
    testing::Values(
        Mistake{"\"rkl2\"", "\"elder\"",
                "deck.toml:28:14: heat.integrator: 'elder' is not one of euler, rkl2; did you mean 'euler'?"},
        Mistake{"\"rkl2\"", "\"Euler\"",
                "deck.toml:28:14: heat.integrator: 'Euler' is not one of euler, rkl2; did you mean 'euler'?"},
        Mistake{"\"rkl2\"", "2", "deck.toml:28:14: heat.integrator: expected one of euler, rkl2, got 2 (integer)"},
        Mistake{"\"rod\"", "2024", "deck.toml:3:8: run.name: expected text, got 2024 (integer); write \"2024\""},
        Mistake{"\"peak * exp(-x^2)\"", "0.5",
                "deck.toml:27:11: heat.initial: expected a formula in quotes, got 0.5 (number); write \"0.5\""},
        Mistake{"\"peak * exp(-x^2)\"", "\" \"", "deck.toml:27:11: heat.initial: expected a formula, got empty text"},
        Mistake{"diffusivity = 0.25", "diffusivity = true",
                "deck.toml:26:15: heat.diffusivity: expected a number or a formula in quotes, or a list of 1 to 3 of "
                "them, got true (boolean)"},
        Mistake{"diffusivity = 0.25", "diffusivity = []",
                "deck.toml:26:15: heat.diffusivity: expected a number or a formula in quotes, or a list of 1 to 3 of "
                "them, got an empty list"},
        Mistake{"diffusivity = 0.25", "diffusivity = [1, 2, 3, 4]",
                "deck.toml:26:15: heat.diffusivity: expected a number or a formula in quotes, or a list of 1 to 3 of "
                "them, got a list of 4"},
        Mistake{"diffusivity = 0.25", "diffusivity = [1, -2]",
                "deck.toml:26:19: heat.diffusivity[1]: -2 is out of range: must be >= 0"},
        Mistake{"diffusivity = 0.25", "diffusivity = [1, [2]]",
                "deck.toml:26:19: heat.diffusivity[1]: expected a number or a formula in quotes, got [2] (list)"},
        Mistake{"diffusivity = 0.25", "diffusivity = [1, \" \"]",
                "deck.toml:26:19: heat.diffusivity[1]: expected a formula, got empty text"},
        Mistake{"x_lower = \"sin(t)\"", "x_lower = [\"sin(t)\"]",
                "deck.toml:31:11: heat.boundary_value.x_lower: expected a formula in quotes, got [\"sin(t)\"] (list)"},
        Mistake{"fields = [\"temperature\"]", "compress = \"true\"",
                "deck.toml:16:12: output[0].compress: expected true or false, got \"true\" (text); write it "
                "without "
                "the quotes"}));

INSTANTIATE_TEST_SUITE_P(
    DurationsAndSchedules, Messages,
    testing::Values(
        Mistake{"\"01:30:05\"", "\"30 min\"",
                "deck.toml:12:16: time.max_walltime: \"30 min\" is no duration \"HH:MM:SS\": it has three "
                "parts, such "
                "as \"00:30:00\" for half an hour"},
        Mistake{"\"01:30:05\"", "\"00:75:00\"",
                "deck.toml:12:16: time.max_walltime: \"00:75:00\" is no duration \"HH:MM:SS\": minutes are two "
                "digits, 00 to 59"},
        Mistake{"\"01:30:05\"", "\"00:00:60\"",
                "deck.toml:12:16: time.max_walltime: \"00:00:60\" is no duration \"HH:MM:SS\": seconds are two "
                "digits, 00 to 59"},
        Mistake{"\"01:30:05\"", "\"-1:00:00\"",
                "deck.toml:12:16: time.max_walltime: \"-1:00:00\" is no duration \"HH:MM:SS\": hours are one "
                "to six "
                "digits"},
        Mistake{"\"01:30:05\"", "\"00:00:00\"",
                "deck.toml:12:16: time.max_walltime: \"00:00:00\" is out of range: must be > 0 s"},
        Mistake{"\"01:30:05\"", "01:30:05",
                "deck.toml:12:16: time.max_walltime: expected a duration \"HH:MM:SS\" in quotes, got "
                "01:30:05 (time "
                "of day); write \"01:30:05\""},
        Mistake{"{ steps = 10 }", "10",
                "deck.toml:15:9: output[0].every: expected { steps = 10 }, { time = 0.05 } or { walltime = "
                "\"00:10:00\" }, got 10 (integer)"},
        Mistake{"{ steps = 10 }", "{ stps = 10 }",
                "deck.toml:15:11: output[0].every.stps: unknown key; did you mean 'steps'?"},
        Mistake{"{ steps = 10 }", "{ steps = 10, time = 1 }",
                "deck.toml:15:9: output[0].every: expected exactly one of steps, time and walltime, got "
                "steps and "
                "time"},
        Mistake{"{ steps = 10 }", "{}",
                "deck.toml:15:9: output[0].every: expected exactly one of steps, time and walltime, got none"},
        Mistake{"{ steps = 10 }", "{ steps = 0 }",
                "deck.toml:15:19: output[0].every.steps: 0 is out of range: must be > 0"},
        Mistake{"every = { steps", "evry = { steps",
                "deck.toml:15:1: output[0].evry: unknown key; did you mean 'every'?"}));

INSTANTIATE_TEST_SUITE_P(
    Structure, Messages,
    testing::Values(
        Mistake{"[[output]]\nevery = { walltime = \"00:10:00\" }\n", "[run2]\n",
                "deck.toml:18:2: run2: unknown table [run2]; did you mean [run]?"},
        Mistake{"[constants]\nwidth = 0.1\npeak = \"2 * width\"\n", "[[constants]]\nwidth = 0.1\n",
                "deck.toml:21:1: constants: there is only one such table: write [constants], not [[constants]]"},
        Mistake{"[grid.boundary]\nx = [\"dirichlet\", \"neumann\"]", "boundary = \"periodic\"",
                "deck.toml:7:12: grid.boundary: expected a table [grid.boundary], got \"periodic\" (text)"},
        Mistake{"[\"dirichlet\", \"neumann\"]", "[\"dirichlet\"]",
                "deck.toml:8:5: grid.boundary.x: expected one of periodic, dirichlet, neumann, or a list [lower, "
                "upper] of two of them, got [\"dirichlet\"] (list)"},
        Mistake{"[\"dirichlet\", \"neumann\"]", "[\"dirichlet\", \"newman\"]",
                "deck.toml:8:19: grid.boundary.x[1]: 'newman' is not one of periodic, dirichlet, neumann; "
                "did you "
                "mean 'neumann'?"}));

TEST(DeckProblems, SayThatAListOfTablesNeedsTwoBrackets) {
  const std::string text =
      "[run]\napp='heat'\n[grid]\ncells=[1]\n[time]\nend=1\n[output]\nevery=5\n[heat]\ndiffusivity="
      "1\ninitial='0'\n";

  EXPECT_THAT(problems_of(text),
              ElementsAre("deck.toml:7:1: output: there can be several such tables: write [[output]], not [output]",
                          testing::StartsWith("deck.toml:8:7: output[0].every: expected { steps")));
}

TEST(DeckProblems, AreAllReportedAtOnceInTheOrderOfTheFile) {
  auto text = good_deck_but("integrator = \"rkl2\"", "integrator = \"elder\"");
  text.replace(text.find("end = 2"), 7, "end = 0");
  text.replace(text.find("cells = [64, 32]"), 16, "cells = [0, 1.5]");

  const auto lines = problems_of(text, {"heat.stages=1", "nonsense", "time.cfl=2"});

  EXPECT_THAT(lines,
              ElementsAre("deck.toml:6:10: grid.cells[0]: 0 is out of range: must be >= 1",
                          "deck.toml:6:13: grid.cells[1]: expected an integer, got 1.5 (number)",
                          "deck.toml:11:7: time.end: 0 is out of range: must be > 0",
                          "deck.toml:28:14: heat.integrator: 'elder' is not one of euler, rkl2; did you mean 'euler'?",
                          "--set nonsense: expected table.key=value, got no '='",
                          "--set time.cfl=2: time.cfl: 2 is out of range: must be > 0 and <= 1",
                          "--set heat.stages=1: heat.stages: 1 is out of range: must be >= 2 and < 100"));
}

TEST(DeckProblems, OfTheRestAreReportedWithAMisspeltApp) {
  auto text = good_deck_but("\"heat\"", "\"haet\"");
  text.replace(text.find("end = 2"), 7, "end = 0");

  EXPECT_EQ(problems_of(text).size(), 2u);
}

TEST(DeckProblems, StopAtAnAppThatCannotBeGuessed) {
  Problems problems;

  EXPECT_THROW(Deck::parse("[run]\napp = 'ocean'\n", "d", {}, example_lookup(), problems), DeckError);
  EXPECT_THAT(problems.lines(), ElementsAre("d:2:7: run.app: 'ocean' is not one of heat, euler"));
}

TEST(DeckProblems, AreThrownTogetherWithThoseOfTheCaller) {
  Problems problems;
  const auto deck = Deck::parse(good_deck_but("end = 2", "end = 0"), "d", {}, example_lookup(), problems);
  ASSERT_TRUE(deck.valid("heat.initial"));
  problems.add(deck.formula("heat.initial").at(7), "heat.initial", "no function exq");
  problems.add(deck.formula("heat.initial").at(7), "heat.initial", "no function exq");

  EXPECT_EQ(problems.count(), 2u);
  try {
    problems.throw_if_any();
    FAIL();
  } catch (const DeckError& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_STREQ(error.what(),
                 "d:11:7: time.end: 0 is out of range: must be > 0\nd:27:19: heat.initial: no function exq");
  }
}

DeckProblem problem_of(const Position& position, const std::string& key, const std::string& what) {
  return {position, key, what};
}

TEST(DeckProblems, AreKeptInPartsInTheOrderOfTheirLines) {
  const DeckProblem in_an_option = problem_of({"--set a.b=1", 0, 0}, "a.b", "unknown key");
  const DeckProblem in_the_file = problem_of({"d", 3, 1}, "", "not valid TOML");
  Problems problems;
  for (const auto& problem : {in_an_option, in_the_file})
    problems.add(problem.position, problem.key, problem.what);

  try {
    problems.throw_if_any();
    FAIL();
  } catch (const DeckError& error) {
    EXPECT_THAT(error.problems(), ElementsAre(in_the_file, in_an_option));
    EXPECT_THAT(error.lines(), ElementsAre("d:3:1: not valid TOML", "--set a.b=1: a.b: unknown key"));
  }
}

TEST(DeckProblems, LeaveOutOfALineWhatTheyDoNotHave) {
  DeckProblem problem = problem_of({"d", 3, 1}, "a.b", "is bad");
  problem.of = "members 0-1";
  EXPECT_EQ(to_string(problem), "members 0-1: d:3:1: a.b: is bad");

  problem.position = {};
  EXPECT_EQ(to_string(problem), "members 0-1: a.b: is bad");

  problem.key = problem.of = "";
  EXPECT_EQ(to_string(problem), "is bad");
}

TEST(DeckProblems, DoNotThrowWhenThereAreNone) {
  EXPECT_NO_THROW(Problems().throw_if_any());
}

}  // namespace
}  // namespace tarn::io::test
