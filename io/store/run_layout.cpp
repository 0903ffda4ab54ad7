#include "tarn/io/store/run_layout.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>

#include <fmt/format.h>

#include "tarn/io/error.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/files/stamps.hpp"
#include "tarn/io/store/ensemble_layout.hpp"
#include "tarn/io/store/latest_link.hpp"
#include "tarn/io/store/manifest.hpp"
#include "tarn/io/store/names.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

namespace {

constexpr const char* folders[] = {"out", "ckpt", "img", "tmp"};

void make_folders(const fs::path& run) {
  for (const char* folder : folders)
    make_new_directory(run / folder);
  sync_directory(run);
}

void require_link_or_nothing(const fs::path& latest) {
  std::error_code error;
  const auto status = fs::symlink_status(latest, error);
  if (!fs::exists(status) || fs::is_symlink(status)) return;
  throw DataError(path_text(latest) +
                  ": is not a symbolic link; tarn keeps its pointer to the newest run there and replaces nothing else");
}

std::vector<fs::directory_entry> entries_of(const fs::path& folder) {
  std::vector<fs::directory_entry> entries;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    entries.push_back(entry);
  if (error) throw_errno(folder, "list the directory", error.value());
  return entries;
}

/// Whether an entry of a run directory is what a start leaves before its deck is written.
bool is_of_a_start(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename().string();
  if (entry.is_symlink()) return false;
  if (entry.is_directory()) {
    const bool known = std::find(std::begin(folders), std::end(folders), name) != std::end(folders);
    const auto inside = known ? entries_of(entry.path()) : std::vector<fs::directory_entry>{};
    const bool is_left_over = std::all_of(inside.begin(), inside.end(), [](const fs::directory_entry& file) {
      return is_temporary_name(file.path().filename().string()) && file.is_regular_file() && !file.is_symlink();
    });
    return known && (inside.empty() || (name == "tmp" && is_left_over));
  }
  return name == ".lock" || name == "run.json" || name == "report.html" || name == ".tarn-root" ||
         name == ".tarn-run" || is_written_aside(name);
}

void sweep(const fs::path& run, std::vector<std::string>& notes) {
  const fs::path temporary = run / "tmp";
  for (const auto& entry : entries_of(temporary)) {
    const bool ours = is_temporary_name(entry.path().filename().string()) && !entry.is_directory();
    if (ours || entry.is_symlink()) {
      remove_file(entry.path());
    } else {
      notes.push_back(path_text(entry.path()) + ": is not tarn's, and stays");
    }
  }
  for (const auto& entry : entries_of(run)) {
    if (is_written_aside(entry.path().filename().string()) && entry.is_regular_file()) remove_file(entry.path());
  }
}

/// A crash can come between a line of the manifest and what it announces.
void finish_what_was_announced(const fs::path& run, const Manifest& manifest) {
  for (const auto& file : manifest.removed) {
    const bool ours = is_dump_name(file) || is_dataset_name(file);
    if (ours && fs::is_regular_file(fs::symlink_status(run / file))) remove_file(run / file);
  }
  for (const auto& file : manifest.superseded) {
    const bool waits = is_dump_name(file.file) && !manifest.find(file.file) &&
                       fs::is_regular_file(fs::symlink_status(run / file.file)) &&
                       !fs::exists(fs::symlink_status(run / file.now)) &&
                       fs::path(file.now).parent_path() == "superseded";
    if (!waits) continue;
    make_new_directory(run / "superseded");
    rename_without_replacing(run / file.file, run / file.now);
    sync_directory(run / "superseded");
  }
}

/// What to write where a run is meant and an ensemble is named. Empty of another directory.
std::string instead_of_ensemble(const fs::path& directory) {
  const std::string advice = advice_on_ensemble(directory);
  return advice.empty() ? advice : advice + "; to go on with it, add --restart to the command that began it";
}

/// Why a directory that holds something takes no new run, and what to do instead.
std::string what_is_in(const fs::path& directory) {
  if (holds_a_run(directory)) return "is not empty; --restart continues the run in it";
  const std::string runs = runs_in(directory);
  if (runs.empty()) {
    const std::string ensemble = instead_of_ensemble(directory);
    return fmt::format("is not empty, and holds no run{}; {}name a directory that is not there yet", ensemble,
                       ensemble.empty() ? "" : "for a new run ");
  }
  return fmt::format("is a directory of runs, and no run itself: `--root {}` makes a new run in it{}",
                     shell_word(directory.string()), runs);
}

}  // namespace

