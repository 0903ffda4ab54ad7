#include <algorithm>

#include <fmt/format.h>

#include "tarn/apps/cli/data.hpp"
#include "tarn/io/error.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/store/ensemble_layout.hpp"
#include "tarn/io/store/folder.hpp"
#include "tarn/io/store/names.hpp"

namespace tarn::cli {

namespace {

namespace fs = std::filesystem;

/// A path whose folders are real and whose last name is as it was written, so that a link there is seen.
fs::path real_but_last(const fs::path& path) {
  fs::path whole = fs::absolute(path).lexically_normal();
  if (!whole.has_filename()) whole = whole.parent_path();
  if (whole == whole.root_path()) return whole;
  return fs::weakly_canonical(whole.parent_path()) / whole.filename();
}

io::ManagedRoot root_above(const fs::path& path) {
  std::error_code ignored;
  const fs::path folder = fs::is_directory(fs::symlink_status(path, ignored)) ? path : path.parent_path();
  if (fs::exists(fs::symlink_status(folder / ".tarn-root", ignored)))
    return io::open_managed_root(folder, io::Owner::any);
  const auto root = io::find_managed_root(folder, io::Owner::any);
  if (root) return *root;
  if (!fs::exists(fs::symlink_status(path, ignored))) throw io::Io(path, "there is no such file or directory", ENOENT);
  throw io::NotManaged(path, "lies in no directory that tarn manages");
}

/// The name of the run in the place of "latest".
std::string through_latest(const io::Folder& top, const std::string& relative) {
  const std::string latest = "latest", first = relative.substr(0, relative.find('/'));
  if (first != latest) return relative;
  const auto target = top.link_target(latest);
  return target && io::is_run_directory_name(*target) ? *target + relative.substr(latest.size()) : relative;
}

}  // namespace

DataTarget find_target(const DataRequest& request, DataUse use) {
  DataTarget target;
  if (request.root.empty()) {
    const fs::path path = real_but_last(request.path);
    // A link that stands for a managed directory is no way out of one.
    if (fs::is_symlink(path) && !fs::exists(path)) {
      throw io::Io(path, "is a link to what is not there any more: " + io::path_text(fs::read_symlink(path)), ENOENT);
    }
    if (fs::is_symlink(path) && fs::exists(fs::canonical(path) / ".tarn-root")) {
      target.root = io::open_managed_root(path, io::Owner::any);
    } else {
      target.root = root_above(path);
      const auto beneath = path.lexically_relative(target.root.path).generic_string();
      target.relative = beneath == "." ? "" : beneath;
    }
  } else {
    target.root = io::open_managed_root(request.root, io::Owner::any);
    target.relative = request.path == "." ? "" : request.path;
  }
  if (!target.relative.empty() && !io::is_relative_name(target.relative)) {
    throw io::PathEscape(request.path,
                         "is not a path beneath the managed directory " + io::path_text(target.root.path));
  }
  const io::Folder top = io::Folder::of_root(target.root, use == DataUse::read ? io::Owner::any : io::Owner::self);
  if (use != DataUse::remove) target.relative = through_latest(top, target.relative);
  const auto slash = target.relative.rfind('/');
  const io::Folder folder = top.descend(slash == std::string::npos ? "" : target.relative.substr(0, slash));
  const std::string name = slash == std::string::npos ? target.relative : target.relative.substr(slash + 1);
  const auto entries = folder.entries();
  const auto entry = std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.name == name; });
  if (!name.empty() && entry == entries.end())
    throw io::Io(target.path(), "there is no such file or directory", ENOENT);
  if (!name.empty() && entry->kind == io::Folder::Entry::Kind::other) {
    if (const auto there = folder.link_target(name))
      throw io::PathEscape(target.path(),
                           "is a symbolic link, and nothing is followed; name " + io::path_text(*there) + " itself");
    throw io::PathEscape(target.path(), "is neither a file nor a directory");
  }
  for (std::string candidate = target.relative;; candidate = candidate.substr(0, candidate.rfind('/'))) {
    if (io::root_uuid_of(target.root.path / candidate) == target.root.uuid) {
      target.owner = candidate;
      target.owned = true;
      break;
    }
    if (candidate.empty()) break;
    if (candidate.find('/') == std::string::npos) candidate = "/";
  }
  if (target.owned && target.relative != target.owner) {
    target.file = target.owner.empty() ? target.relative : target.relative.substr(target.owner.size() + 1);
  }
  return target;
}

DataTarget find_owned(const DataRequest& request, DataUse use) {
  DataTarget target = find_target(request, use);
  if (target.owned) return target;
  throw io::NotManaged(target.path(),
                       "is neither a run nor a set of datasets, nor in one" + io::advice_on_ensemble(target.path()));
}

std::vector<std::string> owners_in(const io::ManagedRoot& root, std::vector<std::string>& unreadable) {
  std::vector<std::string> owners;
  if (io::root_uuid_of(root.path) == root.uuid) owners.emplace_back();
  for (const auto& entry : io::Folder::of_root(root, io::Owner::any).entries()) {
    const bool is_folder = entry.kind == io::Folder::Entry::Kind::folder && !entry.foreign;
    // The second is the file system's own, at the top of a disk, and closed to all but root.
    if (!is_folder || entry.name == "trash" || entry.name == "lost+found") continue;
    try {
      if (io::root_uuid_of(root.path / entry.name) == root.uuid) owners.push_back(entry.name);
    } catch (const DataError& error) {
      unreadable.emplace_back(error.what());
    }
  }
  return owners;
}

}  // namespace tarn::cli
