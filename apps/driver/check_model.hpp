#pragma once

#include "tarn/apps/driver/app.hpp"

// What is looked at once an app has made a model of a deck, for every simulation.

namespace tarn::apps {

/// Steps in a run: with more a step is less than some four units in the last place of the time, and does not advance
/// it.
inline constexpr double most_steps = 1e15;

/// Adds what a model shows to be wrong with its deck: an axis of fewer cells than the scheme reaches, names of fields
/// that the model does not have, coefficients that are no numbers, or none but 0, in the precision of the run, steps
/// beyond the stability limit, and too many steps. The deck has no other problems.
/// @param named_fields  whether the deck names fields itself, so that no schema knows them
void check_model(const io::Deck& deck, const Model& model, bool named_fields, io::Problems& problems);

/// Whether a coefficient is further from 1 than a time and the spacing of the grid, to which it does not fit: then it
/// is the number to look at.
bool stands_out(double coefficient, double time, const Domain& domain);

}  // namespace tarn::apps
