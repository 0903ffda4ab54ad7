#pragma once

#include <cstdint>
#include <exception>
#include <filesystem>
#include <string>

#include "tarn/core/error.hpp"

namespace tarn::io {

/// What is wrong with a file. Each fault has its own exception type below.
enum class Fault {
  io,              ///< the operating system refused; code() is its errno
  not_managed,     ///< a directory that tarn does not manage, or must not
  locked,          ///< another run holds the directory
  no_space,        ///< the disk, the quota or the file size limit is too small
  truncated,       ///< the file is shorter than it says
  corrupt,         ///< a checksum or a structure in the file is wrong
  missing,         ///< the file does not hold what was asked for
  schema_too_new,  ///< written by a tarn whose format this one does not know
  type_mismatch,   ///< a dataset or attribute of another type than asked for
  shape_mismatch,  ///< a dataset or attribute of another shape than asked for
  filter_missing,  ///< a dataset stored through a filter that is not there
  path_escape,     ///< a path that leads out of the directory that it belongs to
};

/// What an error counts or names beside its path; what each means stands with the type.
struct Figures {
  std::uint64_t first = 0;   ///< what it is, each error's own functions say
  std::uint64_t second = 0;  ///< as `first`
  std::string subject;       ///< a name, such as that of a dataset or of a lock's holder
};

/// The base of the file errors. The message is "<path>: <detail>", the path as path_text() writes it,
/// the detail, which may have names that are in a file, as printable() does.
class FileError : public DataError {
 public:
  /// @param code  the `errno`, or 0
  FileError(Fault fault, const std::filesystem::path& path, const std::string& detail, int code = 0,
            Figures figures = {});

  Fault fault() const noexcept { return fault_; }                       ///< which kind of error it is
  const std::filesystem::path& path() const noexcept { return path_; }  ///< the file or directory
  /// The message without the path.
  const std::string& detail() const noexcept { return detail_; }
  /// The errno behind it, or 0.
  int code() const noexcept { return code_; }
  const Figures& figures() const noexcept { return figures_; }  ///< what other ranks need to throw the same

 private:
  Fault fault_;
  std::filesystem::path path_;
  std::string detail_;
  int code_;
  Figures figures_;
};

/// The exception type of one fault, made with a message of its own.
template <Fault which>
class FileErrorOf : public FileError {
 public:
  /// @param code  the `errno`, or 0
  FileErrorOf(const std::filesystem::path& path, const std::string& detail, int code = 0, Figures figures = {})
      : FileError(which, path, detail, code, std::move(figures)) {}
};

/// code() is the errno.
using Io = FileErrorOf<Fault::io>;
using NotManaged = FileErrorOf<Fault::not_managed>;
using Missing = FileErrorOf<Fault::missing>;
using TypeMismatch = FileErrorOf<Fault::type_mismatch>;
using FileShapeMismatch = FileErrorOf<Fault::shape_mismatch>;
using PathEscape = FileErrorOf<Fault::path_escape>;

/// Another run holds a directory.
class Locked : public FileErrorOf<Fault::locked> {
 public:
  using FileErrorOf::FileErrorOf;
  /// @param holder  who, as "process 12 on host a, since ..."
  static Locked by(const std::filesystem::path& path, const std::string& holder);

  const std::string& holder() const noexcept { return figures().subject; }  ///< who holds it, as the lease tells
};

/// The bytes are 0 where the system said "full" without a number.
class NoSpace : public FileErrorOf<Fault::no_space> {
 public:
  using FileErrorOf::FileErrorOf;
  /// @param code  the errno: ENOSPC, EDQUOT or EFBIG
  static NoSpace of(const std::filesystem::path& path, std::uint64_t need, std::uint64_t have, int code);

  std::uint64_t need() const noexcept { return figures().first; }   ///< [bytes]
  std::uint64_t have() const noexcept { return figures().second; }  ///< [bytes]
};

/// The bytes are 0 where what is short is no whole file.
class Truncated : public FileErrorOf<Fault::truncated> {
 public:
  using FileErrorOf::FileErrorOf;
  /// @param expected  the least that it must have [bytes]
  static Truncated of(const std::filesystem::path& path, std::uint64_t have, std::uint64_t expected);

  std::uint64_t have() const noexcept { return figures().first; }       ///< [bytes]
  std::uint64_t expected() const noexcept { return figures().second; }  ///< [bytes]
};

/// A file whose content is not what was written.
class Corrupt : public FileErrorOf<Fault::corrupt> {
 public:
  using FileErrorOf::FileErrorOf;
  /// The message is "<path>: <dataset>: <what>".
  static Corrupt in(const std::filesystem::path& path, const std::string& dataset, const std::string& what);

  /// The path of the damaged dataset within the file; empty if the damage is elsewhere.
  const std::string& dataset() const noexcept { return figures().subject; }
};

/// A file of a newer tarn.
class SchemaTooNew : public FileErrorOf<Fault::schema_too_new> {
 public:
  using FileErrorOf::FileErrorOf;
  /// @param found  the file's version; @param known  the newest that this tarn reads
  static SchemaTooNew of(const std::filesystem::path& path, std::uint64_t found, std::uint64_t known);

  std::uint64_t found() const noexcept { return figures().first; }   ///< the file's version
  std::uint64_t known() const noexcept { return figures().second; }  ///< the newest that this tarn reads
};

/// A dataset with a filter that this HDF5 does not have.
class FilterMissing : public FileErrorOf<Fault::filter_missing> {
 public:
  using FileErrorOf::FileErrorOf;
  /// @param id  HDF5's registered number of the filter
  static FilterMissing of(const std::filesystem::path& path, const std::string& dataset, int id);

  int id() const noexcept { return static_cast<int>(figures().first); }      ///< HDF5's number of the filter
  const std::string& dataset() const noexcept { return figures().subject; }  ///< its path in the file
};

/// Throws the exception type of a fault that is known only at run time.
/// @throws FileError always
[[noreturn]] void throw_fault(Fault fault, const std::filesystem::path& path, const std::string& detail, int code,
                              const Figures& figures = {});

/// Throws NoSpace for ENOSPC, EDQUOT and EFBIG, otherwise Io: "<path>: cannot <what>: <text of the errno>".
/// @throws NoSpace, Io
[[noreturn]] void throw_errno(const std::filesystem::path& path, const std::string& what, int code);

/// What an exception tells, with the paths of a std::filesystem::filesystem_error as path_text() writes them.
std::string what_of(const std::exception& error);

}  // namespace tarn::io
