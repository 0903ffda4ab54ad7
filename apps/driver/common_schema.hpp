#pragma once

#include "tarn/apps/driver/app.hpp"

namespace tarn::apps {

/// The tables that the decks of every app have: run and constants.
std::vector<io::Table> common_tables(const std::string& app);

/// Those that every simulation has: these, with run.precision, and grid, time, output, image, history, checkpoint
/// and exact.
std::vector<io::Table> simulation_tables(const SimulationApp& app);

}  // namespace tarn::apps
