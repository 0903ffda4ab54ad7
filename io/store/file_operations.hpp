#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace tarn::io {

/// An open file of the operating system, closed with this object.
///
/// Every member checks every return code and throws with the path and the text of the errno.
class FileDescriptor {
 public:
  /// Creates a file that must not exist; never through a symbolic link.
  /// @throws Io, NoSpace
  static FileDescriptor create_new(const std::filesystem::path& path);
  /// @param flags  of open(2); O_CLOEXEC is added
  /// @throws Io, NoSpace
  static FileDescriptor open(const std::filesystem::path& path, int flags);

  FileDescriptor(FileDescriptor&& other) noexcept;
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor();

  int get() const { return descriptor_; }
  /// Bytes of the file.
  std::uint64_t size() const;
  /// Writes all bytes, going on after interrupts and short writes.
  void write(std::string_view bytes) const;
  /// fsync.
  void sync() const;
  /// fdatasync.
  void sync_data() const;
  void resize(std::uint64_t size) const;
  /// Closes now; an error that the system kept back until then is thrown.
  void close();

 private:
  FileDescriptor(std::filesystem::path path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

  std::filesystem::path path_;
  int descriptor_ = -1;
};

/// Writes the entries of a directory to the disk: a new or renamed file is there after a crash.
/// @throws Io
void sync_directory(const std::filesystem::path& directory);

/// rename(2): replaces a file of the target's name in one step.
/// @throws Io, NoSpace
void rename_file(const std::filesystem::path& from, const std::filesystem::path& to);

/// mkdir of a directory that must not exist.
/// @return false if something of that name exists
/// @throws Io, NoSpace
bool make_new_directory(const std::filesystem::path& path);

/// Makes a directory and its parents where they are missing.
/// @throws Io, NoSpace; a file in the way is "Not a directory"
void make_directories(const std::filesystem::path& path);

/// Checks this process' limit on the size of a file (ulimit -f).
/// @throws NoSpace
void require_size_allowed(const std::filesystem::path& path, std::uint64_t bytes);

/// Reserves disk blocks for the first `bytes` of an existing file without changing its size. Where the file
/// system cannot reserve, its free space is compared instead.
/// @throws NoSpace with what is needed and what is free, Io
void reserve_space(const std::filesystem::path& path, std::uint64_t bytes);

/// Gives back blocks that were reserved beyond the end of the file.
void release_reserved_space(const std::filesystem::path& path, std::uint64_t reserved);

/// The whole content of a file.
/// @throws Io
std::string read_file(const std::filesystem::path& path);

/// Eight random hexadecimal digits.
std::string random_hex();

}  // namespace tarn::io
