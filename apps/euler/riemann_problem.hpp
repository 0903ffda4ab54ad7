#pragma once

#include <vector>

#include "tarn/apps/driver/app.hpp"

namespace tarn::apps::euler {

/// The exact solution of a deck that is a Riemann problem: two uniform gases along x that meet at one place, with open
/// ends that no wave reaches before the run ends, and nothing else that moves them. Of a deck without problems.
/// @returns nothing for any other deck
std::vector<ExactField> riemann_problem_of(const io::Deck& deck);

}  // namespace tarn::apps::euler
