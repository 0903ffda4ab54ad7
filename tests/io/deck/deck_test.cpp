#include "tarn/io/deck/deck.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/tests/io/deck/example_schema.hpp"

namespace tarn::io::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Deck, GivesTypedValues) {
  const auto deck = parse_good(good_deck);

  EXPECT_EQ(deck.app(), "heat");
  EXPECT_EQ(deck.file(), "deck.toml");
  EXPECT_EQ(deck.text("run.name"), "rod");
  EXPECT_EQ(deck.text("heat.integrator"), "rkl2");
  EXPECT_THAT(deck.integers("grid.cells"), ElementsAre(64, 32));
  EXPECT_EQ(deck.number("time.end"), 2.0);
  EXPECT_EQ(deck.duration("time.max_walltime"), 5405.0);
  EXPECT_EQ(deck.formula("heat.diffusivity").text, "0.25");
  EXPECT_EQ(deck.formula("heat.initial").text, "peak * exp(-x^2)");
  EXPECT_THAT(deck.boundary("grid.boundary.x"), ElementsAre("dirichlet", "neumann"));
}

TEST(Deck, GivesTheEntriesOfAListThatStandsForOneFormula) {
  const auto list = parse_good(good_deck_but("= 0.25", "= [1,\n  \"2 * width\"]")), one = parse_good(good_deck);

  EXPECT_TRUE(list.given("heat.diffusivity") && list.valid("heat.diffusivity"));
  EXPECT_TRUE(list.given("heat.diffusivity[0]") && list.valid("heat.diffusivity[0]"));
  EXPECT_EQ(list.formula("heat.diffusivity[0]").text, "1");
  EXPECT_EQ(list.formula("heat.diffusivity[1]").text, "2 * width");
  EXPECT_EQ(list.position("heat.diffusivity[1]"), (Position{"deck.toml", 27, 3}));
  EXPECT_FALSE(list.has("heat.diffusivity[2]"));
  EXPECT_FALSE(one.has("heat.diffusivity[0]"));
  EXPECT_THROW(one.has("heat.stages[0]"), Error);
  EXPECT_THROW(list.formula("heat.diffusivity[2]"), Error);
}

TEST(Deck, AppliesDefaults) {
  const auto deck = parse_good(good_deck);

  EXPECT_EQ(deck.number("time.cfl"), 0.9);
  EXPECT_EQ(deck.integer("run.seed"), 0);
  EXPECT_THAT(deck.numbers("grid.lower"), ElementsAre(0.0));
  EXPECT_THAT(deck.boundary("grid.boundary.y"), ElementsAre("periodic", "periodic"));
  EXPECT_TRUE(deck.has("time.cfl"));
  EXPECT_FALSE(deck.given("time.cfl"));
  EXPECT_TRUE(deck.valid("time.cfl"));
  EXPECT_FALSE(deck.has("time.dt"));
  EXPECT_FALSE(deck.valid("time.dt"));
}

TEST(Deck, GivesTheTablesOfAList) {
  const auto outputs = parse_good(good_deck).tables("output");

  ASSERT_EQ(outputs.size(), 2u);
  EXPECT_EQ(outputs[1].path(), "output[1]");
  EXPECT_EQ(outputs[1].name_of("every"), "output[1].every");
  EXPECT_EQ(outputs[0].schedule("every"), (Schedule{10, {}, {}}));
  EXPECT_EQ(outputs[1].schedule("every"), (Schedule{{}, {}, 600.0}));
  EXPECT_THAT(outputs[0].texts("fields"), ElementsAre("temperature"));
  EXPECT_THAT(outputs[0].texts("tags"), ElementsAre());
  EXPECT_EQ(outputs[1].text("series"), "fields");
  EXPECT_FALSE(outputs[1].boolean("compress"));
}

TEST(Deck, GivesConstantsInTheOrderOfTheFile) {
  const auto constants = parse_good(good_deck).constants();

  ASSERT_EQ(constants.size(), 2u);
  EXPECT_EQ(constants[0].first, "width");
  EXPECT_EQ(constants[0].second.text, "0.1");
  EXPECT_EQ(constants[1].first, "peak");
  EXPECT_EQ(constants[1].second.position, (Position{"deck.toml", 23, 8}));
}

TEST(Deck, GivesPositionsOfValuesTablesAndTheFile) {
  const auto deck = parse_good(good_deck);

  EXPECT_EQ(deck.position("time.end"), (Position{"deck.toml", 11, 7}));
  EXPECT_EQ(deck.position("time.cfl"), (Position{"deck.toml", 10, 1}));
  EXPECT_EQ(deck.position("time"), (Position{"deck.toml", 10, 1}));
  EXPECT_EQ(deck.tables("output")[1].position(), (Position{"deck.toml", 18, 1}));
  EXPECT_EQ(
      parse_good(good_deck_but("[grid.boundary]\nx = [\"dirichlet\", \"neumann\"]", "")).position("grid.boundary.x"),
      (Position{"deck.toml", 5, 1}));
  EXPECT_EQ(deck.position(), (Position{"deck.toml", 0, 0}));
}

