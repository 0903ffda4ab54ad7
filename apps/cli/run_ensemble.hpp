#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/driver/run.hpp"

namespace tarn::cli {

/// What `tarn run` was asked for beside the request itself.
struct EnsembleOptions {
  std::vector<std::string> varied;  ///< --ensemble
  int at_once = 0;                  ///< 0: as many as this machine has cores for
  int ranks = 0;                    ///< of each member
  bool quiet = false, json = false;
};

/// Runs the members of an ensemble on this machine, if the deck or the options make one.
/// @param request  with the deck's text
/// @returns its exit code; nothing if it is a run of one deck
/// @throws io::DeckError, UsageError, DataError
std::optional<int> run_ensemble(const apps::RunRequest& request, const EnsembleOptions& options);

/// What `tarn run --dry-run` says of a deck, or of the members of an ensemble; with --json as JSON.
/// @param request  with the deck's text
/// @throws io::DeckError, and what an app finds wrong
std::string forecast_of(const apps::RunRequest& request, const EnsembleOptions& options);

}  // namespace tarn::cli
