#pragma once

#include <string>

#include "tarn/apps/pde/system.hpp"

namespace tarn::apps::pde {

/// What is said of an equation that takes a first derivative by central differences while nothing in it damps short
/// waves: behind steep parts of a solution they stay as ripples of two cells. (J. C. Strikwerda, Finite Difference
/// Schemes and Partial Differential Equations, SIAM 2004, chapter 5.) With the place of the equation; empty: there is
/// no such one.
std::string ringing(const io::Deck& deck, const System& system);

}  // namespace tarn::apps::pde
