#include "tarn/io/files/file_operations.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "tarn/io/error.hpp"
#include "tarn/io/files/stamps.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

FileDescriptor FileDescriptor::create_new(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (descriptor < 0) throw_errno(path, "create the file", errno);
  return FileDescriptor(path, descriptor);
}

FileDescriptor FileDescriptor::open(const fs::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC, 0666);
  if (descriptor < 0) throw_errno(path, "open the file", errno);
  return FileDescriptor(path, descriptor);
}

FileDescriptor::FileDescriptor(FileDescriptor&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileDescriptor::~FileDescriptor() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::uint64_t FileDescriptor::size() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) throw_errno(path_, "read the size", errno);
  return static_cast<std::uint64_t>(status.st_size);
}

void FileDescriptor::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = uninterrupted([&] { return ::write(descriptor_, bytes.data(), bytes.size()); });
    if (written < 0) throw_errno(path_, fmt::format("write {} bytes", bytes.size()), errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void FileDescriptor::sync() const {
  if (uninterrupted([&] { return ::fsync(descriptor_); }) != 0) throw_errno(path_, "sync to the disk", errno);
}

void FileDescriptor::sync_data() const {
  if (uninterrupted([&] { return ::fdatasync(descriptor_); }) != 0) throw_errno(path_, "sync to the disk", errno);
}

void FileDescriptor::resize(std::uint64_t size) const {
  if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) throw_errno(path_, "change the size", errno);
}

void FileDescriptor::close() {
  // After EINTR Linux has closed the descriptor.
  if (::close(std::exchange(descriptor_, -1)) != 0 && errno != EINTR) throw_errno(path_, "close the file", errno);
}

std::string FileDescriptor::read_all() const {
  std::string content(size(), '\0');
  std::size_t done = 0;
  while (done < content.size()) {
    const ssize_t count = uninterrupted(
        [&] { return ::pread(descriptor_, content.data() + done, content.size() - done, static_cast<off_t>(done)); });
    if (count < 0) throw_errno(path_, "read the file", errno);
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  content.resize(done);
  return content;
}

void sync_directory(const fs::path& directory) {
  const auto opened = FileDescriptor::open(directory, O_RDONLY | O_DIRECTORY);
  // Some network file systems sync directories by themselves and refuse the call.
  if (uninterrupted([&] { return ::fsync(opened.get()); }) != 0 && errno != EINVAL && errno != ENOTSUP) {
    throw_errno(directory, "sync the directory to the disk", errno);
  }
}

void rename_file(const fs::path& from, const fs::path& to) {
  if (uninterrupted([&] { return ::rename(from.c_str(), to.c_str()); }) != 0) {
    throw_errno(to, "put the new file in place", errno);
  }
}

void replace_link(const FileDescriptor& directory, const fs::path& link, const std::string& target) {
  const std::string name = link.filename(), aside = fmt::format(".{}-{}", name, random_hex());
  if (::symlinkat(target.c_str(), directory.get(), aside.c_str()) != 0) throw_errno(link, "make the link", errno);
  if (::renameat(directory.get(), aside.c_str(), directory.get(), name.c_str()) == 0) return;
  const int error = errno;
  ::unlinkat(directory.get(), aside.c_str(), 0);
  throw_errno(link, "put the link in its place", error);
}

bool rename_without_replacing(const fs::path& from, const fs::path& to) {
  const auto rename = [&] { return ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE); };
  if (uninterrupted(rename) == 0) return true;
  if (errno == EEXIST) return false;
  if (errno != EINVAL && errno != ENOSYS) throw_errno(to, "put the new file in place", errno);
  if (uninterrupted([&] { return ::link(from.c_str(), to.c_str()); }) != 0) {
    if (errno == EEXIST) return false;
    throw_errno(to, "put the new file in place", errno);
  }
  remove_file(from);
  return true;
}

bool remove_file(const fs::path& path) {
  if (uninterrupted([&] { return ::unlink(path.c_str()); }) == 0) return true;
  if (errno == ENOENT) return false;
  throw_errno(path, "remove the file", errno);
}

bool make_new_directory(const fs::path& path) {
  if (::mkdir(path.c_str(), 0777) == 0) return true;
  if (errno == EEXIST) return false;
  throw_errno(path, "make the directory", errno);
}

