#pragma once

#include <array>
#include <functional>

#include "tarn/apps/pde/start_values.hpp"

// Rates that are no numbers at the start, such as hu/h on dry ground: found before a run, or before its first step.

namespace tarn::apps::pde {

/// A cell of the domain: its numbers along x, y and z.
using CellNumbers = std::array<int, 3>;

/// Adds a rate that is NaN or infinite at the start, and what it comes from: a formula of the cell or, by an operator,
/// of one beside it, with the values there.
/// @param field  whose rate it is
/// @param cell   the first in which it is
/// @param value  of a field in a cell at the start; asked for the same cells on every rank
void add_bad_rate(const io::Deck& deck, const System& system, int field, const CellNumbers& cell,
                  const std::function<double(int field, const CellNumbers& cell)>& value, io::Problems& problems);

/// Adds the rates that are no numbers in some cells at the start, from the deck alone. What depends on integrals or
/// means, on random numbers, or on what lies beyond faces is looked at when the run begins.
void check_start_rates(const io::Deck& deck, const System& system, const StartValues& start, io::Problems& problems);

/// Adds signals of conservation laws that cannot be, in some cells at the start: a speed below 0, slowest ones above
/// fastest ones, infinite ones.
void check_start_signals(const io::Deck& deck, const System& system, const StartValues& start, io::Problems& problems);

}  // namespace tarn::apps::pde
