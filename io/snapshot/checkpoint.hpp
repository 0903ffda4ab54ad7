#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tarn/io/snapshot/snapshot.hpp"

namespace tarn::io {

/// The place of a step's checkpoint in a run directory: ckpt/0000000120.h5.
std::filesystem::path checkpoint_path(std::int64_t step);

/// Writes a checkpoint, a snapshot in ckpt/, and only once its line is in the manifest removes older ones, so that the
/// newest `keep` up to this step remain beside those that are pinned. Each removal is announced in the manifest first.
/// Checkpoints of later steps, left where a run went back in time, stay. Collective.
/// @param keep  >= 1
/// @return on rank 0 what kept older ones from being removed, which harms nothing; empty if nothing did
/// @throws UsageError if keep < 1, and what write_snapshot() throws; no older checkpoint is then touched
std::string write_checkpoint(const Communicator& ranks, const RunDirectory& run, const SnapshotInfo& info,
                             const GridBlock& grid, const std::vector<FieldData>& fields, int keep);

/// Does the removals of write_checkpoint() again for a checkpoint that a restart goes on from: the run that wrote it
/// may have been killed before them. Collective.
/// @param step  of a checkpoint that verifies
/// @param keep  >= 1
/// @return as write_checkpoint()
/// @throws UsageError if keep < 1
std::string remove_older_checkpoints(const Communicator& ranks, const RunDirectory& run, std::int64_t step, int keep);

/// The checkpoint committed last that verifies whole: size, header, every checksum, and the hashes in the manifest. One
/// that a crash kept out of the manifest is looked at by its step, and recorded if it verifies. Collective.
/// @param[out] skipped  one line for each newer one that does not, with its path and what is wrong
/// @throws Io if ckpt/ or the manifest cannot be read, Corrupt, SchemaTooNew
std::optional<std::filesystem::path> newest_valid_checkpoint(const Communicator& ranks, const RunDirectory& run,
                                                             std::vector<std::string>& skipped);

/// The file whose presence keeps a checkpoint: ckpt/0000000120.pin.
/// @param checkpoint  its path, absolute or not
std::filesystem::path pin_path(const std::filesystem::path& checkpoint);

}  // namespace tarn::io
