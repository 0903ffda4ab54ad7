#pragma once

#include <filesystem>

#include "tarn/apps/cli/findings.hpp"
#include "tarn/io/store/folder.hpp"
#include "tarn/io/store/manifest.hpp"

// What `tarn data verify` finds in the directory of a run, a pipeline or a set of datasets beyond the lines of its
// manifest.

namespace tarn::cli {

/// Looks for what is missing: the manifest itself, and the files that every run has; earlier versions wrote no lines of
/// these. Names files that no line vouches for; a crash between a file and its line leaves such.
/// @throws Io, PathEscape
void look_beyond_the_manifest(const io::Folder& run, const io::Manifest& manifest, Findings& findings);

/// Whether a run has ended well, and nothing is appended to a file of a kind that grows while it runs.
/// @throws Io
bool grows_no_more(const std::filesystem::path& run, const io::Manifest& manifest, const io::ManifestEntry& entry);

}  // namespace tarn::cli