TEST(Deck, AnAbsentListHasNoTablesAndAnAbsentTableItsDefaults) {
  const auto deck = parse_good("run.app='heat'\ngrid.cells=[1]\ntime.end=1\nheat={diffusivity=1,initial='0'}\n");

  EXPECT_TRUE(deck.tables("output").empty());
  EXPECT_FALSE(deck.given("output"));
  EXPECT_FALSE(deck.given("heat.boundary_value"));
  EXPECT_EQ(deck.formula("heat.boundary_value.x_lower").text, "0");
  EXPECT_EQ(deck.table("heat").formula("boundary_value.x_lower").text, "0");
  EXPECT_TRUE(deck.constants().empty());
}

TEST(Deck, GettersRefuseWhatTheSchemaDoesNotDeclare) {
  const auto deck = parse_good(good_deck);

  EXPECT_THROW(deck.number("time.speed"), Error);
  EXPECT_THROW(deck.number("tim.end"), Error);
  EXPECT_THROW(deck.integer("time.end"), Error);
  EXPECT_THROW(deck.number("time.dt"), Error);
  EXPECT_THROW(deck.tables("time"), Error);
  EXPECT_THROW(deck.has("time.speed"), Error);
}

TEST(Deck, StaysUsableWhereItsValuesAreGood) {
  Problems problems;
  const auto deck = Deck::parse(good_deck_but("end = 2", "end = 'late'"), "d", {}, example_lookup(), problems);

  EXPECT_EQ(problems.count(), 1u);
  EXPECT_TRUE(deck.has("time.end"));
  EXPECT_FALSE(deck.valid("time.end"));
  EXPECT_THROW(deck.number("time.end"), Error);
  EXPECT_EQ(deck.number("time.cfl"), 0.9);
}

TEST(Deck, GivesNumbersAsTheirShortestExactText) {
  const auto text_of = [](const char* value) {
    return parse_good(good_deck_but("width = 0.1", std::string("width = ") + value)).constants()[0].second.text;
  };

  EXPECT_EQ(text_of("0.10"), "0.1");
  EXPECT_EQ(text_of("1.0"), "1");
  EXPECT_EQ(text_of("1e-300"), "1e-300");
  EXPECT_EQ(text_of("0.1234567890123456789"), "0.12345678901234568");
  EXPECT_EQ(text_of("9007199254740993"), "9007199254740993");
}

TEST(Deck, TextIsVerbatimWithoutOverrides) {
  EXPECT_EQ(parse_good(good_deck).text(), good_deck);
}

class DeckFile : public testing::Test {
 protected:
  DeckFile() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) / (std::string("tarn_deck_") + test->name());
    std::filesystem::create_directories(folder_);
  }
  ~DeckFile() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& text) const {
    const auto file = (folder_ / "deck.toml").string();
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }

  std::filesystem::path folder_;
  Problems problems_;
};

TEST_F(DeckFile, IsReadWithItsNameInMessages) {
  const auto file = write(good_deck_but("end = 2", "end = 0"));

  const auto deck = Deck::read(file, {}, example_lookup(), problems_);

  EXPECT_EQ(deck.file(), file);
  EXPECT_THAT(problems_.lines(), ElementsAre(file + ":11:7: time.end: 0 is out of range: must be > 0"));
}

TEST_F(DeckFile, ThatIsMissingIsADataErrorThatSaysWhy) {
  const auto file = (folder_ / "nowhere.toml").string();

  EXPECT_THAT([&] { Deck::read(file, {}, example_lookup(), problems_); },
              testing::ThrowsMessage<DataError>("cannot open the deck " + file + ": No such file or directory"));
}

TEST_F(DeckFile, ThatIsAFolderIsADataError) {
  EXPECT_THAT([&] { Deck::read(folder_.string(), {}, example_lookup(), problems_); },
              testing::ThrowsMessage<DataError>(HasSubstr("it is a folder")));
}

TEST_F(DeckFile, ThatIsTooLargeIsRefused) {
  const auto file = write(std::string((std::size_t{16} << 20) + 1, '\n'));

  EXPECT_THAT([&] { Deck::read(file, {}, example_lookup(), problems_); },
              testing::ThrowsMessage<DeckError>(file + ": larger than 16 MiB: this is no deck"));
}

TEST_F(DeckFile, ThatNeverEndsIsRefused) {
  EXPECT_THAT([&] { Deck::read("/dev/zero", {}, example_lookup(), problems_); },
              testing::ThrowsMessage<DeckError>(HasSubstr("larger than 16 MiB")));
}

}  // namespace
}  // namespace tarn::io::test
