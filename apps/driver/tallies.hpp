#pragma once

#include <string>
#include <vector>

#include "tarn/apps/driver/app.hpp"

// What Simulation::tallies() gives, as the text in a checkpoint.

namespace tarn::apps {

/// A line "name value" for each.
std::string tallies_text(const std::vector<HistoryValue>& tallies);

/// Back again, to the last bit.
/// @param file  for the message
/// @throws DataError
std::vector<HistoryValue> read_tallies(const std::string& text, const std::string& file);

}  // namespace tarn::apps
