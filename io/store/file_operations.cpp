#include "tarn/io/store/file_operations.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <random>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "tarn/io/error.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

FileDescriptor FileDescriptor::create_new(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (descriptor < 0) throw_errno(path, "create the file", errno);
  return FileDescriptor(path, descriptor);
}

FileDescriptor FileDescriptor::open(const fs::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
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
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_errno(path_, fmt::format("write {} bytes", bytes.size()), errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void FileDescriptor::sync() const {
  if (::fsync(descriptor_) != 0) throw_errno(path_, "sync to the disk", errno);
}

void FileDescriptor::sync_data() const {
  if (::fdatasync(descriptor_) != 0) throw_errno(path_, "sync to the disk", errno);
}

void FileDescriptor::resize(std::uint64_t size) const {
  if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) throw_errno(path_, "change the size", errno);
}

void FileDescriptor::close() {
  if (::close(std::exchange(descriptor_, -1)) != 0) throw_errno(path_, "close the file", errno);
}

void sync_directory(const fs::path& directory) {
  const auto opened = FileDescriptor::open(directory, O_RDONLY | O_DIRECTORY);
  // Some network file systems sync directories by themselves and refuse the call.
  if (::fsync(opened.get()) != 0 && errno != EINVAL && errno != ENOTSUP) {
    throw_errno(directory, "sync the directory to the disk", errno);
  }
}

void rename_file(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) throw_errno(to, "put the new file in place", errno);
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
  throw NoSpace(path,
                fmt::format("needs {} bytes, and this process may write files of {} bytes at most: {}", bytes,
                            limit.rlim_cur, std::generic_category().message(EFBIG)),
                EFBIG);
}

void reserve_space(const fs::path& path, std::uint64_t bytes) {
  const auto file = FileDescriptor::open(path, O_RDWR | O_NOFOLLOW);
  int failed = 0;
  do {
    failed = ::fallocate(file.get(), FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(bytes)) == 0 ? 0 : errno;
  } while (failed == EINTR);
  if (failed == 0) return;

  struct statvfs system {};
  if (::fstatvfs(file.get(), &system) != 0) throw_errno(path, "read the free space", errno);
  const std::uint64_t free = std::uint64_t{system.f_bavail} * system.f_frsize;
  const bool full = failed == ENOSPC || failed == EDQUOT || failed == EFBIG;
  if (full || free < bytes) {
    throw NoSpace(path,
                  fmt::format("needs {} bytes, {} are free: {}", bytes, free,
                              std::generic_category().message(full ? failed : ENOSPC)),
                  full ? failed : ENOSPC);
  }
  if (failed != EOPNOTSUPP && failed != ENOSYS) throw_errno(path, fmt::format("reserve {} bytes", bytes), failed);
}

void release_reserved_space(const fs::path& path, std::uint64_t reserved) {
  const auto file = FileDescriptor::open(path, O_RDWR | O_NOFOLLOW);
  const std::uint64_t size = file.size();
  if (size >= reserved) return;
  // A file system that cannot punch reserved nothing either, or drops it with the last close.
  ::fallocate(file.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(size),
              static_cast<off_t>(reserved - size));
}

std::string read_file(const fs::path& path) {
  const auto file = FileDescriptor::open(path, O_RDONLY);
  std::string content(file.size(), '\0');
  std::size_t done = 0;
  while (done < content.size()) {
    const ssize_t count = ::read(file.get(), content.data() + done, content.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno(path, "read the file", errno);
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  content.resize(done);
  return content;
}

std::string random_hex() {
  std::random_device source;
  return fmt::format("{:08x}", source());
}

}  // namespace tarn::io
