#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "tarn/apps/pipeline/array_file.hpp"
#include "tarn/apps/pipeline/stamp.hpp"
#include "tarn/io/store/run_directory.hpp"

namespace tarn::apps::pipeline {

/// The file of an item's kept arrays: written aside, read back, written to the disk, then renamed to out/<file name>.
/// Calls HDF5, its destructor too: on the file thread alone.
class OutputFile {
 public:
  /// @param input  the path of the item's file
  OutputFile(const io::RunDirectory& run, const std::string& input);
  /// What was not committed is removed.
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  ArrayFile& arrays() { return *arrays_; }

  /// What stands at its place after commit().
  struct Committed {
    Stamp stamp;
    std::string hash;  ///< of its bytes
  };
  /// @throws Io, NoSpace, Corrupt
  Committed commit();

  /// Where the arrays of an item stand, within the run directory.
  static std::filesystem::path place_of(const std::string& input);

 private:
  io::RunDirectory run_;
  std::filesystem::path place_, temporary_;
  std::unique_ptr<ArrayFile> arrays_;
};

}  // namespace tarn::apps::pipeline
