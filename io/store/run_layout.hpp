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
/// @return whether it was there
/// @throws DataError if it holds anything else, Io, NoSpace
bool require_unused(const std::filesystem::path& run);

/// Makes the folders of a run and marks it as belonging to the managed directory that it lies in, or to itself where
/// there is none.
/// @param existed  as require_unused() said
/// @return that managed directory
/// @throws Io, NoSpace, NotManaged
ManagedRoot furnish_run(const std::filesystem::path& run, bool existed);

/// Whether require_run() finds nothing wrong.
bool holds_a_run(const std::filesystem::path& directory);

/// Of a directory of runs, to be said behind a complaint: what to write to go on with the newest of them. Empty for
/// another directory.
/// @throws Io
std::string runs_in(const std::filesystem::path& directory);

/// Checks that a directory holds a run that can be continued.
/// @throws Io, DataError
void require_run(const std::filesystem::path& run);

/// @throws DataError for anything but a directory, a link to one too
void require_directory(const std::filesystem::path& path);

/// Tidies up after a run that was killed, by who holds the run's lock: makes the folders that are missing, then does as
/// recover_files() does.
/// @return a line for each thing that somebody should know
/// @throws Io, Corrupt, SchemaTooNew, DataError if one of the folders is no directory
std::vector<std::string> recover_run(const std::filesystem::path& run);

/// Removes what tarn wrote in tmp/ and beside .lock, cuts off a last line of the manifest that was not written whole,
/// and finishes the removals and renamings that the manifest announces. The file that a torn line was to tell of is not
/// committed: where it stands at its place, it is recorded again by who comes to it.
/// @param directory  of a run or of datasets, locked, with a tmp/ that is a directory
/// @return a line for each thing that somebody should know: files in tmp/ that are not tarn's and stay, lines of the
/// manifest that are damaged or were cut off
/// @throws Io, Corrupt, SchemaTooNew
std::vector<std::string> recover_files(const std::filesystem::path& directory);

}  // namespace tarn::io
