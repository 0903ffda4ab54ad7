#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tarn/apps/pipeline/array.hpp"
#include "tarn/io/hdf5/hid.hpp"

// Arrays in HDF5 files of anybody. All of it calls HDF5: from one thread of a process only.

namespace tarn::apps::pipeline {

/// Type and shape of a dataset, from the file's header. Nothing outside the file is followed. The type is the one of
/// ElementType that holds every number of the file's: int8 and uint16 become int32, float16 becomes float32, bool
/// uint8, and so on; only uint64 becomes int64 although it reaches further.
/// @throws io::FileError: Io, Truncated, Corrupt, Missing, FilterMissing, TypeMismatch for elements that are no
/// numbers,
///     FileShapeMismatch unless there are 1 to 4 axes
Signature read_signature(const std::filesystem::path& file, const std::string& dataset);

/// Reads whole rows, C order; what was never written has the file's fill value.
/// @param expected  what read_signature() told before
/// @param values    room for the rows
/// @throws as read_signature(), FileShapeMismatch if the file has changed, Corrupt for a checksum that does not fit,
///     TypeMismatch for a uint64 beyond int64
void read_rows(const std::filesystem::path& file, const std::string& dataset, const Signature& expected,
               std::int64_t first, std::int64_t rows, void* values);

/// A new file of arrays: format of HDF5 1.10, each in chunks with checksums, no timestamps. Arrays may be written block
/// by block.
class ArrayFile {
 public:
  /// @param path  a file that must not exist; what stands there then is the caller's to remove
  /// @throws Io, NoSpace
  explicit ArrayFile(const std::filesystem::path& path);

  /// @throws Io, NoSpace
  void create(const std::string& name, const Signature& signature);
  /// @param values  whole rows of the array, C order
  /// @throws Io, NoSpace
  void write_rows(const std::string& name, std::int64_t first, std::int64_t rows, const void* values);
  /// Texts of a fixed length, one dimension.
  /// @throws Io, NoSpace
  void write_texts(const std::string& name, const std::vector<std::string>& texts);
  /// Closes, reads the file back against its checksums, and writes it to the disk.
  /// @throws Io, NoSpace, Corrupt
  void finish();

 private:
  struct Dataset {
    std::string name;
    Signature signature;
    io::hdf5::Hid id;
  };
  Dataset& find(const std::string& name);

  std::filesystem::path path_;
  io::hdf5::Object file_;
  std::vector<Dataset> datasets_;
};

}  // namespace tarn::apps::pipeline
