#include "tarn/apps/cli/files_of_a_run.hpp"

#include <algorithm>
#include <set>

#include "tarn/io/deck/counted.hpp"
#include "tarn/io/error.hpp"
#include "tarn/io/store/ensemble_layout.hpp"
#include "tarn/io/store/names.hpp"
#include "tarn/io/store/run_json.hpp"
#include "tarn/io/store/run_lock.hpp"
#include "tarn/io/store/vouched_file.hpp"

namespace tarn::cli {

namespace {

namespace fs = std::filesystem;
using Kind = io::Folder::Entry::Kind;

/// Files at the top of a run that are written again or not yet recorded while it goes on.
const std::set<std::string> changing_files = {"run.json", "deck.toml", "report.html"};
const std::set<std::string> results_of_pipelines = {"results.csv", "results.h5", "items.csv"};

bool is_on_disk(const fs::path& path) {
  return fs::exists(fs::symlink_status(path));
}

/// Whether a process holds the run, and so may have written files that it has not recorded yet.
bool is_going_on(const fs::path& run, const io::RunJson& told) {
  try {
    return io::lock_state(run).kind == io::LockState::Kind::held;
  } catch (const io::Io&) {
    return told.status == "running";  // another user's lock
  }
}

bool is_dump(const std::string& file) {
  return io::is_dump_name(file) && file.ends_with(".h5");
}

/// The files in the directory of a run or a set that a manifest vouches for, and what they tell of it. What a user may
/// have put there is left out.
class Contents {
 public:
  Contents(const io::Folder& run, const io::Manifest& manifest)
      : told_(io::read_run_json(run.path())),
        goes_on_(is_going_on(run.path(), told_)),
        has_manifest_(is_on_disk(io::manifest_path(run.path()))),
        manifest_(manifest) {
    const auto entries = run.entries();
    std::set<std::string> names;
    for (const auto& entry : entries)
      names.insert(entry.name);
    is_batch_ = names.count(io::batch_members) != 0;
    is_set_ = names.count("run.json") == 0 && std::any_of(names.begin(), names.end(), io::is_dataset_name);
    for (const auto& entry : manifest.entries)
      is_set_ = is_set_ || io::is_dataset_name(entry.file);
    is_pipeline_ = has_kind({"arrays", "results"}) || (!is_set_ && names.count("items") != 0);
    for (const auto& entry : entries) {
      if (entry.kind == Kind::folder && !entry.foreign) {
        add_folder(run.child(entry.name), entry.name);
      } else if (entry.kind == Kind::file && is_kept_at_top(entry.name)) {
        files_.push_back(entry.name);
      }
    }
  }

  const std::vector<std::string>& files() const { return files_; }

  /// Whether it has written what a simulation writes.
  bool is_simulation() const {
    return has_kind({"checkpoint", "snapshot"}) ||
           (!is_pipeline_ && std::any_of(files_.begin(), files_.end(), is_dump));
  }
  /// Whether it has worked on items.
  bool has_items() const {
    return has_kind({"arrays", "results"}) || std::any_of(files_.begin(), files_.end(), [](const std::string& file) {
             return file.starts_with("items/");
           });
  }

  /// Whether a file stands here that only comes when there is a manifest. Decks and the lists of batches come before
  /// their runs begin, and tarn 0.1 wrote lines of snapshots, checkpoints and datasets alone.
  bool needs_manifest() const {
    return std::any_of(files_.begin(), files_.end(), [&](const std::string& file) {
      return file != "deck.toml" && file != io::batch_members && is_recorded(file);
    });
  }

  /// Whether its run recorded a file, or would have done so before it ended.
  bool must_be_recorded(const std::string& file) const {
    if (goes_on_ || !is_recorded(file)) return false;
    if (told_.status == "running" && (changing_files.count(file) != 0 || results_of_pipelines.count(file) != 0))
      return false;
    // A pipeline records its outputs when it ends; until then the logs in items/ tell of them.
    const bool is_of_items = file.starts_with("items/") || (is_pipeline_ && file.starts_with("out/"));
    return !is_of_items || told_.status == "done";
  }

