#include "tarn/io/store/run_directory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <functional>
#include <system_error>

#include <fmt/format.h>

#include "tarn/io/error.hpp"
#include "tarn/io/store/agree.hpp"
#include "tarn/io/store/file_operations.hpp"
#include "tarn/io/store/names.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

namespace {

void require_run_name(const std::string& name) {
  const std::string flaw = run_name_flaw(name);
  if (flaw.empty()) return;
  throw UsageError(fmt::format("run name \"{}\": {}", shown_text(name), flaw));
}

void make_folders(const fs::path& run) {
  for (const char* folder : {"out", "ckpt", "img", "tmp"})
    make_new_directory(run / folder);
  sync_directory(run);
}

void require_link_or_nothing(const fs::path& latest) {
  std::error_code error;
  const auto status = fs::symlink_status(latest, error);
  if (!fs::exists(status) || fs::is_symlink(status)) return;
  throw DataError(latest.string() +
                  ": is not a symbolic link; tarn keeps its pointer to the newest run there and replaces nothing else");
}

/// Made aside and renamed: readers find the old target or the new one, never nothing.
void point_latest_at(const fs::path& root, const fs::path& run) {
  const fs::path aside = root / (".latest-" + random_hex());
  if (::symlink(run.filename().c_str(), aside.c_str()) != 0) throw_errno(aside, "make the link", errno);
  try {
    rename_file(aside, root / "latest");
  } catch (...) {
    ::unlink(aside.c_str());
    throw;
  }
}

fs::path claim_new(const fs::path& root, const std::string& name) {
  make_directories(root);
  require_link_or_nothing(root / "latest");
  constexpr int attempts = 16;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const fs::path run = root / fmt::format("{}-{}-{}", name, utc_stamp(), random_hex());
    if (!make_new_directory(run)) continue;
    make_folders(run);
    point_latest_at(root, run);
    sync_directory(root);
    return run;
  }
  throw Io(root, fmt::format("cannot find a free name for a run of \"{}\"", name), EEXIST);
}

void claim_exactly(const fs::path& path) {
  make_directories(path);
  std::error_code error;
  const bool empty = fs::is_empty(path, error);
  if (error) throw_errno(path, "list the directory", error.value());
  // The mkdir of out/ decides between two runs that both saw an empty directory.
  if (!empty || !make_new_directory(path / "out")) {
    throw DataError(path.string() + ": is not empty; --restart continues the run in it");
  }
  make_folders(path);
  if (path.has_parent_path()) sync_directory(path.parent_path());
}

/// Locks a run directory for as long as the descriptor is open, also against this host's and, on most network file
/// systems, other hosts' processes. A file system without locks cannot tell, and is taken.
/// @throws DataError if another run holds it
FileDescriptor lock_directory(const fs::path& run) {
  const fs::path file = run / ".lock";
  auto lock = fs::exists(fs::symlink_status(file)) ? FileDescriptor::open(file, O_RDWR | O_NOFOLLOW)
                                                   : FileDescriptor::create_new(file);
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (::fcntl(lock.get(), F_OFD_SETLK, &whole) != 0 && (errno == EAGAIN || errno == EACCES)) {
    throw DataError(run.string() + ": another run is writing here; wait for its end, or stop it");
  }
  return lock;
}

/// Removes what stands in tmp/ but directories, which tarn never makes there.
void sweep(const fs::path& temporary) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(temporary, error)) {
    if (entry.is_directory() && !entry.is_symlink()) continue;
    if (::unlink(entry.path().c_str()) != 0) throw_errno(entry.path(), "remove what an earlier run left", errno);
  }
  if (error) throw_errno(temporary, "list the directory", error.value());
}

