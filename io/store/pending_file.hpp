#pragma once

#include <cstdint>
#include <filesystem>

#include "tarn/core/parallel/communicator.hpp"
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

  /// Rank 0 renames the file to its place, replacing a file of that name, and syncs the directory.
  /// Collective.
  /// @throws Io, NoSpace, PathEscape
  void commit();

 private:
  const Communicator& ranks_;
  const RunDirectory& run_;
  std::filesystem::path relative_;
  std::filesystem::path temporary_;
  std::uint64_t need_;
  bool committed_ = false;
};

}  // namespace tarn::io
