#pragma once

#include <string>
#include <vector>

#include "tarn/io/deck/deck.hpp"
#include "tarn/io/deck/problems.hpp"
#include "tarn/io/deck/schema.hpp"

namespace tarn::apps::euler {

/// Keys for the primitive quantities of a gas in three dimensions; scalars come as further keys of any name.
std::vector<io::Key> primitive_keys();

/// What [euler] may say.
io::Table schema_table();

/// The names of euler.scalars; none where the key is not valid.
std::vector<std::string> scalars_of(const io::Deck& deck);

/// Adds what the schema cannot see.
void check_deck(const io::Deck& deck, io::Problems& problems);

}  // namespace tarn::apps::euler
