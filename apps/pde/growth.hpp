#pragma once

#include <optional>
#include <string>

#include "tarn/apps/pde/system.hpp"

namespace tarn::apps::pde {

/// An equation that has no solution which a grid could come near to.
struct IllPosed {
  std::string key;   ///< of the equation in the deck
  std::string what;  ///< is wrong with it, for a user
};

/// What is wrong with equations that let waves grow the faster the shorter they are, such as those of backward
/// diffusion: on a finer grid they grow faster still, so that there is no solution that a grid could come near to. It
/// is looked for in some cells at the start, in waves of two and four cells: the eigenvalues of the linearised
/// equations, which have the real part of a growing wave. What damps these waves, such as a fourth derivative, counts.
/// (J. C. Strikwerda, Finite Difference Schemes and Partial Differential Equations, SIAM 2004, chapter 1.)
/// @returns the equation that grows most; nothing: nothing is wrong
std::optional<IllPosed> find_ill_posed(const io::Deck& deck, const System& system);

/// The same with the place of the equation, as one text; empty: nothing is wrong.
std::string ill_posed(const io::Deck& deck, const System& system);

}  // namespace tarn::apps::pde
