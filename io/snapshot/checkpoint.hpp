#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tarn/io/snapshot/snapshot.hpp"

namespace tarn::io {

/// The place of a step's checkpoint in a run directory: ckpt/0000000120.h5.
std::filesystem::path checkpoint_path(std::int64_t step);

/// Writes a checkpoint, a snapshot in ckpt/, and only once it is committed removes older ones, so that the
/// newest `keep` up to this step remain. Checkpoints of later steps, left where a run went back in time,
/// stay. Collective.
/// @param keep  >= 1
/// @throws UsageError if keep < 1, and what write_snapshot() throws; no older checkpoint is then touched
void write_checkpoint(const Communicator& ranks, const RunDirectory& run, const SnapshotInfo& info,
                      const GridBlock& grid, const std::vector<FieldData>& fields, int keep);

/// The checkpoint of the highest step that verifies whole, header and every checksum. Collective.
/// @param[out] skipped  one line for each newer one that does not, with its path and what is wrong
/// @throws Io if ckpt/ cannot be listed
std::optional<std::filesystem::path> newest_valid_checkpoint(const Communicator& ranks, const RunDirectory& run,
                                                             std::vector<std::string>& skipped);

}  // namespace tarn::io
