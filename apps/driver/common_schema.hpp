#pragma once

#include "tarn/apps/driver/app.hpp"

namespace tarn::apps {

/// The tables that the decks of every app have: run and constants; those of simulations also grid, time, output, image,
/// history and checkpoint.
std::vector<io::Table> common_tables(const App& app);

}  // namespace tarn::apps
