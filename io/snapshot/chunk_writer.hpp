#pragma once

#include <cstdint>
#include <filesystem>
#include <future>
#include <vector>

#include "tarn/core/parallel/communicator.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/hdf5/file_image.hpp"
#include "tarn/io/snapshot/snapshot.hpp"

namespace tarn::io {

/// Writes the chunks of datasets into one file, all ranks together. Everything is read back and compared at once, while
/// the disk is busy with it: some file systems take writes that they cannot keep. A second thread does so for one chunk
/// while the next is summed up and written.
class ChunkWriter {
 public:
  /// @param path   an existing file, open for writing on every rank
  /// @param image  the file's structure, on rank 0; nullptr elsewhere
  ChunkWriter(const Communicator& ranks, const std::filesystem::path& path, hdf5::FileImage* image);

  /// Writes a field from the blocks of all ranks. Collective.
  /// @param dataset  on rank 0; nullptr elsewhere
  /// @param values   this rank's block, C order
  /// @return the hashes of all chunks, on every rank
  /// @throws Io, NoSpace, Corrupt, Error
  std::vector<std::uint64_t> write_field(const hdf5::Dataset* dataset, const hdf5::DatasetLayout& layout,
                                         const hdf5::Box& block, const void* values);

  /// Writes the coordinates of the cells' centres along an axis; each rank computes its share. Collective.
  /// @throws Io, NoSpace, Corrupt
  void write_axis(const hdf5::Dataset* dataset, const GridBlock& grid, int axis);

  /// Writes bytes to a place. Not collective.
  /// @throws Io, NoSpace, Corrupt
  void write(std::uint64_t address, const void* bytes, std::uint64_t size);

 private:
  std::vector<std::uint64_t> place(const hdf5::Dataset* dataset, const hdf5::DatasetLayout& layout,
                                   const std::vector<std::int64_t>& sizes) const;
  void write_plain_chunk(std::uint64_t address, const char* values, std::uint64_t size, std::int64_t& hash);
  void finish_checking();
  std::vector<std::int64_t> write_plain(const hdf5::Dataset* dataset, const hdf5::DatasetLayout& layout,
                                        const hdf5::Box& block, const void* values);
  std::vector<std::int64_t> write_compressed(const hdf5::Dataset* dataset, const hdf5::DatasetLayout& layout,
                                             const hdf5::Box& block, const void* values);

  const Communicator& ranks_;
  std::filesystem::path path_;
  hdf5::FileImage* image_;
  FileDescriptor file_;
  std::future<void> checking_;  ///< of the chunk written last, whose values must live so long
};

}  // namespace tarn::io
