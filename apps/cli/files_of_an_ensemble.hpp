#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "tarn/apps/cli/findings.hpp"
#include "tarn/io/store/managed_root.hpp"

namespace tarn::cli {

/// What the directory of an ensemble holds by its own account: ensemble.json lists the members, batches.json those that
/// run as batches.
struct EnsembleFiles {
  bool is_ensemble = false;
  std::set<std::string> members, batches;  ///< the directories' names
};

/// Reads the lists.
/// @param owners  the runs in the directory, by their names
/// @param[out] findings  a problem for each list that is gone or cannot be read, a note for each that nothing
/// vouches for
/// @throws Io
EnsembleFiles read_ensemble_files(const std::filesystem::path& directory, const std::vector<std::string>& owners,
                                  Findings& findings);

/// Looks for members, batches and their files that are missing; what stands in the trash, or a batch still keeps, is a
/// note.
/// @throws Io
void look_for_members(const io::ManagedRoot& directory, const EnsembleFiles& files, Findings& findings);

}  // namespace tarn::cli
