#pragma once

#include "tarn/apps/batch/batch_files.hpp"

namespace tarn::batch {

/// Gives each member of a batch its part of what the batch's directory holds: run.json and history.csv, which ends
/// where the member failed, and lets the member's manifest vouch for them. Nothing is given where no run of the batch
/// has ended yet.
/// @throws DataError, Locked, Io, NoSpace
void give_results(const EnsembleDirectory& ensemble, const BatchDirectory& batch);

}  // namespace tarn::batch
