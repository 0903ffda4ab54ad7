#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/driver/schedule.hpp"
#include "tarn/apps/driver/simulation_case.hpp"
#include "tarn/io/store/run_directory.hpp"

namespace tarn::apps {

/// What a checkpoint was of.
struct Loaded {
  Moment moment;                       ///< walltime 0
  std::vector<HistoryValue> pictures;  ///< see picture_range.hpp
};

/// Overwrites a simulation's state with that of a checkpoint written by any number of ranks. Collective.
/// @throws UsageError if the checkpoint is of another app, grid or precision; the message names the keys.
///         DataError types if it cannot be read
Loaded load_checkpoint(const SimulationContext& context, const std::string& file, Simulation& simulation);

/// A checkpoint that a run begins from.
struct CheckedCheckpoint {
  Moment moment;                          ///< walltime 0
  std::vector<std::string> changed_keys;  ///< see io::changed_keys()
};

/// Looks at a file before a run begins from it.
/// Collective.
/// @throws DataError if there is none, or its header is damaged; UsageError if it does not fit the deck, naming the
/// keys
CheckedCheckpoint check_checkpoint(const Communicator& ranks, const SimulationCase& simulation, const Grid& grid,
                                   const std::string& file);

/// The newest checkpoint of a run that reads back whole. Collective.
/// @param[out] skipped  newer ones that do not, and why
/// @throws DataError if there is none
std::string newest_checkpoint(const Communicator& ranks, const io::RunDirectory& run,
                              std::vector<std::string>& skipped);

}  // namespace tarn::apps
