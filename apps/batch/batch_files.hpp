#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tarn/apps/batch/batch_plan.hpp"
#include "tarn/apps/driver/members/batch_case.hpp"

// What the directory of an ensemble has beside its members where some of them run as batches: batches.json, and a run
// directory for each batch, batch-0000 and so on, with the members' names in batch.json.

namespace tarn::batch {

/// A batch of an ensemble on the disk.
struct BatchDirectory {
  std::filesystem::path path;
  std::vector<std::size_t> members;  ///< their numbers in the ensemble
};

/// Makes the directories of a plan's batches, and batches.json last.
/// @throws Io, NoSpace
std::vector<BatchDirectory> make_batches(const EnsembleDirectory& ensemble, const BatchPlan& plan,
                                         const MemberCases& members);

/// Those of an ensemble that began with some; else none.
/// @throws DataError if a file is not what tarn wrote
std::vector<BatchDirectory> open_batches(const EnsembleDirectory& ensemble);

/// Lets the manifests of a batch's members vouch for their decks, as a run by itself does when it begins.
/// @param members  of the whole ensemble, with the decks that stand in their directories
/// @throws Locked, Io, NoSpace
void record_decks(const EnsembleDirectory& ensemble, const BatchDirectory& batch, const MemberCases& members);

/// The case that a batch's directory asks for.
/// @throws DataError, io::DeckError
std::unique_ptr<const apps::BatchCase> read_batch(const std::filesystem::path& directory);

}  // namespace tarn::batch
