#include "tarn/io/store/folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <sys/stat.h>

#include <fmt/format.h>

#include "tarn/io/error.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/store/lease.hpp"
#include "tarn/io/store/names.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

namespace {

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;

struct stat status_of(const FileDescriptor& file, const fs::path& path) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw_errno(path, "look at the directory", errno);
  return status;
}

bool is_plain(const std::string& name) {
  return is_relative_name(name) && name.find('/') == std::string::npos;
}

void require_plain(const fs::path& folder, const std::string& name) {
  if (!is_plain(name)) {
    throw PathEscape(folder / name, "is not a name in " + path_text(folder));
  }
}

}  // namespace

Folder Folder::of_root(const ManagedRoot& root, Owner owner) {
  auto file = FileDescriptor::open(root.path, folder_flags);
  const auto device = static_cast<std::uint64_t>(status_of(file, root.path).st_dev);
  if (open_managed_root(root.path, owner).uuid != root.uuid) throw NotManaged(root.path, "is not the root that it was");
  Folder folder(root.path, std::move(file), device, owner);
  folder.require_own();
  return folder;
}

void Folder::require_own() const {
  const auto status = status_of(file_, path_);
  if (static_cast<std::uint64_t>(status.st_dev) != device_) throw PathEscape(path_, "lies on another device");
  if (owner_ == Owner::self && status.st_uid != ::geteuid()) throw PathEscape(path_, "belongs to another user");
}

Folder Folder::child(const std::string& name) const {
  require_plain(path_, name);
  const fs::path place = path_ / name;
  const int descriptor = ::openat(file_.get(), name.c_str(), folder_flags | O_CLOEXEC);
  if (descriptor < 0 && (errno == ELOOP || errno == ENOTDIR)) {
    throw PathEscape(place, "is a link or a file where a directory is expected; nothing is followed");
  }
  if (descriptor < 0) throw_errno(place, "open the directory", errno);
  Folder folder(place, FileDescriptor::adopt(place, descriptor), device_, owner_);
  folder.require_own();
  return folder;
}

Folder Folder::descend(const std::string& relative) const {
  if (relative.empty()) return child_of_itself();
  const auto slash = relative.find('/');
  const Folder next = child(relative.substr(0, slash));
  return next.descend(slash == std::string::npos ? "" : relative.substr(slash + 1));
}

Folder Folder::child_of_itself() const {
  const int descriptor = ::openat(file_.get(), ".", folder_flags | O_CLOEXEC);
  if (descriptor < 0) throw_errno(path_, "open the directory", errno);
  return {path_, FileDescriptor::adopt(path_, descriptor), device_, owner_};
}

std::vector<Folder::Entry> Folder::entries() const {
  const int descriptor = ::openat(file_.get(), ".", folder_flags | O_CLOEXEC);
  if (descriptor < 0) throw_errno(path_, "list the directory", errno);
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(::fdopendir(descriptor), ::closedir);
  if (!listing) throw_errno(path_, "list the directory", errno);
  std::vector<Entry> entries;
  while (const dirent* found = ::readdir(listing.get())) {
    Entry entry{found->d_name, Entry::Kind::other, 0, 0, false, 0};
    struct stat status {};
    if (entry.name == "." || entry.name == "..") continue;
    if (::fstatat(file_.get(), found->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;  // gone since
    if (S_ISREG(status.st_mode)) entry.kind = Entry::Kind::file;
    if (S_ISDIR(status.st_mode) && is_plain(entry.name)) entry.kind = Entry::Kind::folder;
    entry.bytes = S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
    entry.allocated = static_cast<std::uint64_t>(status.st_blocks) * 512;
    entry.foreign =
        (owner_ == Owner::self && status.st_uid != ::geteuid()) || static_cast<std::uint64_t>(status.st_dev) != device_;
    entry.age = now_seconds() - static_cast<double>(status.st_mtime);
    entries.push_back(entry);
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return entries;
}

Folder Folder::make_child(const std::string& name) const {
  require_plain(path_, name);
  if (::mkdirat(file_.get(), name.c_str(), 0777) != 0 && errno != EEXIST) {
    throw_errno(path_ / name, "make the directory", errno);
  }
  return child(name);
}

bool Folder::move(const std::string& name, const Folder& target, const std::string& new_name) const {
  require_plain(path_, name);
  require_plain(target.path_, new_name);
  const int to = target.file_.get();
  if (::renameat2(file_.get(), name.c_str(), to, new_name.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno == EEXIST) return false;
  struct stat taken {};
  if (errno != EINVAL && errno != ENOSYS) throw_errno(path_ / name, "move it", errno);
  // No such call on this file system. The lock keeps other runs of tarn away from both names.
  if (::fstatat(to, new_name.c_str(), &taken, AT_SYMLINK_NOFOLLOW) == 0) return false;
  if (::renameat(file_.get(), name.c_str(), to, new_name.c_str()) != 0) throw_errno(path_ / name, "move it", errno);
  return true;
}

void Folder::remove_file(const std::string& name) const {
  require_plain(path_, name);
  if (::unlinkat(file_.get(), name.c_str(), 0) != 0 && errno != ENOENT) {
    throw_errno(path_ / name, "remove the file", errno);
  }
}

bool Folder::remove_folder(const std::string& name) const {
  require_plain(path_, name);
  if (::unlinkat(file_.get(), name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) return true;
  if (errno == ENOTEMPTY || errno == EEXIST) return false;
  throw_errno(path_ / name, "remove the directory", errno);
}

std::optional<std::string> Folder::link_target(const std::string& name) const {
  require_plain(path_, name);
  std::string target(4096, '\0');  // the longest path there is
  const ssize_t length = ::readlinkat(file_.get(), name.c_str(), target.data(), target.size());
  if (length < 0 && (errno == EINVAL || errno == ENOENT)) return std::nullopt;
  if (length < 0) throw_errno(path_ / name, "read the link", errno);
  target.resize(static_cast<std::size_t>(length));
  return target;
}

void Folder::put_link(const std::string& name, const std::string& target) const {
  require_plain(path_, name);
  replace_link(file_, path_ / name, target);
}

void Folder::sync() const {
  if (::fsync(file_.get()) != 0 && errno != EINVAL && errno != ENOTSUP) throw_errno(path_, "sync the directory", errno);
}

}  // namespace tarn::io
