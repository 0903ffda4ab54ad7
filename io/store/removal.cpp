#include "tarn/io/store/removal.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "tarn/io/error.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/files/stamps.hpp"
#include "tarn/io/hdf5/seal.hpp"
#include "tarn/io/store/ensemble_layout.hpp"
#include "tarn/io/store/folder.hpp"
#include "tarn/io/store/latest_link.hpp"
#include "tarn/io/store/manifest.hpp"
#include "tarn/io/store/names.hpp"
#include "tarn/io/store/run_lock.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

namespace {

using Kind = Folder::Entry::Kind;

constexpr double old_enough = 60;  // seconds; a mark of another process is aside for an instant

std::string below(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

/// The files that a run's manifest tells of. Where it cannot be read there are none: their files stay.
std::set<std::string> recorded_in(const fs::path& run) {
  try {
    return read_manifest(run).all_files();
  } catch (const DataError&) {
    return {};
  }
}

/// Whether a file of a run is one that tarn wrote.
/// @param place  where it stands
/// @param file   relative to the run
bool is_tarns(const std::set<std::string>& recorded, const fs::path& place, const std::string& file) {
  if (recorded.count(file) != 0) return true;
  if (!is_dump_name(file)) return is_run_file_name(file);
  try {
    hdf5::check_seal(place);  // a run that was killed may not have come to record it
    return true;
  } catch (const DataError&) {
    return false;
  }
}

/// Sorts the files below a folder into those that go and those that stay.
/// @param recorded  in the run's manifest
/// @param place     the folder, relative to the root, for the report
/// @param relative  the folder, relative to the run
void look_at(const Folder& folder, const std::set<std::string>& recorded, const std::string& place,
             const std::string& relative, RemovalReport& report) {
  constexpr int deepest = 8;
  const bool too_deep = std::count(relative.begin(), relative.end(), '/') > deepest;
  for (const auto& entry : folder.entries()) {
    const std::string path = below(place, entry.name), name = below(relative, entry.name);
    if (entry.foreign) {
      report.stays.push_back({path, 0, "belongs to another user, or lies on another device"});
    } else if (entry.kind == Kind::folder && !too_deep) {
      look_at(folder.child(entry.name), recorded, path, name, report);
    } else if (entry.kind == Kind::file && is_tarns(recorded, folder.path() / entry.name, name)) {
      report.goes.push_back({path, entry.allocated, ""});
    } else {
      report.stays.push_back({path, entry.bytes, entry.kind == Kind::other ? "is a link or no file" : "is not tarn's"});
    }
  }
}

/// Removes the folders below and including one that are empty, from the deepest.
void remove_empty_folders(const Folder& parent, const std::string& name) {
  {
    const Folder folder = parent.child(name);
    for (const auto& entry : folder.entries()) {
      if (entry.kind == Kind::folder && !entry.foreign) remove_empty_folders(folder, entry.name);
    }
  }
  parent.remove_folder(name);
}

/// Splits "a/b/c" into "a/b" and "c".
std::pair<std::string, std::string> split(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::pair{std::string(), path}
                                    : std::pair{path.substr(0, slash), path.substr(slash + 1)};
}

Folder make_folders(const Folder& base, const std::string& relative) {
  Folder folder = base.descend("");
  std::string rest = relative;
  while (!rest.empty()) {
    const auto slash = rest.find('/');
    folder = folder.make_child(rest.substr(0, slash));
    rest = slash == std::string::npos ? "" : rest.substr(slash + 1);
  }
  return folder;
}

/// The directory, beneath the root, of the run or set that a path is in or is.
/// @throws NotManaged
std::string owner_of(const ManagedRoot& root, const std::string& relative) {
  for (std::string candidate = relative; !candidate.empty(); candidate = split(candidate).first) {
    if (root_uuid_of(root.path / candidate) == root.uuid) return candidate;
  }
  if (root_uuid_of(root.path) == root.uuid) return "";
  const fs::path whole = relative.empty() ? root.path : root.path / relative;
  throw NotManaged(whole,
                   "is neither a run nor a set of datasets that belongs to this root" + advice_on_ensemble(whole));
}

/// Why one file of a run must stay; empty if it may go.
std::string keeps(const fs::path& run, const std::string& file) {
  const bool is_checkpoint = file.rfind("ckpt/", 0) == 0;
  if (is_checkpoint && fs::exists(fs::symlink_status((run / file).replace_extension(".pin")))) return "is pinned";
  const Manifest manifest = read_manifest(run);
  const auto* recorded = manifest.find(file);
  for (const char* kind : {"deck", "summary", "history", "log", "members"}) {
    if (recorded && recorded->kind == kind) return "is what tells of the whole run";
  }
  const bool is_recorded = recorded || manifest.written.count(file) != 0;
  if (!is_recorded) return "is not recorded in the manifest as a committed file";
  std::string newest;
  for (const auto& entry : manifest.entries) {
    if (entry.kind == "checkpoint") newest = entry.file;
  }
  return is_checkpoint && newest == file ? "is the newest checkpoint" : "";
}

/// Holds a run while files go; a look alone takes nothing.
/// @throws Locked
std::unique_ptr<RunLock> hold(const fs::path& run, bool do_it) {
  if (do_it) return std::make_unique<RunLock>(run, LockMode::kernel);
  const LockState state = lock_state(run);
  if (state.kind == LockState::Kind::held) throw Locked::by(run, state.holder);
  return nullptr;
}

void move_all(const Folder& top, const RemovalReport& report, const std::string& from, const Folder& trash) {
  for (const auto& item : report.goes) {
    const auto [folder, name] = split(item.path);
    const std::string inside = from.empty() ? folder : folder.substr(std::min(folder.size(), from.size() + 1));
    top.descend(folder).move(name, make_folders(trash, inside), name);
  }
}

RemovalReport remove_one_file(const ManagedRoot& root, const Folder& top, const std::string& owner,
                              const std::string& file, bool do_it) {
  RemovalReport report;
  const fs::path run = root.path / owner;
  const auto lock = hold(run, do_it);
  const auto [place, name] = split(below(owner, file));
  const Folder folder = top.descend(place);
  const auto entries = folder.entries();
  const auto entry =
      std::find_if(entries.begin(), entries.end(), [&, &wanted = name](const auto& e) { return e.name == wanted; });
  if (entry == entries.end()) throw Missing(run / file, "there is no such file");
  std::string why = keeps(run, file);
  if (entry->foreign || entry->kind != Kind::file) why = "is a link, no file, or another user's";
  (why.empty() ? report.goes : report.stays).push_back({below(owner, file), entry->allocated, why});
  if (!do_it || !why.empty()) return report;
  report.trash = fmt::format("trash/{}-{}", utc_stamp(), random_hex());
  append_discard(run, file);
  const Folder trash = make_folders(top, report.trash);
  append_writing(trash.path(), {file});  // so that gc knows it
  move_all(top, report, owner, trash);
  return report;
}

RemovalReport remove_whole(const ManagedRoot& root, const Folder& top, const std::string& owner, bool do_it) {
  RemovalReport report;
  if (owner.empty()) {
    throw NotManaged(root.path, "is a managed directory itself; remove its files, or the directory by other means");
  }
  const auto [place, name] = split(owner);
  const Folder parent = top.descend(place);
  const auto lock = hold(root.path / owner, do_it);
  look_at(parent.child(name), recorded_in(root.path / owner), owner, "", report);
  const bool dangles = latest_dangles(root, top, owner);
  if (dangles) report.latest = newest_run_in(root, top, owner);
  if (!do_it) return report;
  report.trash = fmt::format("trash/{}-{}", name, random_hex());
  if (report.stays.empty()) {
    const auto [trash, own] = split(report.trash);
    parent.move(name, top.make_child(trash), own);
  } else {
    move_all(top, report, owner, make_folders(top, report.trash));
    remove_empty_folders(parent, name);
  }
  if (dangles) report.latest = mend_latest(root, top);
  parent.sync();
  return report;
}

/// Files below a folder that is tarn's alone, by their path in it.
void collect(const Folder& folder, const std::string& place, const std::string& why, RemovalReport& report,
             const auto& is_ours) {
  for (const auto& entry : folder.entries()) {
    const std::string path = below(place, entry.name);
    if (entry.kind == Kind::file && !entry.foreign && is_ours(entry)) {
      report.goes.push_back({path, entry.allocated, why});
    } else {
      report.stays.push_back({path, entry.bytes, "is not tarn's"});
    }
  }
}

bool is_lock_free(const fs::path& run) {
  return lock_state(run).kind != LockState::Kind::held;
}

bool has_folder(const Folder& folder, const std::string& name) {
  const auto entries = folder.entries();
  return std::any_of(entries.begin(), entries.end(), [&](const auto& entry) {
    return entry.name == name && entry.kind == Kind::folder && !entry.foreign;
  });
}

/// Whether a folder in the root is a run or a set of it. One whose mark cannot be read is named, and stays as it is.
bool is_owned(const ManagedRoot& root, const std::string& name, RemovalReport& report) {
  try {
    return root_uuid_of(root.path / name) == root.uuid;
  } catch (const DataError& error) {
    report.stays.push_back({name, 0, error.what()});
    return false;
  }
}

void collect_in_run(const Folder& run, const std::string& place, bool superseded, RemovalReport& report) {
  const auto is_temporary = [](const Folder::Entry& entry) { return is_temporary_name(entry.name); };
  const auto is_set_aside = [](const Folder::Entry& entry) { return is_run_file_name("superseded/" + entry.name); };
  if (has_folder(run, "tmp")) {
    collect(run.child("tmp"), below(place, "tmp"), "left by a run that was killed", report, is_temporary);
  }
  if (superseded && has_folder(run, "superseded")) {
    collect(run.child("superseded"), below(place, "superseded"), "superseded", report, is_set_aside);
  }
}

}  // namespace

std::uint64_t RemovalReport::bytes() const {
  std::uint64_t sum = 0;
  for (const auto& item : goes)
    sum += item.bytes;
  return sum;
}

RemovalReport remove_to_trash(const ManagedRoot& root, const std::string& relative, bool do_it) {
  if (!relative.empty() && !is_relative_name(relative)) {
    throw PathEscape(root.path / relative, "is not a path beneath the managed directory " + path_text(root.path));
  }
  const Folder top = Folder::of_root(root);
  if (relative == "trash" || relative.rfind("trash/", 0) == 0) {
    throw PathEscape(root.path / relative, fmt::format("is in the trash already; `tarn data gc {} --yes` empties it",
                                                       shell_word(root.path.string())));
  }
  top.descend(split(relative).first);  // no link on the way
  const std::string owner = owner_of(root, relative);
  if (relative == owner) return remove_whole(root, top, owner, do_it);
  const std::string file = owner.empty() ? relative : relative.substr(owner.size() + 1);
  return remove_one_file(root, top, owner, file, do_it);
}

RemovalReport collect_garbage(const ManagedRoot& root, bool superseded, bool do_it) {
  RemovalReport report;
  const Folder top = Folder::of_root(root);
  std::vector<std::unique_ptr<RunLock>> locks;
  const auto look_into_run = [&](const Folder& run, const std::string& place) {
    if (!is_lock_free(run.path())) {
      report.stays.push_back({place.empty() ? "." : place, 0, "a run lives in it"});
      return;
    }
    if (do_it) locks.push_back(std::make_unique<RunLock>(run.path(), LockMode::kernel));
    collect_in_run(run, place, superseded, report);
  };
  for (const auto& entry : top.entries()) {
    if (entry.foreign) continue;
    if (entry.name == "trash" && entry.kind == Kind::folder) {
      const Folder trash = top.child("trash");
      for (const auto& thrown : trash.entries()) {
        if (thrown.kind == Kind::folder && !thrown.foreign) {
          const Folder run = trash.child(thrown.name);
          look_at(run, recorded_in(run.path()), "trash/" + thrown.name, "", report);
        } else {
          report.stays.push_back({"trash/" + thrown.name, thrown.bytes, "is not tarn's"});
        }
      }
    } else if (entry.kind == Kind::folder && is_owned(root, entry.name, report)) {
      look_into_run(top.child(entry.name), entry.name);
    } else if (is_written_aside(entry.name) && entry.kind != Kind::folder && entry.age > old_enough) {
      report.goes.push_back({entry.name, entry.allocated, "left by a process that was killed"});
    }
  }
  if (root_uuid_of(root.path) == root.uuid) look_into_run(top, "");
  const bool dangles = latest_dangles(root, top);
  if (dangles) report.latest = newest_run_in(root, top);
  if (!do_it) return report;
  if (dangles) report.latest = mend_latest(root, top);
  for (const auto& item : report.goes) {
    const auto [folder, name] = split(item.path);
    top.descend(folder).remove_file(name);
  }
  if (has_folder(top, "trash")) {
    const Folder trash = top.child("trash");
    for (const auto& thrown : trash.entries()) {
      if (thrown.kind == Kind::folder && !thrown.foreign) remove_empty_folders(trash, thrown.name);
    }
  }
  return report;
}

}  // namespace tarn::io
