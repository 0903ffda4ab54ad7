#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "tarn/core/error.hpp"

namespace tarn::io {

/// What is wrong with a file. Each fault has its own exception type below.
enum class Fault {
  io,              ///< the operating system refused; code() is its errno
  no_space,        ///< the disk, the quota or the file size limit is too small
  truncated,       ///< the file is shorter than it says
  corrupt,         ///< a checksum or a structure in the file is wrong
  missing,         ///< the file does not hold what was asked for
  type_mismatch,   ///< a dataset or attribute of another type than asked for
  shape_mismatch,  ///< a dataset or attribute of another shape than asked for
  path_escape,     ///< a path that leads out of the run directory
};

/// The base of the file errors. The message is "<path>: <detail>".
class FileError : public DataError {
 public:
  FileError(Fault fault, const std::filesystem::path& path, const std::string& detail, int code = 0)
      : DataError(path.string() + ": " + detail), fault_(fault), path_(path), detail_(detail), code_(code) {}

  Fault fault() const noexcept { return fault_; }
  const std::filesystem::path& path() const noexcept { return path_; }
  /// The message without the path.
  const std::string& detail() const noexcept { return detail_; }
  /// The errno behind it, or 0.
  int code() const noexcept { return code_; }

 private:
  Fault fault_;
  std::filesystem::path path_;
  std::string detail_;
  int code_;
};

/// The exception type of one fault.
template <Fault which>
class FileErrorOf : public FileError {
 public:
  FileErrorOf(const std::filesystem::path& path, const std::string& detail, int code = 0)
      : FileError(which, path, detail, code) {}
};

using Io = FileErrorOf<Fault::io>;
using NoSpace = FileErrorOf<Fault::no_space>;
using Truncated = FileErrorOf<Fault::truncated>;
using Corrupt = FileErrorOf<Fault::corrupt>;
using Missing = FileErrorOf<Fault::missing>;
using TypeMismatch = FileErrorOf<Fault::type_mismatch>;
using FileShapeMismatch = FileErrorOf<Fault::shape_mismatch>;
using PathEscape = FileErrorOf<Fault::path_escape>;

/// Throws the exception type of a fault that is known only at run time.
/// @throws FileError always
[[noreturn]] void throw_fault(Fault fault, const std::filesystem::path& path, const std::string& detail, int code);

/// Throws NoSpace for ENOSPC, EDQUOT and EFBIG, otherwise Io: "<path>: cannot <what>: <text of the errno>".
/// @throws NoSpace, Io
[[noreturn]] void throw_errno(const std::filesystem::path& path, const std::string& what, int code);

}  // namespace tarn::io
