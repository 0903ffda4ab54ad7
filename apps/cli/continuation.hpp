#pragma once

#include <string>

#include "tarn/apps/driver/run.hpp"

namespace tarn::cli {

/// The line that tells how a run that was stopped goes on: a command for a shell, with the deck, overrides and number
/// of ranks that it was started with.
std::string how_to_go_on(const apps::RunRequest& request, const std::string& directory, int ranks);

}  // namespace tarn::cli
