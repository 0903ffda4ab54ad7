// Decks that are no TOML, or are meant to break the reader.
#include <ctime>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/tests/io/deck/example_schema.hpp"

namespace tarn::io::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

struct NoToml {
  std::string text, start, hint;
};

class SyntaxError : public testing::TestWithParam<NoToml> {};

TEST_P(SyntaxError, HasItsPlaceAndAHint) {
  const auto [text, start, hint] = GetParam();

  EXPECT_THAT(problems_of(text),
              ElementsAre(testing::AllOf(StartsWith(start + ": not valid TOML: "), testing::EndsWith(hint))));
}

INSTANTIATE_TEST_SUITE_P(
    Common, SyntaxError,
    testing::Values(
        NoToml{"[run]\napp = heat # it\n", "deck.toml:2:7", "; text and formulas stand in quotes: \"heat\""},
        NoToml{"[heat]\ninitial = exp(-x)\n", "deck.toml:2:11", "; text and formulas stand in quotes: \"exp(-x)\""},
        NoToml{"initial = 2*x\n", "deck.toml:1:12", "; a formula stands in quotes: \"2*x\""},
        NoToml{"cfl = .5\n", "deck.toml:1:7", "; a number has digits on both sides of its point, as in 0.5 and 1.0"},
        NoToml{"cfl = 1.\n", "deck.toml:1:9", "; a number has digits on both sides of its point, as in 0.5 and 1.0"},
        NoToml{"compress = True\n", "deck.toml:1:12", "; TOML's own are true and false, in lower case"},
        NoToml{"seed = 99999999999999999999\n", "deck.toml:1:28", "is not representable in 64 bits"},
        NoToml{"[grid\ncells=[1]\n", "deck.toml:1:6", ""}, NoToml{"a = 1\na = 2\n", "deck.toml:2:5", ""},
        NoToml{"[a]\n[b]\n[a]\n", "deck.toml:3:1", ""},
        NoToml{"a = \"x\n", "deck.toml:1:7", "; is the closing quote missing?"}, NoToml{"= 3", "deck.toml:1:1", ""},
        NoToml{"a = [1, 2", "deck.toml:1:10", ""}));

TEST(HostileText, AnEmptyDeckMissesItsApp) {
  EXPECT_THAT(problems_of(""), ElementsAre("deck.toml: run.app: missing; it names the app, one of: heat, euler"));
}

TEST(HostileText, NulIsRefusedWithItsPlace) {
  EXPECT_THAT(problems_of(std::string("a = 1\n\xc3\xa9\0", 9)),
              ElementsAre("deck.toml:2:2: a NUL character: this is no text file"));
}

TEST(HostileText, BytesThatAreNoUtf8AreRefusedWithTheirPlace) {
  for (const std::string bytes : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\x80"}) {
    EXPECT_THAT(problems_of("# \n# " + bytes), ElementsAre(HasSubstr("deck.toml:2:3: byte 0x"))) << bytes;
  }
  EXPECT_THAT(problems_of("name = \"caf\xe9\"\n"),
              ElementsAre("deck.toml:1:12: byte 0xE9 is no UTF-8: save the deck as UTF-8 text"));
}

TEST(HostileText, CharactersThatAreNotAsciiStandInQuotesAlone) {
  const std::string what =
      "not valid TOML: '\xc2\xa2' stands outside of texts and comments, where there are only plain ASCII characters";

  EXPECT_THAT(problems_of("# \xc2\xa2\nb = '\xc2\xa2' # \xc2\xa2\nx = [1\xc2\xa2"),
              ElementsAre("deck.toml:3:7: " + what));
  EXPECT_THAT(problems_of("\xc2\xa2 = 1"), ElementsAre("deck.toml:1:1: " + what));
  EXPECT_THAT(problems_of("\xef\xbb\xbf[\xc2\xa2]"), ElementsAre("deck.toml:1:2: " + what));
  for (const char* value : {"0\"\xc2\xa2\"", "0.\"\xc2\xa2\"", "0=\"\xc2\xa2\"", "0[\"\xc2\xa2\"", "0\"#\"\xc2\xa2",
                            "\"\"\"a\"\"\"\"\"\"\xc2\xa2\"", "{a=0=\"\xc2\xa2\"}", "0979-05-27 \"\xc2\xa2\""}) {
    EXPECT_THAT(problems_of(std::string("b.c = ") + value), ElementsAre(HasSubstr(what))) << value;
  }
  EXPECT_THAT(problems_of(good_deck_but("\"peak * exp(-x^2)\"", "\"\"\"x+\xc2\xa2\"\"\"\"\" # \xc2\xa2")),
              ElementsAre());
  EXPECT_THAT(problems_of(good_deck, {"run.name=\xc2\xa2", "run.name=rod"}), ElementsAre());
}