FileDescriptor take_existing(const fs::path& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) throw_errno(path, "open the run directory", error ? error.value() : ENOENT);
  if (!fs::is_directory(status)) throw_errno(path, "open the run directory", ENOTDIR);
  if (!fs::is_regular_file(path / "deck.toml", error)) {
    throw DataError(path.string() + ": is not a run to continue: it holds no deck.toml");
  }
  if (!fs::is_directory(fs::symlink_status(path / "ckpt", error))) {
    throw DataError(path.string() + ": is not a run to continue: it holds no ckpt/");
  }
  make_folders(path);
  if (!fs::is_directory(fs::symlink_status(path / "tmp", error))) {
    throw DataError((path / "tmp").string() + ": is not a directory; nothing in it was touched");
  }
  auto lock = lock_directory(path);
  sweep(path / "tmp");
  return lock;
}

}  // namespace

RunDirectory RunDirectory::create(const Communicator& ranks, const fs::path& root, const std::string& name) {
  return claim(ranks, [&] {
    require_run_name(name);
    const fs::path path = claim_new(fs::absolute(root).lexically_normal(), name);
    return Claim{path, std::make_shared<FileDescriptor>(lock_directory(path))};
  });
}

RunDirectory RunDirectory::create_at(const Communicator& ranks, const fs::path& path) {
  return claim(ranks, [&] {
    fs::path exact = fs::absolute(path).lexically_normal();
    if (!exact.has_filename()) exact = exact.parent_path();
    claim_exactly(exact);
    return Claim{exact, std::make_shared<FileDescriptor>(lock_directory(exact))};
  });
}

RunDirectory RunDirectory::open(const Communicator& ranks, const fs::path& path) {
  return claim(ranks, [&] {
    auto lock = std::make_shared<FileDescriptor>(take_existing(path));
    return Claim{fs::canonical(path), std::move(lock)};
  });
}

/// Rank 0 claims, all ranks learn the path.
RunDirectory RunDirectory::claim(const Communicator& ranks, const std::function<Claim()>& on_root) {
  Claim claimed;
  agree_on_root(ranks, [&] { claimed = on_root(); });
  RunDirectory run(ranks.broadcast(claimed.path.string()));
  run.lock_ = std::move(claimed.lock);
  return run;
}

std::optional<fs::path> RunDirectory::find_latest(const fs::path& root, const std::string& name) {
  require_run_name(name);
  std::error_code error;
  if (!fs::exists(root, error)) return std::nullopt;

  constexpr std::size_t suffix = 26;  // -yyyymmddThhmmssZ-xxxxxxxx
  std::string newest;
  for (const auto& entry : fs::directory_iterator(root, error)) {
    const std::string found = entry.path().filename().string();
    if (!is_run_directory_name(found) || found.size() != name.size() + suffix || found.rfind(name, 0) != 0) continue;
    if (entry.is_directory() && !entry.is_symlink()) newest = std::max(newest, found);
  }
  if (error) throw_errno(root, "list the directory", error.value());
  if (newest.empty()) return std::nullopt;
  return root / newest;
}

fs::path RunDirectory::resolve(const fs::path& relative) const {
  const fs::path normal = relative.lexically_normal();
  if (relative.empty() || relative.is_absolute() || !normal.has_filename() || *normal.begin() == "..") {
    throw PathEscape(path_ / relative, "is not a path within the run directory");
  }
  const fs::path real = fs::weakly_canonical(path_ / normal.parent_path());
  const fs::path beneath = real.lexically_relative(fs::canonical(path_));
  if (beneath.empty() || *beneath.begin() == "..") {
    throw PathEscape(path_ / relative, "leads out of the run directory through a symbolic link");
  }
  return path_ / normal;
}

fs::path RunDirectory::temporary_for(const fs::path& relative) const {
  return path_ / "tmp" / fmt::format("{}.{}.part", relative.filename().string(), random_hex());
}

void RunDirectory::write_file(const fs::path& relative, std::string_view bytes) const {
  resolve(relative);
  const fs::path temporary = temporary_for(relative);
  auto file = FileDescriptor::create_new(temporary);
  try {
    file.write(bytes);
    file.sync();
    file.close();
    put_in_place(temporary, relative);
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
}

void RunDirectory::put_in_place(const fs::path& temporary, const fs::path& relative) const {
  const fs::path target = resolve(relative);
  make_directories(target.parent_path());
  rename_file(temporary, target);
  sync_directory(target.parent_path());
}

}  // namespace tarn::io
