// A made-up app's schema with every type of key, for the tests of decks.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "tarn/io/deck/deck.hpp"

namespace tarn::io {
inline void PrintTo(const Position& position, std::ostream* out) {
  *out << to_string(position);
}
}  // namespace tarn::io

namespace tarn::io::test {

const Schema& heat_schema();

/// Knows the apps heat (above) and euler, which has a table [euler] of its own.
SchemaLookup example_lookup();

/// A deck without a flaw, for heat.
extern const char* const good_deck;

/// What is wrong with a deck called deck.toml: its problems' lines.
std::vector<std::string> problems_of(const std::string& text, const std::vector<std::string>& overrides = {});

/// good_deck with `from` (which must be in it) replaced.
std::string good_deck_but(const std::string& from, const std::string& to);

/// Parses a deck that must be good.
Deck parse_good(const std::string& text, const std::vector<std::string>& overrides = {});

}  // namespace tarn::io::test
