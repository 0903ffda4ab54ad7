#pragma once

#include "tarn/apps/driver/app.hpp"

namespace tarn::apps {

/// The tables that the decks of every grid app have: run, constants, grid, time, output, image, history, checkpoint.
std::vector<io::Table> common_tables(const App& app);

}  // namespace tarn::apps
