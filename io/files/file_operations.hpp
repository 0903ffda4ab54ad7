#pragma once

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace tarn::io {

/// Makes a call of the operating system again while a signal interrupts it, but not for ever.
template <class Call>
auto uninterrupted(const Call& call) {
  constexpr int most_interruptions = 100;
  auto result = call();
  for (int n = 0; result < 0 && errno == EINTR && n < most_interruptions; ++n)
    result = call();
  return result;
}

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

  /// Owns an open descriptor from now on.
  static FileDescriptor adopt(const std::filesystem::path& path, int descriptor) { return {path, descriptor}; }

  FileDescriptor(FileDescriptor&& other) noexcept;
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor();

  int get() const { return descriptor_; }
  /// Bytes of the file.
  std::uint64_t size() const;
  /// The whole content, from the start.
  std::string read_all() const;
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

/// Makes a symbolic link aside and renames it to its place: readers find the old one or the new one, never nothing.
/// @param directory  that the link stands in, open
/// @param link       for its name, and for messages
/// @throws Io, NoSpace
void replace_link(const FileDescriptor& directory, const std::filesystem::path& link, const std::string& target);

/// Renames a file unless something of the target's name exists; where the file system cannot do that in one step, by a
/// second link to the file and the removal of the first.
/// @return false if something of that name exists; nothing is then changed
/// @throws Io, NoSpace
bool rename_without_replacing(const std::filesystem::path& from, const std::filesystem::path& to);

/// unlink(2).
/// @return false if there is no such file
/// @throws Io
bool remove_file(const std::filesystem::path& path);

/// Opens an existing regular file for reading; neither a symbolic link nor a device or pipe, which could block.
/// @return nothing if there is no such file
/// @throws Io for anything else of that name
std::optional<FileDescriptor> open_regular_file(const std::filesystem::path& path);

/// Appends a line, or several, to a text file, made where it is missing, and writes it to the disk. What a crash left
/// of a line at the end is cut off first; if anything fails the file ends as it did before.
/// @param line  with its '\n'
/// @throws Io, NoSpace
void append_line(const std::filesystem::path& path, std::string_view line);

/// Cuts off what a crash left of a line at the end of a text file, and writes that to the disk.
/// @return whether there was anything to cut; false also where there is no such file
/// @throws Io if it cannot be changed, or is a link
bool cut_torn_line(const std::filesystem::path& path);

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

/// Creates an empty file that must not exist, never through a symbolic link, and reserves space for its first `bytes`
/// as reserve_space() does, before anything is written to it. The limit on files' sizes is require_size_allowed()'s.
/// @throws NoSpace with what is needed and what is free, Io, code() the errno of what failed. The file is then gone
///     again, with the space; one of that name that was there before (EEXIST) is as it was.
void create_with_room(const std::filesystem::path& path, std::uint64_t bytes);

/// Gives back blocks that were reserved beyond the end of the file.
void release_reserved_space(const std::filesystem::path& path, std::uint64_t reserved);

/// The whole content of a file.
/// @throws Io
std::string read_file(const std::filesystem::path& path);

}  // namespace tarn::io
