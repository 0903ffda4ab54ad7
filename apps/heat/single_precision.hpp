#pragma once

#include "tarn/io/deck/deck.hpp"
#include "tarn/io/deck/problems.hpp"

namespace tarn::apps::heat {

/// Adds what a deck's numbers become in single precision, where that is infinity, or zero for a step or a diffusivity:
/// of a run in single precision, and of output in it. The deck has no other problems.
/// @param kappa  the largest diffusivity [length^2/time]
/// @param step   the largest step [time]
void check_single_precision(const io::Deck& deck, double kappa, double step, io::Problems& problems);

}  // namespace tarn::apps::heat
