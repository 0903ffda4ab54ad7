#pragma once

#include <vector>

#include "tarn/apps/pde/system.hpp"

namespace tarn::apps::pde {

/// Refuses a formula of which a constant part is no number, unless a choice leaves it out.
/// @param made  the node of the graph that each node of the formula's tree has become
/// @throws ops::FormulaError
void refuse_constants_that_are_no_numbers(const ops::Graph& graph, const ops::FormulaTree& tree,
                                          const std::vector<int>& made);

/// Adds the expressions that are NaN or infinite whatever the fields are, for they divide by a constant that is 0. What
/// a function may make a number of, or a choice leave out, is not among them.
void check_quotients(const io::Deck& deck, const System& system, io::Problems& problems);

}  // namespace tarn::apps::pde