bool holds_a_run(const fs::path& directory) {
  std::error_code error;
  return fs::is_regular_file(directory / "deck.toml", error) &&
         fs::is_directory(fs::symlink_status(directory / "ckpt", error));
}

std::string runs_in(const fs::path& directory) {
  std::string newest, newest_start;
  std::size_t count = 0;
  for (const auto& entry : entries_of(directory)) {
    const std::string name = entry.path().filename().string();
    if (!is_run_directory_name(name) || entry.is_symlink() || !holds_a_run(entry.path())) continue;
    ++count;
    const std::string start = start_of_run(entry.path());
    if (start <= newest_start) continue;
    newest = name;
    newest_start = start;
  }
  if (count == 0) return {};
  return fmt::format("; there {} in it, and `--run-dir {} --restart` goes on with {}",
                     count == 1 ? "is a run" : fmt::format("are {} runs", count),
                     shell_word((directory / newest).string()), count == 1 ? "it" : "the newest");
}

fs::path make_new_run(const ManagedRoot& root, const std::string& name) {
  require_link_or_nothing(root.path / "latest");
  constexpr int attempts = 16;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const fs::path run = root.path / fmt::format("{}-{}-{}", name, utc_stamp(), random_hex());
    if (!make_new_directory(run)) continue;
    mark_as_belonging(run, root);
    make_folders(run);
    replace_link(FileDescriptor::open(root.path, O_RDONLY | O_DIRECTORY), root.path / "latest", run.filename());
    sync_directory(root.path);
    return run;
  }
  throw Io(root.path, fmt::format("cannot find a free name for a run of \"{}\"", name), EEXIST);
}

bool require_unused(const fs::path& run) {
  std::error_code error;
  const bool existed = fs::exists(run, error);
  make_directories(run);
  for (const auto& entry : entries_of(run)) {
    if (!is_of_a_start(entry)) throw DataError(path_text(run) + ": " + what_is_in(run));
  }
  if (run.has_parent_path()) sync_directory(run.parent_path());
  return existed;
}

ManagedRoot furnish_run(const fs::path& run, bool existed) {
  const auto above = find_managed_root(run.parent_path());
  ManagedRoot root = above ? *above : make_managed_root(run);
  if (!existed && root.origin == ManagedRoot::Origin::taken) root.origin = ManagedRoot::Origin::made;
  make_folders(run);
  std::vector<std::string> none;  // require_unused() has seen that all in tmp/ is tarn's
  sweep(run, none);
  mark_as_belonging(run, root);
  return root;
}

void require_run(const fs::path& run) {
  std::error_code error;
  const auto status = fs::status(run, error);
  if (!fs::exists(status)) throw_errno(run, "open the run directory", error ? error.value() : ENOENT);
  if (!fs::is_directory(status)) throw_errno(run, "open the run directory", ENOTDIR);
  if (!fs::is_regular_file(run / "deck.toml", error)) {
    throw DataError(path_text(run) + ": is not a run to continue: it holds no deck.toml" + runs_in(run) +
                    instead_of_ensemble(run));
  }
  if (!fs::is_directory(fs::symlink_status(run / "ckpt", error))) {
    throw DataError(path_text(run) + ": is not a run to continue: it holds no ckpt/");
  }
}

void require_directory(const fs::path& path) {
  if (fs::is_directory(fs::symlink_status(path))) return;
  throw DataError(path_text(path) + ": is not a directory; nothing in it was touched");
}

std::vector<std::string> recover_run(const fs::path& run) {
  make_folders(run);
  for (const char* folder : folders)
    require_directory(run / folder);
  return recover_files(run);
}

std::vector<std::string> recover_files(const fs::path& directory) {
  std::vector<std::string> notes;
  sweep(directory, notes);
  Manifest manifest = read_manifest(directory);
  if (manifest.torn && cut_torn_line(manifest_path(directory))) {
    notes.push_back(path_text(manifest_path(directory)) +
                    ": the last line was not written whole, by a run that was killed, and was cut off");
    manifest = read_manifest(directory);
  }
  finish_what_was_announced(directory, manifest);
  for (const auto& line : manifest.damaged)
    notes.push_back(path_text(manifest_path(directory)) + ": " + line + "; it was left out");
  return notes;
}

}  // namespace tarn::io
