#pragma once

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/driver/solution_check.hpp"

namespace tarn::apps {

/// The table [exact] of a simulation's deck: formulas of x, y, z and t for fields of the state.
io::Table exact_table();

/// Adds what is wrong with that table; the deck has no other problems.
void check_exact(const io::Deck& deck, const Model& model, io::Problems& problems);

/// The formulas of that table as expressions of space and time.
/// @param deck  without problems
std::vector<SolutionPart> exact_parts(const io::Deck& deck, ops::Graph& graph);

/// The exact solution that the deck gives; where cells hold averages its formulas are averaged over them, by Gauss and
/// Legendre with three points along each axis.
/// @param deck  without problems
std::vector<ExactField> exact_of(const io::Deck& deck, const Model& model);

}  // namespace tarn::apps
