#include "tarn/apps/cli/files_of_an_ensemble.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

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

bool is_batch_name(const std::string& name) {
  return name.starts_with("batch-") && io::is_name_in_ensemble(name);
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
      files.batches.insert(fmt::format("batch-{:04}", n));
      for (const auto& member : json.at(n).at("members"))
        files.in_batch.insert(io::ensemble_member_name(member.get<std::size_t>()));
    }
  } catch (const Json::exception&) {
    findings.problem(list, "is not what tarn wrote");
  }
}

/// Once its batch has ended, a member has the part of its results that is its own.
void look_for_results_of_members(const fs::path& ensemble, const std::string& batch, Findings& findings) {
  const auto status = io::read_run_json(ensemble / batch).status;
  if (status != "done" && status != "stopped" && status != "failed") return;
  try {
    const Json json = read_list(ensemble / batch / io::batch_members);
    for (const auto& name : json.at("members")) {
      const fs::path member = ensemble / name.get<std::string>();
      for (const char* file : {"run.json", "history.csv"}) {
        const bool is_given = is_file(ensemble / batch / file);
        if (!is_given || is_file(member / file) || !fs::is_directory(fs::symlink_status(member))) continue;
        findings.problem(member / file, "is not there, and " + batch + " has ended; --restart writes it again");
      }
    }
  } catch (const Json::exception&) {
    findings.problem(ensemble / batch / io::batch_members, "is not what tarn wrote");
  }
}

void look_for_runs(const fs::path& ensemble, const std::set<std::string>& names, const char* list,
                   const std::vector<std::string>& owners, Findings& findings) {
  for (const auto& name : names) {
    const fs::path run = ensemble / name;
    if (!fs::is_directory(fs::symlink_status(run))) {
      findings.problem(run, fmt::format("is not there, and {} names it", list));
      continue;
    }
    if (std::find(owners.begin(), owners.end(), name) == owners.end())
      findings.problem(run, fmt::format("is not marked as a run of this directory, and {} names it", list));
    if (!is_file(run / "deck.toml") && !io::read_manifest(run).find("deck.toml"))
      findings.problem(run / "deck.toml", "is not there, and every member has it");
  }
}

}  // namespace

EnsembleFiles read_ensemble_files(const fs::path& ensemble, const std::vector<std::string>& owners,
                                  Findings& findings) {
  EnsembleFiles files;
  const fs::path list = ensemble / io::ensemble_list, batches = ensemble / io::batch_list;
  const bool has_batches = std::any_of(owners.begin(), owners.end(), is_batch_name);
  const io::Manifest manifest = io::read_manifest(ensemble);
  files.is_ensemble = is_file(list) || is_file(batches) || has_batches || manifest.find(io::ensemble_list);
  if (!files.is_ensemble) return files;
  for (const auto& file : {list, batches}) {
    if (is_file(file) && !manifest.find(file.filename().string()))
      findings.note(file, "is not in the manifest, so nothing vouches for it");
  }
  if (is_file(list)) {
    read_members(list, files, findings);
  } else if (!manifest.find(io::ensemble_list)) {
    findings.problem(list, "is not there, and every ensemble has it");
  }
  if (is_file(batches)) {
    read_batches(batches, files, findings);
  } else if (has_batches && !manifest.find(io::batch_list)) {
    findings.problem(batches, "is not there, and there are batches");
  }
  return files;
}

void look_for_members(const fs::path& ensemble, const EnsembleFiles& files, const std::vector<std::string>& owners,
                      Findings& findings) {
  look_for_runs(ensemble, files.members, io::ensemble_list, owners, findings);
  look_for_runs(ensemble, files.batches, io::batch_list, owners, findings);
  for (const auto& batch : files.batches) {
    const fs::path list = ensemble / batch / io::batch_members;
    if (is_file(list)) {
      look_for_results_of_members(ensemble, batch, findings);
    } else if (fs::is_directory(fs::symlink_status(ensemble / batch)) &&
               !io::read_manifest(ensemble / batch).find(io::batch_members)) {
      findings.problem(list, "is not there, and every batch has it");
    }
  }
}

}  // namespace tarn::cli
