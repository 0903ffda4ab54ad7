#include "tarn/io/store/run_directory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <system_error>

#include <fmt/format.h>

#include "tarn/io/error.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/stamps.hpp"
#include "tarn/io/files/text.hpp"
#include "tarn/io/store/agree.hpp"
#include "tarn/io/store/ensemble_layout.hpp"
#include "tarn/io/store/latest_link.hpp"
#include "tarn/io/store/managed_root.hpp"
#include "tarn/io/store/names.hpp"
#include "tarn/io/store/run_layout.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> notes_of(const ManagedRoot& root) {
  const std::string note = root.note();
  return note.empty() ? std::vector<std::string>{} : std::vector{note};
}

}  // namespace

RunDirectory RunDirectory::create(const Communicator& ranks, const fs::path& root, const std::string& name,
                                  LockMode lock) {
  return claim(ranks, [&] {
    const std::string flaw = run_name_flaw(name);
    if (!flaw.empty()) throw UsageError(fmt::format("run name \"{}\": {}", shown_text(name), flaw));
    const ManagedRoot managed = make_managed_root(root);
    const fs::path path = make_new_run(managed, name);
    return Claim{path, std::make_shared<RunLock>(path, lock), notes_of(managed)};
  });
}

RunDirectory RunDirectory::create_at(const Communicator& ranks, const fs::path& path, LockMode lock) {
  return claim(ranks, [&] {
    fs::path exact = fs::absolute(path).lexically_normal();
    if (!exact.has_filename()) exact = exact.parent_path();
    const std::string flaw = root_flaw(exact);
    if (!flaw.empty()) throw NotManaged(exact, flaw);
    if (!is_name_in_ensemble(exact.filename().string())) require_no_ensemble(exact.parent_path());
    const bool existed = require_unused(exact);
    auto held = std::make_shared<RunLock>(exact, lock);
    require_unused(exact);  // another run may have come and gone before the lock
    return Claim{exact, std::move(held), notes_of(furnish_run(exact, existed))};
  });
}

RunDirectory RunDirectory::open(const Communicator& ranks, const fs::path& path, LockMode lock) {
  return claim(ranks, [&] {
    require_run(path);
    const fs::path real = fs::canonical(path);
    auto held = std::make_shared<RunLock>(real, lock);
    return Claim{real, std::move(held), recover_run(real)};
  });
}

RunDirectory RunDirectory::open_set(const Communicator& ranks, const fs::path& path) {
  return claim(ranks, [&] {
    const fs::path wanted = fs::absolute(path).lexically_normal();
    const auto above = find_managed_root(wanted);
    const ManagedRoot root = above ? *above : make_managed_root(wanted);
    make_directories(wanted);
    const fs::path set = fs::canonical(wanted);
    auto held = std::make_shared<RunLock>(set, LockMode::kernel);
    make_new_directory(set / "tmp");
    require_directory(set / "tmp");
    mark_as_belonging(set, root);
    auto notes = notes_of(root);
    for (auto& note : recover_files(set))
      notes.push_back(std::move(note));
    return Claim{set, std::move(held), std::move(notes)};
  });
}

/// Rank 0 claims, all ranks learn the path.
RunDirectory RunDirectory::claim(const Communicator& ranks, const std::function<Claim()>& on_root) {
  Claim claimed;
  agree_on_root(ranks, [&] { claimed = on_root(); });
  RunDirectory run(ranks.broadcast(claimed.path.string()));
  run.lock_ = std::move(claimed.lock);
  run.notes_ = std::move(claimed.notes);
  return run;
}

void RunDirectory::require_held() const {
  if (lock_) lock_->require_held();
}

std::optional<fs::path> RunDirectory::find_latest(const fs::path& root, const std::string& name) {
  const std::string flaw = run_name_flaw(name);
  if (!flaw.empty()) throw UsageError(fmt::format("run name \"{}\": {}", shown_text(name), flaw));
  std::error_code error;
  if (!fs::exists(root, error)) return std::nullopt;

  constexpr std::size_t suffix = 26;  // -yyyymmddThhmmssZ-xxxxxxxx
  std::string newest, newest_start;
  for (const auto& entry : fs::directory_iterator(root, error)) {
    const std::string found = entry.path().filename().string();
    if (!is_run_directory_name(found) || found.size() != name.size() + suffix || found.rfind(name, 0) != 0) continue;
    if (!entry.is_directory() || entry.is_symlink()) continue;
    const std::string start = start_of_run(entry.path());
    if (start <= newest_start) continue;
    newest = found;
    newest_start = start;
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
