#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tarn/io/hdf5/hid.hpp"

namespace tarn::io::hdf5 {

/// Where a piece of a file lies.
struct Extent {
  std::uint64_t address = 0;  ///< [bytes]
  std::uint64_t size = 0;     ///< [bytes]
};

/// The structure of an HDF5 file, built in memory by one process: HDF5 writes all its metadata here and touches no
/// disk, so that it has nothing to fail at. The chunks of large datasets are only given places; whoever holds their
/// values writes them there, from as many processes as it likes, with the calls of the operating system, whose every
/// error is seen.
///
/// Parallel HDF5 1.10 loses write errors on a full disk, leaves ranks waiting for each other when some of them fail,
/// has broken collective metadata, and an H5Fclose that fails crashes the end of the program. None of that is used.
class FileImage {
 public:
  /// A new file, format of HDF5 1.10, no timestamps. Chunks begin at multiples of 4096 bytes, so that no two processes
  /// ever write the same page.
  /// @param path  for messages; nothing is opened
  /// @throws Io
  explicit FileImage(const std::filesystem::path& path);
  ~FileImage();
  FileImage(const FileImage&) = delete;
  FileImage& operator=(const FileImage&) = delete;

  /// The file, to create groups, attributes and datasets in.
  const Object& root() const { return file_; }

  /// Gives a chunk of a chunked dataset its place, without writing it.
  /// @param offset  its first element, slowest axis first
  /// @param size    bytes, after all filters
  /// @throws Io
  std::uint64_t place_chunk(const Object& dataset, const std::vector<hsize_t>& offset, std::uint64_t size);

  /// Lets HDF5 finish the structure; no object of the file may be open any more.
  /// @throws Io
  void close();

  /// The length of the file [bytes]. After close().
  std::uint64_t size() const;

  /// One run of bytes of the structure.
  struct Piece {
    std::uint64_t address = 0;
    std::string bytes;
  };
  /// All bytes but those of the placed chunks, in ascending order, adjacent ones joined. After close().
  std::vector<Piece> pieces() const;

 private:
  struct Memory;
  friend struct MemoryDriver;

  std::unique_ptr<Memory> memory_;
  Object file_;
};

}  // namespace tarn::io::hdf5