TEST(HostileText, EndlessNestingIsRefusedNotFollowed) {
  std::string key = "a";
  for (int i = 0; i < 200000; ++i)
    key += ".a";

  EXPECT_THAT(problems_of("\n[" + key + "]\n"), ElementsAre("deck.toml:2:1: a key of more than 64 parts"));
  EXPECT_EQ(problems_of(key + " = 1\n").size(), 1u);
  EXPECT_EQ(problems_of("x = " + std::string(100000, '[')).size(), 1u);
}

TEST(HostileText, DotsInStringsCommentsAndNumbersAreNoKeys) {
  const std::string dots(200, '.');
  std::string numbers;
  for (int i = 0; i < 200; ++i)
    numbers += i == 0 ? "0.5" : ", 0.5";

  EXPECT_THAT(problems_of(good_deck + ("# " + dots + " it's\n")), ElementsAre());
  EXPECT_THAT(problems_of(good_deck_but("\"rod\"", "\"it's \\\" " + dots + "\"")), ElementsAre());
  EXPECT_THAT(problems_of(good_deck_but("cells =", "lower = [" + numbers + "]\ncells =")),
              ElementsAre(HasSubstr("grid.lower: expected a list of 1 to 3 numbers, got a list of 200")));
}

TEST(HostileText, ByteOrderMarkAndCarriageReturnsAreFine) {
  std::string text = "\xef\xbb\xbf";
  for (const char* c = good_deck; *c != '\0'; ++c)
    text += *c == '\n' ? std::string("\r\n") : std::string(1, *c);

  const auto deck = parse_good(text);

  EXPECT_EQ(deck.formula("heat.initial").at(7), (Position{"deck.toml", 27, 19}));
}

TEST(HostileText, ControlCharactersReachNoTerminal) {
  const auto lines = problems_of(good_deck_but("\"rkl2\"", "\"\\u001b[2J\\u009b\""), {std::string("\x1b[2J")});

  for (const auto& line : lines) {
    EXPECT_EQ(line.find('\x1b'), std::string::npos) << line;
    EXPECT_EQ(line.find("\xc2\x9b"), std::string::npos) << line;
  }
  EXPECT_EQ(lines.size(), 2u);
}

TEST(HostileText, KeysReachATerminalCleanAndShort) {
  const std::string key = "\"\\u001b[2J\\u009b" + std::string(100000, 'x') + "\"";

  for (const auto& text : {good_deck_but("{ steps = 10 }", "{ " + key + " = 10 }"), key + " = 1\n" + key + " = 2\n"}) {
    const auto lines = problems_of(text);

    ASSERT_FALSE(lines.empty());
    for (const auto& line : lines) {
      EXPECT_EQ(line.find('\x1b'), std::string::npos);
      EXPECT_EQ(line.find("\xc2\x9b"), std::string::npos);
      EXPECT_LT(line.size(), 500u);
    }
  }
}

TEST(HostileText, AMillionProblemsAreNotLookedAtOneByOne) {
  std::string text = good_deck;
  for (int n = 0; n < 1000000; ++n)
    text += fmt::format("k{} = 1\n", n);

  const std::clock_t start = std::clock();
  const auto lines = problems_of(text);

  EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, 30);  // minutes, if each were explained
  EXPECT_EQ(lines.size(), Problems::most + 1);
  EXPECT_THAT(lines.back(), HasSubstr("there may be more"));
}

TEST(HostileText, TablesAndConstantsWithoutNumberAreRefused) {
  std::string constants, outputs;
  for (int n = 0; n < 1001; ++n) {
    constants += fmt::format("c{} = 1\n", n);
    outputs += "[[output]]\nevery = { steps = 1 }\n";
  }

  EXPECT_THAT(problems_of(good_deck_but("width =", constants + "width =")),
              testing::Contains(HasSubstr("at most 1000 are possible")));
  EXPECT_THAT(problems_of(good_deck + outputs), testing::Contains(HasSubstr("at most 1000 are possible")));
}

TEST(HostileText, AFileNameThatIsNoUtf8LeavesTheStoredDeckUtf8) {
  Problems problems;
  const auto deck = Deck::parse(good_deck, "deck\xe9.toml", {"run.seed=3"}, example_lookup(), problems);

  EXPECT_THAT(deck.text(), StartsWith("# deck\\xE9.toml with these overrides:"));
}

TEST(HostileText, LongValuesAreCutInMessages) {
  const auto lines = problems_of(good_deck_but("\"rkl2\"", "\"" + std::string(100000, 'x') + "\""));

  ASSERT_EQ(lines.size(), 1u);
  EXPECT_LT(lines[0].size(), 200u);
}

}  // namespace
}  // namespace tarn::io::test
