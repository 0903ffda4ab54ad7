#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "tarn/core/parallel/communicator.hpp"
#include "tarn/io/store/manifest.hpp"
#include "tarn/io/store/run_directory.hpp"

namespace tarn::io {

/// A file that all ranks write aside in tmp/. It gets its final name by commit(); without it, the file is
/// removed when this object dies.
///
/// Space is reserved before anything is written. HDF5 1.10 over MPI-IO loses write errors on a full disk and
/// leaves ranks waiting for each other when only some of them fail, so a disk that is too small has to be
/// found out by the operating system first.
class PendingFile {
 public:
  /// Creates an empty file in tmp/ on rank 0 and reserves its space. Collective.
  /// @param relative  its final place in the run directory
  /// @param need      an upper bound of its size [bytes]
  /// @throws NoSpace, Io, PathEscape
  PendingFile(const Communicator& ranks, const RunDirectory& run, std::filesystem::path relative, std::uint64_t need);
  ~PendingFile();
  PendingFile(const PendingFile&) = delete;
  PendingFile& operator=(const PendingFile&) = delete;

  /// Where to write until commit().
  const std::filesystem::path& path() const { return temporary_; }

  /// Reserves the space again: some file systems drop it when the file is truncated on opening. Collective.
  /// @throws NoSpace, Io
  void reserve() const;

  /// Every rank syncs the file, so that every writing node has written its cache. Collective; the file is
  /// closed.
  /// @throws Io, NoSpace
  void sync() const;

  /// Reads a whole file back, the values of every dataset against their checksums, and returns the datasets' hashes.
  /// Collective; the same hashes on every rank.
  /// @throws what is wrong with the file
  using Verify = std::function<std::vector<DatasetHash>(const std::filesystem::path&)>;

  /// What became of the file.
  enum class Outcome {
    committed,   ///< it stands at its place and in the manifest
    already,     ///< a file of that name with the same values was there, and stays
    superseded,  ///< another file of that name was there, and stands in superseded/ now
  };

  /// Verifies the file, then on rank 0 renames it to its place without replacing anything, syncs the directory, and
  /// appends a line to the manifest. Collective; the file is closed and synced.
  ///
  /// A file of that name can only stem from a branch of this run that was given up, by a restart that went back in
  /// time, or from a crash between the renaming and the manifest's line. If it verifies with the same datasets, it
  /// stays. Otherwise it is set aside in superseded/, which the manifest records: nothing that was committed is lost.
  /// @param entry   kind, step and time; the rest is filled in here
  /// @throws what `verify` throws for this file, Io, NoSpace, PathEscape; no line then tells of the file, and it is
  /// gone
  Outcome commit(ManifestEntry entry, const Verify& verify);

 private:
  bool is_same_as(const std::filesystem::path& standing, const ManifestEntry& entry, const Verify& verify) const;
  void set_aside() const;
  void put_in_place(const ManifestEntry& entry);

  const Communicator& ranks_;
  const RunDirectory& run_;
  std::filesystem::path relative_;
  std::filesystem::path temporary_;
  std::uint64_t need_;
  bool committed_ = false;
};

}  // namespace tarn::io
