#include "tarn/apps/batch/batch_results.hpp"

#include <charconv>
#include <map>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/batch/run_reading.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/files/stamps.hpp"
#include "tarn/io/files/whole_file.hpp"
#include "tarn/io/store/manifest.hpp"
#include "tarn/io/store/run_layout.hpp"
#include "tarn/io/store/run_lock.hpp"
#include "tarn/io/store/vouched_file.hpp"

namespace tarn::batch {

namespace {

namespace fs = std::filesystem;
using OrderedJson = nlohmann::ordered_json;

struct FailedMember {
  std::int64_t step = 0;
  std::string reason;
};

/// By the members' names.
std::map<std::string, FailedMember> failures_in(const OrderedJson& summary, const fs::path& file) {
  std::map<std::string, FailedMember> failures;
  try {
    if (!summary.contains("failed_members")) return failures;
    for (const auto& entry : summary.at("failed_members")) {
      failures[entry.at("member").get<std::string>()] = {entry.at("step").get<std::int64_t>(),
                                                         entry.at("reason").get<std::string>()};
    }
  } catch (const OrderedJson::exception&) {
    throw DataError(io::path_text(file) + ": is not what tarn wrote");
  }
  return failures;
}

std::vector<std::string_view> split_row(std::string_view row) {
  std::vector<std::string_view> fields;
  for (std::size_t start = 0; start <= row.size();) {
    const auto end = std::min(row.find(',', start), row.size());
    fields.push_back(row.substr(start, end - start));
    start = end + 1;
  }
  return fields;
}

/// The histories of the members: a batch's has all members' columns beside each other.
class Histories {
 public:
  explicit Histories(const std::string& text) {
    std::string_view rest(text);
    for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      rows_.push_back(split_row(rest.substr(0, end)));
      rest.remove_prefix(end + 1);
    }
    for (std::size_t n = 2; !rows_.empty() && n < rows_[0].size(); ++n) {
      const auto slash = rows_[0][n].find('/');
      if (slash == std::string_view::npos) continue;
      columns_[std::string(rows_[0][n].substr(0, slash))].push_back(n);
    }
  }

  /// A member's history as its own run would write it.
  /// @param failure  where it ends
  std::string of(const std::string& name, const std::optional<FailedMember>& failure) const {
    std::string text;
    const auto found = columns_.find(name);
    if (found == columns_.end()) return text;
    for (std::size_t n = 0; n < rows_.size(); ++n) {
      const auto& row = rows_[n];
      if (row.size() != rows_[0].size() || (n > 0 && failure && step_of(row) >= failure->step)) break;
      text += fmt::format("{},{}", row[0], row[1]);
      for (const std::size_t column : found->second)
        text += fmt::format(",{}", n == 0 ? row[column].substr(name.size() + 1) : row[column]);
      text += "\n";
    }
    return text;
  }

 private:
  static std::int64_t step_of(const std::vector<std::string_view>& row) {
    std::int64_t step = 0;
    std::from_chars(row[0].data(), row[0].data() + row[0].size(), step);
    return step;
  }

  std::vector<std::vector<std::string_view>> rows_;
  std::map<std::string, std::vector<std::size_t>> columns_;  ///< of each member
};

/// A member's run.json: that of its batch with what is its own.
std::string member_summary(const OrderedJson& of_batch, const fs::path& directory, const std::string& batch,
                           const std::optional<FailedMember>& failure) {
  OrderedJson json;
  for (const char* key : {"status", "exit_code", "reason", "run_again", "app", "name", "precision", "cells", "steps",
                          "time", "time_end", "device", "host", "began", "versions"}) {
    if (of_batch.contains(key)) json[key] = of_batch[key];
  }
  json["directory"] = directory.string();
  json["batch"] = batch;
  if (failure) {
    json["status"] = "failed";
    json["exit_code"] = apps::exit_code::numerics;
    json["reason"] = failure->reason;
    json["run_again"] = false;
    json["steps"] = failure->step;
  }
  return apps::json_text(json);
}

/// A file that a batch gives to a member.
struct GivenFile {
  std::string name, kind, text;
};

/// Writes files into a member's directory as its own run would: a kill on the way leaves files that nothing vouches
/// for, which the next restart gives again. Those that stand there and are vouched for are left alone. There is a
/// manifest: record_decks() made one.
void give(const fs::path& member, const std::vector<GivenFile>& files) {
  std::vector<GivenFile> wanting;
  std::vector<io::ManifestEntry> entries;
  for (const auto& file : files) {
    const auto entry = io::entry_of_bytes(file.name, file.text, file.kind);
    if (io::stands_vouched(member, entry)) continue;
    wanting.push_back(file);
    entries.push_back(entry);
  }
  if (wanting.empty()) return;
  const io::RunLock lock(member, io::LockMode::kernel);
  io::make_new_directory(member / "tmp");
  io::recover_files(member);
  const io::Manifest before = io::read_manifest(member);
  std::vector<std::string> given_before;
  for (const auto& file : wanting) {
    if (before.find(file.name)) given_before.push_back(file.name);
  }
  io::append_writing(member, given_before);
  for (const auto& file : wanting) {
    const auto aside = member / "tmp" / fmt::format("{}.{}.part", file.name, io::random_hex());
    io::put_whole_file(member / file.name, aside, file.text);
  }
  io::sync_directory(member);
  io::append_commits(member, entries);
}

}  // namespace

void give_results(const EnsembleDirectory& ensemble, const BatchDirectory& batch) {
  const std::string status = read_run(batch.path).status;
  if (status != "done" && status != "stopped" && status != "failed") return;
  const fs::path file = batch.path / "run.json";
  const OrderedJson summary = OrderedJson::parse(io::read_file(file), nullptr, false);
  if (!summary.is_object()) throw DataError(io::path_text(file) + ": is not what tarn wrote");
  const auto failures = failures_in(summary, file);
  std::error_code error;
  const bool has_history = fs::is_regular_file(batch.path / "history.csv", error);
  const std::string text = has_history ? io::read_file(batch.path / "history.csv") : "";
  const Histories histories(text);
  for (const std::size_t member : batch.members) {
    const std::string name = EnsembleDirectory::member_name(member);
    const auto found = failures.find(name);
    const auto failure = found == failures.end() ? std::nullopt : std::optional(found->second);
    const fs::path directory = ensemble.member(member);
    const std::string history = histories.of(name, failure);
    std::vector<GivenFile> files;
    if (!history.empty()) files.push_back({"history.csv", "history", history});
    files.push_back(
        {"run.json", "summary", member_summary(summary, directory, batch.path.filename().string(), failure)});
    give(directory, files);
  }
}

}  // namespace tarn::batch
