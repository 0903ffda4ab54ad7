#pragma once

#include <string>

#include "tarn/apps/driver/app.hpp"

namespace tarn::apps::pipeline {

/// Runs a pipeline in its directory. Collective.
/// @returns done; data if items failed; stopped if a signal ended it before all were done
int run_pipeline(const RunContext& context);

/// What `tarn check` says: items, bytes, what fits, what streams.
/// @throws DataError if no file is there, UsageError if an item neither fits nor streams
std::string forecast_pipeline(const io::Deck& deck, const std::string& root);

}  // namespace tarn::apps::pipeline
