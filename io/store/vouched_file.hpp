#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "tarn/io/store/manifest.hpp"
#include "tarn/io/store/run_directory.hpp"

// Files of any kind whose bytes the manifest vouches for. Called on one rank, by who holds the directory's lock.

namespace tarn::io {

/// The hash of a file's first `size` bytes, as hash_text().
/// @throws Truncated if it has fewer, Io; also for what is no regular file
std::string hash_file(const std::filesystem::path& path, std::uint64_t size);

/// Writes a whole file and commits it: announces it, writes it as RunDirectory::write_file() does, and records its size
/// and hash. A crash on the way leaves a file that nothing vouches for, and none that is vouched for wrongly.
/// @param kind  for the manifest, see ManifestEntry
/// @throws Io, NoSpace, PathEscape
void write_vouched(const RunDirectory& run, const std::filesystem::path& relative, std::string_view bytes,
                   const std::string& kind);

/// The same, but a file that stands there with these bytes and is vouched for is left alone.
/// @throws Io, NoSpace, PathEscape
void write_vouched_once(const RunDirectory& run, const std::filesystem::path& relative, std::string_view bytes,
                        const std::string& kind);

/// The entry of a file with these bytes, for a commit.
ManifestEntry entry_of_bytes(const std::filesystem::path& relative, std::string_view bytes, const std::string& kind);

/// The entry of a file that stands at its place, for a commit.
/// @throws Missing, Io
ManifestEntry entry_of_file(const std::filesystem::path& run, const std::string& relative, const std::string& kind);

/// Whether a manifest vouches for the bytes that an entry tells of.
bool vouches_for(const Manifest& manifest, const ManifestEntry& entry);

/// Whether the manifest vouches for the bytes that an entry tells of, and they stand at their place.
bool stands_vouched(const std::filesystem::path& run, const ManifestEntry& entry);

/// Whether a file of a kind may have more bytes than are vouched for.
bool grows(const std::string& kind);

/// Checks the bytes of a file against an entry that has their hash.
/// @throws Missing, Truncated, Corrupt, Io
void check_vouched(const std::filesystem::path& run, const ManifestEntry& entry);

}  // namespace tarn::io
