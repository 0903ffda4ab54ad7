#include "tarn/apps/cli/files_of_an_ensemble.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/io/error.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/store/ensemble_layout.hpp"
#include "tarn/io/store/manifest.hpp"
#include "tarn/io/store/run_json.hpp"

namespace tarn::cli {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

bool is_file(const fs::path& path) {
  return fs::is_regular_file(fs::symlink_status(path));
}

std::string batch_name(std::size_t number) {
  return fmt::format("batch-{:04}", number);
}

/// Whether a run in the directory is a batch; a user may call a run of his own so.
bool is_batch(const fs::path& ensemble, const std::string& name) {
  constexpr std::size_t start = std::string_view("batch-").size(), longest = 9;  // digits
  if (!name.starts_with("batch-") || !io::is_name_in_ensemble(name) || name.size() > start + longest) return false;
  if (name != batch_name(std::stoul(name.substr(start)))) return false;
  return is_file(ensemble / name / io::batch_members) || io::read_manifest(ensemble / name).find(io::batch_members);
}

/// Whether a run tells that batches have begun. They do so once batches.json is there; an ensemble that was killed
/// before goes on without any.
bool tells_of_batches(const fs::path& ensemble, const std::string& name) {
  const io::RunJson told = io::read_run_json(ensemble / name);
  return told.in_batch || (told.status && is_batch(ensemble, name));
}

/// What a list of the ensemble says; null where it is not what tarn wrote. A value of another type throws Json's
/// exceptions where it is used.
Json read_list(const fs::path& file) {
  const auto open = io::open_regular_file(file);
  return open ? Json::parse(open->read_all(), nullptr, false) : Json();
}

void read_members(const fs::path& list, EnsembleFiles& files, Findings& findings) {
  try {
    const Json json = read_list(list);
    for (std::size_t n = 0; n < json.at("members").size(); ++n)
      files.members.insert(io::ensemble_member_name(n));
  } catch (const Json::exception&) {
    findings.problem(list, "is not what tarn wrote");
  }
}

void read_batches(const fs::path& list, EnsembleFiles& files, Findings& findings) {
  try {
    const Json json = read_list(list);
    for (std::size_t n = 0; n < json.size(); ++n) {
      json.at(n).at("members").get<std::vector<std::size_t>>();
      files.batches.insert(batch_name(n));
    }
  } catch (const Json::exception&) {
    findings.problem(list, "is not what tarn wrote");
  }
}

/// Once its batch has ended, a member is given the part of its results that is its own, which its manifest vouches for
/// then; the batch keeps it as well.
void look_for_results_of_members(const fs::path& ensemble, const std::string& batch, Findings& findings) {
  const auto status = io::read_run_json(ensemble / batch).status;
  if (status != "done" && status != "stopped" && status != "failed") return;
  try {
    const Json json = read_list(ensemble / batch / io::batch_members);
    for (const auto& name : json.at("members")) {
      const fs::path member = ensemble / name.get<std::string>();
      const io::Manifest manifest = io::read_manifest(member);
      for (const char* file : {"run.json", "history.csv"}) {
        const bool is_given = is_file(ensemble / batch / file);
        if (!is_given || is_file(member / file) || manifest.find(file) || !fs::is_directory(fs::symlink_status(member)))
          continue;
        findings.note(member / file, "is not there yet, and " + batch + " has ended; --restart writes it");
      }
    }
  } catch (const Json::exception&) {
    findings.problem(ensemble / batch / io::batch_members, "is not what tarn wrote");
  }
}

/// Where in the trash a run is that was removed; empty if it is not there.
fs::path place_in_trash(const fs::path& ensemble, const std::string& name) {
  const fs::path trash = ensemble / "trash";
  if (!fs::is_directory(fs::symlink_status(trash))) return {};
  for (const auto& entry : fs::directory_iterator(trash)) {
    if (entry.path().filename().string().starts_with(name + "-")) return entry.path();
  }
  return {};
}

bool is_marked(const io::ManagedRoot& ensemble, const std::string& name) {
  try {
    return io::root_uuid_of(ensemble.path / name) == ensemble.uuid;
  } catch (const DataError&) {
    return true;  // a mark that cannot be read is told where the runs are listed
  }
}

void look_for_run(const io::ManagedRoot& ensemble, const std::string& name, const char* list, Findings& findings) {
  const fs::path run = ensemble.path / name;
  const bool is_there = fs::is_directory(fs::symlink_status(run));
  if (is_there && is_marked(ensemble, name)) {
    if (!is_file(run / "deck.toml") && !io::read_manifest(run).find("deck.toml"))
      findings.problem(run / "deck.toml", "is not there, and every member has it");
    return;
  }
  if (const fs::path removed = place_in_trash(ensemble.path, name); !removed.empty()) {
    findings.note(run, "was removed, and is in " + io::path_text(removed));
  } else if (is_there) {
    findings.problem(run, fmt::format("is not marked as a run of this directory, and {} names it", list));
  } else {
    findings.problem(run, fmt::format("is not there, and {} names it", list));
  }
}

}  // namespace

EnsembleFiles read_ensemble_files(const fs::path& ensemble, const std::vector<std::string>& owners,
                                  Findings& findings) {
  EnsembleFiles files;
  const fs::path list = ensemble / io::ensemble_list, batches = ensemble / io::batch_list;
  const bool has_list = is_file(list), has_batch_list = is_file(batches);
  const io::Manifest manifest = io::read_manifest(ensemble);  // behind the files that it tells of
  files.is_ensemble =
      has_list || has_batch_list || manifest.find(io::ensemble_list) ||
      std::any_of(owners.begin(), owners.end(), [&](const std::string& owner) { return is_batch(ensemble, owner); });
  if (!files.is_ensemble) return files;
  const fs::path manifest_file = io::manifest_path(ensemble);
  if (is_file(manifest_file) && fs::file_size(manifest_file) == 0)
    findings.problem(manifest_file, "is empty, so nothing vouches for the lists of the ensemble");
  for (const auto& [is_there, file] : {std::pair(has_list, list), std::pair(has_batch_list, batches)}) {
    if (is_there && !manifest.find(file.filename().string()))
      findings.note(file, "is not in the manifest, so nothing vouches for it");
  }
  if (has_list) {
    read_members(list, files, findings);
  } else if (!manifest.find(io::ensemble_list)) {
    findings.problem(list, "is not there, and every ensemble has it");
  }
  if (has_batch_list) {
    read_batches(batches, files, findings);
  } else if (!manifest.find(io::batch_list) && std::any_of(owners.begin(), owners.end(), [&](const std::string& owner) {
               return tells_of_batches(ensemble, owner);
             })) {
    findings.problem(batches, "is not there, and batches have begun");
  }
  return files;
}

void look_for_members(const io::ManagedRoot& root, const EnsembleFiles& files, Findings& findings) {
  const fs::path& ensemble = root.path;
  for (const auto& member : files.members)
    look_for_run(root, member, io::ensemble_list, findings);
  for (const auto& batch : files.batches) {
    look_for_run(root, batch, io::batch_list, findings);
    const fs::path list = ensemble / batch / io::batch_members;
    if (is_file(list)) {
      look_for_results_of_members(ensemble, batch, findings);
    } else if (fs::is_directory(fs::symlink_status(ensemble / batch)) && is_marked(root, batch) &&
               !io::read_manifest(ensemble / batch).find(io::batch_members)) {
      findings.problem(list, "is not there, and every batch has it");
    }
  }
}

}  // namespace tarn::cli
