#pragma once

#include <map>
#include <string>

#include "tarn/io/deck/deck.hpp"
#include "tarn/io/deck/problems.hpp"

namespace tarn::apps::pde {

/// The table [pde.units], for the schema.
io::Table units_table();

/// Adds what is wrong with [pde.units], and the formulas whose terms differ in dimension. The formulas are sound.
void check_units(const io::Deck& deck, io::Problems& problems);

/// The units of fields and outputs of a deck without problems, by name; empty texts where the deck has no units.
std::map<std::string, std::string> units_of(const io::Deck& deck);

}  // namespace tarn::apps::pde
