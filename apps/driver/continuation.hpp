#pragma once

#include <string>

#include "tarn/apps/driver/run.hpp"

namespace tarn::apps {

/// The command for a shell that goes on with a run, with the deck, overrides and number of ranks that it was started
/// with.
std::string command_to_go_on(const RunRequest& request, const std::string& directory, int ranks);

}  // namespace tarn::apps
