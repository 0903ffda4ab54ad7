// Choices that are whole numbers.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/io/deck/deck.hpp"

namespace tarn::io::test {
namespace {

/// Of an app with one key besides the app's name.
Schema schema_of_passes() {
  return {
      .app = "rod",
      .summary = "a rod",
      .tables = {
          {.name = "run",
           .meaning = "what runs",
           .required = true,
           .keys = {
               Key{.name = "app", .type = KeyType::choice, .meaning = "the app", .required = true, .choices = {"rod"}},
               Key{.name = "passes",
                   .type = KeyType::choice,
                   .meaning = "how many",
                   .default_text = "\"auto\"",
                   .choices = {"auto", "1", "2"}}}}}};
}

/// A deck with that key, and what is wrong with it.
std::string passes_of(const std::string& value, Problems& problems) {
  static const Schema schema = schema_of_passes();
  const SchemaLookup lookup{{"rod"}, [](const std::string&) -> const Schema* { return &schema; }};
  const Deck deck = Deck::parse("[run]\napp = \"rod\"\npasses = " + value + "\n", "deck.toml", {}, lookup, problems);
  return deck.valid("run.passes") ? deck.text("run.passes") : "";
}

TEST(ChoiceOfWholeNumbers, MayStandWithoutQuotes) {
  for (const std::string value : {"2", "\"2\""}) {
    Problems problems;

    EXPECT_EQ(passes_of(value, problems), "2");
    EXPECT_THAT(problems.lines(), testing::IsEmpty());
  }
}

TEST(ChoiceOfWholeNumbers, IsRefusedIfItIsNone) {
  for (const std::string value : {"3", "2.0", "true"}) {
    Problems problems;

    EXPECT_EQ(passes_of(value, problems), "");
    EXPECT_THAT(problems.lines(),
                testing::ElementsAre(testing::HasSubstr("run.passes: expected one of auto, 1, 2, got " + value)));
  }
}

}  // namespace
}  // namespace tarn::io::test
