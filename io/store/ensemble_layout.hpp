#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace tarn::io {

/// The file that makes a directory an ensemble: it lists the members, whose run directories lie beside it.
inline constexpr const char* ensemble_list = "ensemble.json";

/// The file beside it that lists the batches, where members run as batches.
inline constexpr const char* batch_list = "batches.json";

/// The file in a batch's run directory that names its members.
inline constexpr const char* batch_members = "batch.json";

/// The name of a member's run directory: 0000, 0001 and so on.
std::string ensemble_member_name(std::size_t number);

/// Whether an ensemble makes directories of that name in its own: those of members, and batch-0000 and so on.
bool is_name_in_ensemble(const std::string& name);

/// Whether a directory is that of an ensemble.
bool is_ensemble(const std::filesystem::path& directory);

/// What to name in place of an ensemble's directory where a run is meant, to be said behind a complaint; empty if it is
/// none.
std::string advice_on_ensemble(const std::filesystem::path& directory);

/// Keeps other runs out of an ensemble, whose directory is that of its members.
/// @throws UsageError if the directory is that of an ensemble
void require_no_ensemble(const std::filesystem::path& directory);

}  // namespace tarn::io
