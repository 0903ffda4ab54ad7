#pragma once

#include "tarn/io/deck/deck.hpp"
#include "tarn/io/deck/problems.hpp"

namespace tarn::apps::pde {

/// The fields of a deck: the keys of [pde.equations], then those of [pde.flux] that have no equation.
std::vector<std::string> field_names(const io::Deck& deck);

/// Adds names that stand for two things: fields, [pde.let], [pde.output], constants, axes, functions and operators
/// share one namespace.
void check_names(const io::Deck& deck, io::Problems& problems);

}  // namespace tarn::apps::pde
