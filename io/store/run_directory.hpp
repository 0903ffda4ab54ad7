#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tarn/core/parallel/communicator.hpp"
#include "tarn/io/store/run_lock.hpp"

namespace tarn::io {

/// One run's directory: its files at the top, output in out/, checkpoints in ckpt/, pictures in img/, and
/// tmp/ for files that are being written. Every rank holds the same path. While it lives no
/// other run can take the directory; see RunLock.
class RunDirectory {
 public:
  /// Claims ROOT/NAME-UTC-HEX/ (UTC as yyyymmddThhmmssZ, HEX eight digits) by one exclusive mkdir on rank 0, makes the
  /// managed root where it is missing, and lets ROOT/latest point at the new directory. Collective.
  /// @param name  [A-Za-z0-9._-], not starting with '.' or '-', 1 to 100 characters
  /// @throws UsageError for another name and for the directory of an ensemble, NotManaged for what may be no root, Io,
  /// NoSpace, DataError if ROOT/latest is no symbolic link
  static RunDirectory create(const Communicator& ranks, const std::filesystem::path& root, const std::string& name,
                             LockMode lock = LockMode::kernel);

  /// Takes exactly this directory, made with its parents where it is missing. It belongs to the managed directory that
  /// it lies in; where there is none, it is one itself. Collective.
  /// @throws DataError if it holds anything, UsageError if it would be new in an ensemble, Locked, NotManaged, Io,
  /// NoSpace
  static RunDirectory create_at(const Communicator& ranks, const std::filesystem::path& path,
                                LockMode lock = LockMode::kernel);

  /// An existing run, to continue it. What a killed run left unfinished is tidied up, see recover_run(). Collective.
  /// @throws Locked, Io, DataError if it holds no deck.toml or no ckpt/
  static RunDirectory open(const Communicator& ranks, const std::filesystem::path& path,
                           LockMode lock = LockMode::kernel);

  /// A directory of datasets rather than of a run: made, with tmp/, where it is missing. It belongs to the managed
  /// directory that it lies in; where there is none, it is one itself. What a killed process left unfinished in it is
  /// tidied up, see recover_files(). Collective.
  /// @throws Locked, NotManaged, Io, NoSpace, Corrupt, SchemaTooNew, DataError if tmp/ is no directory
  static RunDirectory open_set(const Communicator& ranks, const std::filesystem::path& path);

  /// The newest run of that name below a root, see start_of_run(); nothing if there is none or no root.
  /// Not collective.
  /// @throws UsageError for a name that no run can have, Io
  static std::optional<std::filesystem::path> find_latest(const std::filesystem::path& root, const std::string& name);

  const std::filesystem::path& path() const { return path_; }  ///< absolute

  /// What taking the directory found or made that its user should know, a line each. On rank 0.
  const std::vector<std::string>& notes() const { return notes_; }

  /// Checks that the directory is still this run's. On rank 0; does nothing elsewhere.
  /// @throws Locked, Io
  void require_held() const;

  /// The place of a file of this run.
  /// @param relative  relative to the run directory
  /// @throws PathEscape if it is absolute, or leads out of the run directory by ".." or a symbolic link
  std::filesystem::path resolve(const std::filesystem::path& relative) const;

  /// A name in tmp/, never used before, for the file that will become `relative`.
  std::filesystem::path temporary_for(const std::filesystem::path& relative) const;

  /// Writes a whole file: aside in tmp/, synced, then renamed over `relative`; a reader sees the old content
  /// or the new, also after a crash. Called on one rank, usually 0. Missing directories are made.
  /// @throws Io, NoSpace, PathEscape; the old file is then untouched and nothing is left in tmp/
  void write_file(const std::filesystem::path& relative, std::string_view bytes) const;

  /// Renames a finished file of tmp/ to its place, replacing what stands there, and syncs the directory.
  /// @throws Io, NoSpace, PathEscape
  void put_in_place(const std::filesystem::path& temporary, const std::filesystem::path& relative) const;

 private:
  explicit RunDirectory(std::filesystem::path path) : path_(std::move(path)) {}

  struct Claim {
    std::filesystem::path path;
    std::shared_ptr<RunLock> lock;
    std::vector<std::string> notes;
  };
  static RunDirectory claim(const Communicator& ranks, const std::function<Claim()>& on_root);

  std::filesystem::path path_;
  std::shared_ptr<RunLock> lock_;  ///< on rank 0; the directory is locked while a copy of this lives
  std::vector<std::string> notes_;
};

}  // namespace tarn::io
