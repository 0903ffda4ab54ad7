#include "tarn/io/store/managed_root.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <sys/stat.h>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/io/error.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/files/stamps.hpp"
#include "tarn/io/store/ensemble_layout.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t root_schema = 1;
constexpr std::uint64_t largest_mark = 4096;  // bytes
constexpr const char* root_mark = ".tarn-root";
constexpr const char* run_mark = ".tarn-run";

fs::path real_path(const fs::path& path) {
  std::error_code error;
  auto real = fs::canonical(path, error);
  if (error) throw_errno(path, "open the directory", error.value());
  return real;
}

bool is_home(const fs::path& path) {
  std::vector<fs::path> homes{"/root"};
  if (const char* home = std::getenv("HOME")) homes.emplace_back(home);
  if (const passwd* user = ::getpwuid(::geteuid())) homes.emplace_back(user->pw_dir);
  const auto is_same = [&](const fs::path& home) {
    std::error_code ignored;
    return !home.empty() && fs::equivalent(home, path, ignored);
  };
  return path.parent_path() == "/home" || std::any_of(homes.begin(), homes.end(), is_same);
}

/// Whether all users may write into a directory. One of this user's own without the sticky bit is not meant: some file
/// systems show every directory so.
bool is_open_to_all(const struct stat& directory) {
  return (directory.st_mode & S_IWOTH) != 0 && ((directory.st_mode & S_ISVTX) != 0 || directory.st_uid != ::geteuid());
}

/// Whether a directory has a mark that counts, see find_managed_root().
bool has_mark(const fs::path& folder, Owner owner) {
  struct stat mark {
  }, directory{};
  if (::lstat((folder / root_mark).c_str(), &mark) != 0 || ::stat(folder.c_str(), &directory) != 0) return false;
  if (is_open_to_all(directory)) return false;
  const auto is_own = [](uid_t user) { return user == ::geteuid() || user == 0; };
  if (owner == Owner::self) return is_own(directory.st_uid) && is_own(mark.st_uid);
  return mark.st_uid == directory.st_uid || is_own(mark.st_uid);
}

/// The value of a mark's key, or nothing if there is no such file.
/// @throws Corrupt, SchemaTooNew, Io
std::optional<std::string> read_mark(const fs::path& path, const char* key) {
  const auto file = open_regular_file(path);
  if (!file) return std::nullopt;
  if (file->size() > largest_mark)
    throw Corrupt(path, fmt::format("has {} bytes; tarn's mark has fewer", file->size()));
  const auto mark = nlohmann::json::parse(file->read_all(), nullptr, false);
  const bool sound = mark.is_object() && mark.contains("schema") && mark["schema"].is_number_unsigned() &&
                     mark.contains(key) && mark[key].is_string();
  if (!sound) throw Corrupt(path, "is not a mark of tarn's");
  const auto version = mark["schema"].get<std::uint64_t>();
  if (version > root_schema) throw SchemaTooNew::of(path, version, root_schema);
  return mark[key].get<std::string>();
}

/// @return false if there is one already
bool write_mark(const fs::path& directory, const char* name, const char* key, const std::string& uuid) {
  const fs::path aside = directory / fmt::format("{}-{}", name, random_hex());
  const nlohmann::ordered_json mark{{"schema", root_schema}, {key, uuid}, {"made", utc_text()}};
  auto file = FileDescriptor::create_new(aside);
  try {
    file.write(mark.dump() + "\n");
    file.sync();
    file.close();
    const bool placed = rename_without_replacing(aside, directory / name);
    if (!placed) remove_file(aside);
    sync_directory(directory);
    return placed;
  } catch (...) {
    ::unlink(aside.c_str());
    throw;
  }
}

std::string flaw_by_others(const fs::path& real, const std::string& advice) {
  struct stat status {};
  if (::stat(real.c_str(), &status) != 0 || !is_open_to_all(status)) return {};
  return "is open to all users, and tarn does not manage what they put there" + advice;
}

/// @param owner  any: to read, where a mark counts wherever nobody else may have put it
void require_root_allowed(const fs::path& path, Owner owner = Owner::self) {
  const std::string flaw = owner == Owner::self ? root_flaw(path) : flaw_by_others(path, "");
  if (!flaw.empty()) throw NotManaged(path, flaw);
}

}  // namespace

std::string ManagedRoot::note() const {
  if (origin == Origin::made) return fmt::format("made the managed directory {}", path_text(path));
  if (origin == Origin::taken) return fmt::format("took the existing directory {} as a managed one", path_text(path));
  return {};
}

std::string root_flaw(const fs::path& path) {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  if (error) return {};
  const std::string advice = "; name a directory below it, such as " + path_text(real / "runs");
  if (real == real.root_path()) return "is the root of the file system, which tarn does not manage" + advice;
  if (is_home(real)) return "is a home directory, which tarn does not manage" + advice;
  return flaw_by_others(real, advice);
}

ManagedRoot make_managed_root(const fs::path& path) {
  require_no_ensemble(path);
  std::error_code ignored;
  const bool existed = fs::exists(path, ignored);
  if (existed && fs::is_directory(path, ignored)) require_root_allowed(path);
  make_directories(fs::absolute(path).lexically_normal());
  ManagedRoot root{real_path(path), "", ManagedRoot::Origin::known};
  if (const auto uuid = read_mark(root.path / root_mark, "uuid")) {
    root.uuid = *uuid;
    return root;
  }
  root.uuid = random_uuid();
  root.origin = existed ? ManagedRoot::Origin::taken : ManagedRoot::Origin::made;
  if (write_mark(root.path, root_mark, "uuid", root.uuid)) return root;
  return open_managed_root(path);  // another process was faster
}

ManagedRoot open_managed_root(const fs::path& path, Owner owner) {
  ManagedRoot root{real_path(path), "", ManagedRoot::Origin::known};
  require_root_allowed(root.path, owner);
  const auto uuid = read_mark(root.path / root_mark, "uuid");
  if (!uuid) {
    throw NotManaged(root.path,
                     "is not a directory that tarn manages: it has no .tarn-root; `tarn data make` makes one");
  }
  root.uuid = *uuid;
  return root;
}

std::optional<ManagedRoot> find_managed_root(const fs::path& path, Owner owner) {
  for (fs::path folder = fs::weakly_canonical(fs::absolute(path));; folder = folder.parent_path()) {
    if (has_mark(folder, owner)) return open_managed_root(folder, owner);
    if (folder == folder.root_path()) return std::nullopt;
  }
}

void mark_as_belonging(const fs::path& directory, const ManagedRoot& root) {
  write_mark(directory, run_mark, "root", root.uuid);
}

std::string root_uuid_of(const fs::path& directory) {
  return read_mark(directory / run_mark, "root").value_or("");
}

}  // namespace tarn::io