void make_directories(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) throw_errno(path, "make the directory", error.value());
  if (!fs::is_directory(path, error)) throw_errno(path, "make the directory", ENOTDIR);
}

void require_size_allowed(const fs::path& path, std::uint64_t bytes) {
  struct rlimit limit {};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  if (limit.rlim_cur == RLIM_INFINITY || bytes <= limit.rlim_cur) return;
  throw NoSpace::of(path, bytes, limit.rlim_cur, EFBIG);
}

namespace {

void reserve_in(const FileDescriptor& file, const fs::path& path, std::uint64_t bytes) {
  const auto reserve = [&] { return ::fallocate(file.get(), FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(bytes)); };
  const int failed = uninterrupted(reserve) == 0 ? 0 : errno;
  if (failed == 0) return;

  struct statvfs system {};
  if (::fstatvfs(file.get(), &system) != 0) throw_errno(path, "read the free space", errno);
  const std::uint64_t free = std::uint64_t{system.f_bavail} * system.f_frsize;
  const bool full = failed == ENOSPC || failed == EDQUOT || failed == EFBIG;
  if (full || free < bytes) throw NoSpace::of(path, bytes, free, full ? failed : ENOSPC);
  if (failed != EOPNOTSUPP && failed != ENOSYS) throw_errno(path, fmt::format("reserve {} bytes", bytes), failed);
}

}  // namespace

void reserve_space(const fs::path& path, std::uint64_t bytes) {
  reserve_in(FileDescriptor::open(path, O_RDWR | O_NOFOLLOW), path, bytes);
}

void create_with_room(const fs::path& path, std::uint64_t bytes) {
  auto file = FileDescriptor::create_new(path);
  try {
    reserve_in(file, path, bytes);
    file.close();
  } catch (...) {
    ::unlink(path.c_str());
    throw;
  }
}

void release_reserved_space(const fs::path& path, std::uint64_t reserved) {
  const auto file = FileDescriptor::open(path, O_RDWR | O_NOFOLLOW);
  const std::uint64_t size = file.size();
  if (size >= reserved) return;
  // To set the size that it has drops the blocks beyond it; where it does not, they go with the file.
  if (::ftruncate(file.get(), static_cast<off_t>(size)) != 0) throw_errno(path, "release reserved space", errno);
}

std::string read_file(const fs::path& path) {
  return FileDescriptor::open(path, O_RDONLY).read_all();
}

std::optional<FileDescriptor> open_regular_file(const fs::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw_errno(path, "open the file", errno);
  }
  if (!S_ISREG(status.st_mode)) throw Io(path, "is not a regular file", EINVAL);
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0 && errno == ENOENT) return std::nullopt;  // gone since
  if (descriptor < 0) throw_errno(path, "open the file", errno);
  auto file = FileDescriptor::adopt(path, descriptor);
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) throw Io(path, "is not a regular file", EINVAL);
  return file;
}

namespace {

/// The size of a text file up to the end of its last whole line.
std::uint64_t whole_lines(const FileDescriptor& file) {
  const std::uint64_t size = file.size();
  char last = '\n';
  if (size == 0 || (::pread(file.get(), &last, 1, static_cast<off_t>(size - 1)) == 1 && last == '\n')) return size;
  const std::string content = file.read_all();
  const auto end = content.rfind('\n');
  return end == std::string::npos ? 0 : end + 1;
}

}  // namespace

bool cut_torn_line(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(path, error))) return false;
  const auto file = FileDescriptor::open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK);
  const std::uint64_t whole = whole_lines(file);
  if (whole == file.size()) return false;
  file.resize(whole);
  file.sync();
  return true;
}

void append_line(const fs::path& path, std::string_view line) {
  const bool is_new = ::access(path.c_str(), F_OK) != 0;
  const auto file = FileDescriptor::open(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW);
  const std::uint64_t whole = whole_lines(file);
  if (whole != file.size()) file.resize(whole);
  try {
    file.write(line);
    file.sync();
    if (is_new) sync_directory(path.parent_path());
  } catch (...) {
    // Only what was written just now is taken back: the append has not happened.
    if (::ftruncate(file.get(), static_cast<off_t>(whole)) == 0) ::fsync(file.get());
    throw;
  }
}

}  // namespace tarn::io
