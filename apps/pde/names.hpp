#pragma once

#include "tarn/io/deck/deck.hpp"
#include "tarn/io/deck/problems.hpp"

namespace tarn::apps::pde {

/// The fields of a deck: the keys of [pde.equations], then those of [pde.flux] that have no equation.
std::vector<std::string> field_names(const io::Deck& deck);

/// Whether a table whose keys the deck names, such as "pde.flux", has one of this name.
bool has_name(const io::Deck& deck, const std::string& table, const std::string& name);

/// Adds that there are more fields than can be worked on, if so: the step limit has a matrix of all of them.
bool check_fields(const io::Deck& deck, io::Problems& problems);

/// Adds names that stand for two things: fields, [pde.let], [pde.output], constants, axes, functions and operators
/// share one namespace.
void check_names(const io::Deck& deck, io::Problems& problems);

}  // namespace tarn::apps::pde
