#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::io {

/// The hash of one dataset's values; see ContentHash.
struct DatasetHash {
  std::string path;  ///< within the file, such as "/data/120/fields/u"
  std::string hash;  ///< of hash_text()

  bool operator==(const DatasetHash&) const = default;  ///< path and hash
};

/// What MANIFEST.jsonl tells of a committed file.
struct ManifestEntry {
  std::string file;  ///< relative to the managed directory, with '/'
  /// "checkpoint", "snapshot" or "dataset", whose datasets are hashed; "arrays", "results", "picture", "deck",
  /// "summary", "members", of whose bytes the hash is; "history" and "log", which grow behind the bytes that are
  /// vouched for
  std::string kind;
  std::int64_t step = 0;              ///< of the state in it
  double time = 0;                    ///< of the problem
  std::uint64_t size = 0;             ///< of the file [bytes]
  std::vector<DatasetHash> datasets;  ///< of snapshots, checkpoints and datasets
  std::string written;                ///< UTC, yyyy-mm-ddThh:mm:ssZ
  std::string hash = {};  ///< of the first `size` bytes, as hash_text(); empty where the datasets have theirs
};

/// A file that made room for another of its name.
struct SupersededFile {
  std::string file;  ///< its name before
  std::string now;   ///< where it stands
};

/// The content of a MANIFEST.jsonl, each line taken into account in its order.
struct Manifest {
  std::vector<ManifestEntry> entries;      ///< committed and neither removed nor superseded since, oldest first
  std::vector<SupersededFile> superseded;  ///< in the order of the lines
  std::vector<std::string> removed;        ///< files that were to be removed, and not committed again
  /// Files that were announced, whether they came or not, and what was moved to the trash.
  std::set<std::string> written;
  std::vector<std::string> damaged;  ///< "line 3: why it was left out", one for each such line
  bool torn = false;                 ///< the last line has no end: a crash during an append

  /// @return nullptr if there is none
  const ManifestEntry* find(const std::string& file) const;
  /// Every file that any line tells of, whether it is there or not.
  std::set<std::string> all_files() const;
};

/// Where the manifest of a managed directory stands.
std::filesystem::path manifest_path(const std::filesystem::path& directory);

/// Reads the manifest of a directory; an empty one if there is none. A line that is torn, damaged (each carries its own
/// hash) or absurd is left out and named in `damaged`; the lines around it count.
/// @throws Io if it cannot be read or is no file, Corrupt if it is larger than any manifest, SchemaTooNew
Manifest read_manifest(const std::filesystem::path& directory);

/// The same for a text that is at hand.
/// @param path  for messages
Manifest parse_manifest(std::string_view text, const std::filesystem::path& path);

/// The line that tells of a commit and so on, its end included.
std::string commit_line(const ManifestEntry& entry);
std::string removal_line(const std::string& file);
std::string discard_line(const std::string& file);
std::string supersession_line(const SupersededFile& file);
std::string writing_line(std::span<const std::string> files);

/// Each appends one line and writes it to the disk. A torn last line that a crash left is cut off first; if the append
/// fails, the file ends as it did before. Called on one rank, by who holds the directory's lock, from any thread.
/// @throws Io, NoSpace
void append_commit(const std::filesystem::path& directory, const ManifestEntry& entry);
/// Many commits, in as few writes as their lines allow.
void append_commits(const std::filesystem::path& directory, std::span<const ManifestEntry> entries);
/// Announces that a file is deleted for good, which whoever tidies up the directory finishes.
void append_removal(const std::filesystem::path& directory, const std::string& file);
/// Tells that a file goes to the trash. Nobody deletes it later: it may be moved back by hand.
void append_discard(const std::filesystem::path& directory, const std::string& file);
/// Announces files that are about to be written, some at a time to a line: until they are committed, nothing vouches
/// for them.
void append_writing(const std::filesystem::path& directory, const std::vector<std::string>& files);
void append_supersession(const std::filesystem::path& directory, const SupersededFile& file);

}  // namespace tarn::io
