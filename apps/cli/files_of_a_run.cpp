#include "tarn/apps/cli/files_of_a_run.hpp"

#include <algorithm>
#include <set>

#include "tarn/io/deck/counted.hpp"
#include "tarn/io/store/ensemble_layout.hpp"
#include "tarn/io/store/names.hpp"
#include "tarn/io/store/run_json.hpp"
#include "tarn/io/store/vouched_file.hpp"

namespace tarn::cli {

namespace {

namespace fs = std::filesystem;
using Kind = io::Folder::Entry::Kind;

/// Files at the top that are written again or not yet recorded while a run goes on.
const std::set<std::string> changing_files = {"run.json",    "deck.toml",  "report.html",
                                              "results.csv", "results.h5", "items.csv"};

bool is_on_disk(const fs::path& path) {
  return fs::exists(fs::symlink_status(path));
}

bool is_dump(const std::string& file) {
  return io::is_dump_name(file) && file.ends_with(".h5");
}

/// The files in the directory of a run that a manifest vouches for, and what they tell of the run.
class Contents {
 public:
  Contents(const io::Folder& run, const io::Manifest& manifest)
      : told_(io::read_run_json(run.path())), manifest_(manifest) {
    for (const auto& entry : run.entries()) {
      if (entry.kind == Kind::folder && !entry.foreign) {
        add_folder(run.child(entry.name), entry.name);
      } else if (entry.kind == Kind::file && is_kept_at_top(entry.name)) {
        files_.push_back(entry.name);
      }
    }
  }

  const std::vector<std::string>& files() const { return files_; }

  bool has_kind(std::initializer_list<const char*> kinds) const {
    return std::any_of(manifest_.entries.begin(), manifest_.entries.end(), [&](const io::ManifestEntry& entry) {
      return std::find(kinds.begin(), kinds.end(), entry.kind) != kinds.end();
    });
  }
  bool is_simulation() const {
    return has_kind({"checkpoint", "snapshot"}) ||
           (!is_pipeline() && std::any_of(files_.begin(), files_.end(), is_dump));
  }
  bool is_pipeline() const {
    return has_kind({"arrays", "results"}) || std::any_of(files_.begin(), files_.end(), [](const std::string& file) {
             return file.starts_with("items/") || file == "items.csv";
           });
  }

  /// Whether a file stands here that only comes when there is a manifest. Decks and the lists of batches come before
  /// their runs begin, and tarn 0.1 wrote lines of snapshots, checkpoints and datasets alone.
  bool needs_manifest() const {
    const bool is_older = told_.version.starts_with("0.1.");
    return std::any_of(files_.begin(), files_.end(), [&](const std::string& file) {
      if (is_older) return !is_pipeline() && is_dump(file);
      return file != "deck.toml" && file != io::batch_members;
    });
  }

  /// Whether the run may come to record a file yet.
  bool may_be_recorded_yet(const std::string& file) const {
    return told_.status == "running" && (changing_files.count(file) != 0 || file.starts_with("items/"));
  }

 private:
  bool is_kept_at_top(const std::string& file) const {
    return changing_files.count(file) != 0 || file == "history.csv" || file == io::batch_members ||
           io::is_dataset_name(file) || manifest_.written.count(file) != 0;
  }
  void add_folder(const io::Folder& folder, const std::string& name) {
    for (const auto& entry : folder.entries()) {
      const std::string file = name + "/" + entry.name;
      const bool is_log = name == "items" && io::is_run_file_name(file);
      const bool is_array = (name == "out" || name == "series") && file.ends_with(".h5");
      const bool is_kept = io::is_dump_name(file) || is_log || is_array || manifest_.written.count(file) != 0;
      if (is_kept && entry.kind != Kind::folder) files_.push_back(file);
    }
  }

  io::RunJson told_;
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
  if ((!simulation && !contents.is_pipeline()) || !is_of_a_run(run, manifest)) return;
  for (const std::string file : {"deck.toml", "run.json", "history.csv"}) {
    if ((file == "history.csv" && !simulation) || manifest.find(file) || is_on_disk(run / file)) continue;
    findings.problem(run / file, "is not there, and every run has it");
  }
}

/// The manifest is read behind the list of files: a run that goes on has recorded some meanwhile.
void note_unvouched(const fs::path& run, const Contents& contents, Findings& findings) {
  std::set<std::string> vouched;
  for (const auto& entry : io::read_manifest(run).entries)
    vouched.insert(entry.file);
  for (const auto& file : contents.files()) {
    if (vouched.count(file) != 0 || contents.may_be_recorded_yet(file)) continue;
    findings.note(run / file, "is not in the manifest, so nothing vouches for it");
  }
}

}  // namespace

void look_beyond_the_manifest(const io::Folder& run, const io::Manifest& manifest, bool in_batch, Findings& findings) {
  const Contents contents(run, manifest);
  if (in_batch && !is_on_disk(io::manifest_path(run.path()))) return;
  look_for_manifest(run.path(), contents, findings);
  look_for_what_belongs_to_a_run(run.path(), manifest, contents, findings);
  if (contents.needs_manifest()) note_unvouched(run.path(), contents, findings);
}

bool grows_no_more(const fs::path& run, const io::Manifest& manifest, const io::ManifestEntry& entry) {
  if (!io::grows(entry.kind)) return false;
  const io::RunJson told = io::read_run_json(run);
  if (told.status != "done") return false;
  // Rows are recorded before the checkpoint behind them, which may have failed.
  return entry.kind != "history" ||
         std::any_of(manifest.entries.begin(), manifest.entries.end(), [&](const io::ManifestEntry& other) {
           return other.kind == "checkpoint" && other.step == told.steps;
         });
}

}  // namespace tarn::cli
