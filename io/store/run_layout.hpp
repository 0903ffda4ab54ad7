#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tarn/io/store/managed_root.hpp"

// What a run directory is made of on the disk; RunDirectory calls these on one rank.

namespace tarn::io {

/// Makes <root>/<name>-<UTC>-<8 hex>/ by one exclusive mkdir, with its folders, and lets <root>/latest point at it.
/// @param name  one that run_name_flaw() finds sound
/// @throws Io, NoSpace, DataError if <root>/latest is no symbolic link
std::filesystem::path make_new_run(const ManagedRoot& root, const std::string& name);

/// Makes the directory where it is missing. One that exists must be empty, or hold nothing but what the start of a run
/// leaves that was killed at once.
/// @throws DataError if it holds anything else, Io, NoSpace
void require_unused(const std::filesystem::path& run);

/// Makes the folders of a run and marks it as belonging to the managed directory that it lies in, or to itself where
/// there is none.
/// @return that managed directory
/// @throws Io, NoSpace, NotManaged
ManagedRoot furnish_run(const std::filesystem::path& run);

/// Checks that a directory holds a run that can be continued.
/// @throws Io, DataError
void require_run(const std::filesystem::path& run);

/// Tidies up after a run that was killed, by who holds the run's lock: removes what tarn wrote in tmp/ and beside
/// .lock, and finishes the removals and renamings that the manifest announces.
/// @return a line for each thing that somebody should know: files in tmp/ that are not tarn's and stay, damaged lines
/// of the manifest
/// @throws Io, Corrupt, SchemaTooNew, DataError if tmp/ is no directory
std::vector<std::string> recover_run(const std::filesystem::path& run);

}  // namespace tarn::io