 private:
  bool has_kind(std::initializer_list<const char*> kinds) const {
    return std::any_of(manifest_.entries.begin(), manifest_.entries.end(), [&](const io::ManifestEntry& entry) {
      return std::find(kinds.begin(), kinds.end(), entry.kind) != kinds.end();
    });
  }
  bool is_recorded(const std::string& file) const {
    const bool is_older = told_.version.starts_with("0.1.");
    return !is_older || (!is_pipeline_ && is_dump(file));
  }
  bool is_kept_at_top(const std::string& file) const {
    if (manifest_.written.count(file) != 0) return true;
    if (is_set_) return io::is_dataset_name(file);
    return changing_files.count(file) != 0 || file == "history.csv" || file == io::batch_members ||
           (is_pipeline_ && results_of_pipelines.count(file) != 0);
  }
  void add_folder(const io::Folder& folder, const std::string& name) {
    for (const auto& entry : folder.entries()) {
      const std::string file = name + "/" + entry.name;
      if (entry.kind != Kind::folder && is_kept_in_folder(file)) files_.push_back(file);
    }
  }
  bool is_kept_in_folder(const std::string& file) const {
    if (manifest_.written.count(file) != 0) return true;
    if (is_set_) return false;
    const bool is_array = file.ends_with(".h5");
    if (is_pipeline_ && file.starts_with("out/")) return is_array && !has_manifest_;  // which announces them
    if (is_batch_ && file.starts_with("series/")) return is_array;
    return io::is_dump_name(file) || (file.starts_with("items/") && io::is_run_file_name(file));
  }

  io::RunJson told_;
  bool goes_on_;  ///< before anything else was looked at
  bool has_manifest_;
  bool is_set_ = false, is_pipeline_ = false, is_batch_ = false;
  const io::Manifest& manifest_;
  std::vector<std::string> files_;  ///< relative to the run, sorted in each folder
};

void look_for_manifest(const fs::path& run, const Contents& contents, Findings& findings) {
  const fs::path path = io::manifest_path(run);
  const bool is_empty = is_on_disk(path) && fs::file_size(path) == 0;
  if ((is_on_disk(path) && !is_empty) || !contents.needs_manifest()) return;
  findings.problem(path, std::string(is_empty ? "is empty" : "is not there") + ", so nothing vouches for the " +
                             io::counted(contents.files().size(), "file") + " beside it");
}

/// Whether a directory is a run's, rather than one that another code keeps its files in: some trace of a run is left.
bool is_of_a_run(const fs::path& run, const io::Manifest& manifest) {
  for (const std::string file : {"deck.toml", "run.json", "history.csv"}) {
    if (manifest.find(file) || is_on_disk(run / file)) return true;
  }
  return std::any_of(manifest.entries.begin(), manifest.entries.end(),
                     [](const io::ManifestEntry& entry) { return entry.file.starts_with("out/"); });
}

/// What every run has that has written anything, whether a line tells of it or not.
void look_for_what_belongs_to_a_run(const fs::path& run, const io::Manifest& manifest, const Contents& contents,
                                    Findings& findings) {
  const bool simulation = contents.is_simulation();
  if ((!simulation && !contents.has_items()) || !is_of_a_run(run, manifest)) return;
  for (const std::string file : {"deck.toml", "run.json", "history.csv"}) {
    if ((file == "history.csv" && !simulation) || manifest.find(file) || is_on_disk(run / file)) continue;
    findings.problem(run / file, "is not there, and every run has it");
  }
}

/// The manifest is read behind the list of files: a run that was about to end has recorded some meanwhile.
void note_unvouched(const fs::path& run, const Contents& contents, Findings& findings) {
  std::set<std::string> vouched;
  for (const auto& entry : io::read_manifest(run).entries)
    vouched.insert(entry.file);
  for (const auto& file : contents.files()) {
    if (vouched.count(file) != 0 || !contents.must_be_recorded(file)) continue;
    findings.note(run / file, "is not in the manifest, so nothing vouches for it");
  }
}

}  // namespace

void look_beyond_the_manifest(const io::Folder& run, const io::Manifest& manifest, Findings& findings) {
  const Contents contents(run, manifest);
  look_for_manifest(run.path(), contents, findings);
  look_for_what_belongs_to_a_run(run.path(), manifest, contents, findings);
  if (contents.needs_manifest()) note_unvouched(run.path(), contents, findings);
}

bool grows_no_more(const fs::path& run, const io::Manifest& manifest, const io::ManifestEntry& entry) {
  if (!io::grows(entry.kind)) return false;
  const io::RunJson told = io::read_run_json(run);
  if (told.in_batch) return true;  // it was given whole
  if (told.status != "done") return false;
  // Rows are recorded before the checkpoint behind them, which may have failed.
  return entry.kind != "history" ||
         std::any_of(manifest.entries.begin(), manifest.entries.end(), [&](const io::ManifestEntry& other) {
           return other.kind == "checkpoint" && other.step == told.steps;
         });
}

}  // namespace tarn::cli
