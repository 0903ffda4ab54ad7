#include "tarn/tests/io/deck/example_schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::io::test {

namespace {

Table run_table() {
  return {.name = "run",
          .meaning = "What runs.",
          .required = true,
          .keys = {{.name = "app", .type = KeyType::text, .meaning = "the app", .required = true},
                   {.name = "name", .type = KeyType::text, .meaning = "name of the run directory"},
                   {.name = "precision",
                    .type = KeyType::choice,
                    .meaning = "precision of the fields",
                    .default_text = "\"double\"",
                    .choices = {"double", "single"}},
                   {.name = "seed",
                    .type = KeyType::integer,
                    .meaning = "of random numbers",
                    .default_text = "0",
                    .at_least = 0}}};
}

Table grid_table() {
  const std::vector<std::string> kinds{"periodic", "dirichlet", "neumann"};
  const auto side = [&](const char* name) {
    return Key{.name = name,
               .type = KeyType::boundary,
               .meaning = "both ends, or [lower, upper]",
               .default_text = "\"periodic\"",
               .choices = kinds};
  };
  return {.name = "grid",
          .meaning = "The box and its cells.",
          .required = true,
          .keys = {{.name = "cells",
                    .type = KeyType::integers,
                    .meaning = "cells along x, y, z",
                    .required = true,
                    .at_least = 1,
                    .shortest = 1,
                    .longest = 3},
                   {.name = "lower",
                    .type = KeyType::numbers,
                    .meaning = "lower corner",
                    .unit = "m",
                    .default_text = "[0.0]",
                    .shortest = 1,
                    .longest = 3}},
          .tables = {{.name = "boundary", .meaning = "What happens at the ends.", .keys = {side("x"), side("y")}}}};
}

Table time_table() {
  return {.name = "time",
          .meaning = "How far and how fast.",
          .required = true,
          .keys = {{.name = "end",
                    .type = KeyType::number,
                    .meaning = "when the run ends",
                    .unit = "s",
                    .required = true,
                    .above = 0},
                   {.name = "cfl",
                    .type = KeyType::number,
                    .meaning = "share of the stability limit",
                    .default_text = "0.9",
                    .above = 0,
                    .at_most = 1,
                    .note = "give at most one of dt and cfl"},
                   {.name = "dt", .type = KeyType::number, .meaning = "fixed step", .unit = "s", .above = 0},
                   {.name = "max_walltime", .type = KeyType::duration, .meaning = "stop after this", .above = 0}}};
}

Table output_table() {
  return {.name = "output",
          .meaning = "A series of states.",
          .list = true,
          .keys = {{.name = "series", .type = KeyType::text, .meaning = "its name", .default_text = "\"fields\""},
                   {.name = "every", .type = KeyType::schedule, .meaning = "how often", .required = true},
                   {.name = "fields",
                    .type = KeyType::choices,
                    .meaning = "which fields",
                    .choices = {"temperature", "flux"},
                    .shortest = 1},
                   {.name = "compress", .type = KeyType::boolean, .meaning = "smaller files", .default_text = "false"},
                   {.name = "tags", .type = KeyType::texts, .meaning = "words to find it by", .default_text = "[]"}}};
}

Table heat_table() {
  return {
      .name = "heat",
      .meaning = "The heat equation.",
      .required = true,
      .keys =
          {{.name = "diffusivity",
            .type = KeyType::number_or_formula,
            .meaning = "thermal diffusivity",
            .unit = "m^2/s",
            .required = true,
            .at_least = 0,
            .shortest = 1,
            .longest = 3},
           {.name = "initial", .type = KeyType::formula, .meaning = "first temperature", .unit = "K", .required = true},
           {.name = "integrator",
            .type = KeyType::choice,
            .meaning = "time stepping",
            .default_text = "\"euler\"",
            .choices = {"euler", "rkl2"}},
           {.name = "stages",
            .type = KeyType::integer,
            .meaning = "of rkl2",
            .default_text = "5",
            .at_least = 2,
            .below = 100}},
      .tables = {{.name = "boundary_value",
                  .meaning = "Values on the faces.",
                  .keys = {{.name = "x_lower",
                            .type = KeyType::formula,
                            .meaning = "at the lower x face",
                            .default_text = "\"0\""}}}}};
}

}  // namespace

const Schema& heat_schema() {
  static const Schema schema{"heat",
                             "du/dt = div(kappa grad u) + q",
                             {run_table(),
                              grid_table(),
                              time_table(),
                              output_table(),
                              {.name = "constants", .meaning = "Names for formulas.", .free_formulas = true},
                              heat_table()}};
  return schema;
}

SchemaLookup example_lookup() {
  static const Schema euler{"euler", "gas", {run_table(), {.name = "euler", .meaning = "Gas."}}};
  return {{"heat", "euler"}, [](const std::string& app) -> const Schema* {
            if (app == "heat") return &heat_schema();
            return app == "euler" ? &euler : nullptr;
          }};
}

const char* const good_deck = R"toml([run]
app = "heat"
name = "rod"

[grid]
cells = [64, 32]
[grid.boundary]
x = ["dirichlet", "neumann"]

[time]
end = 2
max_walltime = "01:30:05"

[[output]]
every = { steps = 10 }
fields = ["temperature"]

[[output]]
every = { walltime = "00:10:00" }

[constants]
width = 0.1
peak = "2 * width"

[heat]
diffusivity = 0.25
initial = "peak * exp(-x^2)"
integrator = "rkl2"

[heat.boundary_value]
x_lower = "sin(t)"
)toml";

std::vector<std::string> problems_of(const std::string& text, const std::vector<std::string>& overrides) {
  Problems problems;
  try {
    Deck::parse(text, "deck.toml", overrides, example_lookup(), problems);
  } catch (const DeckError& error) {
    return error.lines();
  }
  return problems.lines();
}

std::string good_deck_but(const std::string& from, const std::string& to) {
  std::string text = good_deck;
  const auto place = text.find(from);
  if (place == std::string::npos) throw Error("the good deck has no " + from);
  return text.replace(place, from.size(), to);
}

Deck parse_good(const std::string& text, const std::vector<std::string>& overrides) {
  Problems problems;
  auto deck = Deck::parse(text, "deck.toml", overrides, example_lookup(), problems);
  problems.throw_if_any();
  return deck;
}

namespace {

TEST(ExampleSchema, MakesSense) {
  EXPECT_NO_THROW(check_schema(heat_schema()));
}

TEST(ExampleSchema, AcceptsTheGoodDeck) {
  EXPECT_THAT(problems_of(good_deck), testing::IsEmpty());
}

}  // namespace

}  // namespace tarn::io::test
