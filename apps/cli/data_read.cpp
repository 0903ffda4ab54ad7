#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/cli/data.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/apps/driver/units.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/error.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/files/text.hpp"
#include "tarn/io/store/dataset_file.hpp"
#include "tarn/io/store/folder.hpp"
#include "tarn/io/store/run_view.hpp"

namespace tarn::cli {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using Kind = io::Folder::Entry::Kind;

/// Bytes on the disk by kind of file.
void add_use(const io::Folder& folder, const std::string& kind, std::map<std::string, std::uint64_t>& bytes) {
  for (const auto& entry : folder.entries()) {
    if (entry.kind == Kind::folder && !entry.foreign) {
      add_use(folder.child(entry.name), kind.empty() ? entry.name : kind, bytes);
    } else {
      bytes[kind.empty() ? "other" : kind] += entry.allocated;
    }
  }
}

std::map<std::string, std::uint64_t> use_of(const io::ManagedRoot& root, const std::string& owner) {
  std::map<std::string, std::uint64_t> bytes;
  add_use(io::Folder::of_root(root, io::Owner::any).descend(owner), "", bytes);
  return bytes;
}

std::uint64_t sum_of(const std::map<std::string, std::uint64_t>& bytes) {
  std::uint64_t sum = 0;
  for (const auto& [kind, count] : bytes)
    sum += count;
  return sum;
}

Json row_of(const io::ManagedRoot& root, const std::string& owner) {
  const fs::path run = owner.empty() ? root.path : root.path / owner;
  const io::RunView view(run);
  Json row{{"name", owner.empty() ? "." : owner}, {"status", io::shown_text(view.status(), 20)}};
  const auto steps = view.steps();
  row["steps"] = steps ? Json(*steps) : Json();
  std::map<std::string, int> files;
  for (const auto& entry : view.manifest().entries)
    ++files[entry.kind];
  row["checkpoints"] = files["checkpoint"];
  row["snapshots"] = files["snapshot"];
  row["datasets"] = files["dataset"] + files["arrays"];
  row["bytes"] = sum_of(use_of(root, owner));
  row["damaged_manifest_lines"] = view.manifest().damaged.size();
  return row;
}

std::vector<std::string> owners_of(const DataTarget& target) {
  if (target.owned && !target.owner.empty()) return {target.owner};
  std::vector<std::string> unreadable;
  auto owners = owners_in(target.root, unreadable);
  for (const auto& line : unreadable)
    tell("tarn: left out: {}\n", line);
  return owners;
}

/// Adds what is told of a run; one that may not be read is named and left out.
template <class Make>
void add_row(Json& rows, const std::string& owner, const Make& make) {
  try {
    rows.push_back(make());
  } catch (const io::Io& error) {
    tell("tarn: left out: {}: {}\n", owner.empty() ? "." : io::path_text(owner), error.what());
  }
}

Json json_of(const io::ManifestEntry& entry, const fs::path& run) {
  Json json{{"file", entry.file}, {"kind", entry.kind}};
  const bool has_time = entry.hash.empty() && entry.kind != "dataset";
  if (has_time) json.update({{"step", entry.step}, {"time", entry.time}});
  json.update({{"size", entry.size}, {"written", entry.written}});
  if (!entry.hash.empty()) json["hash"] = entry.hash;
  json["pinned"] = fs::exists(fs::symlink_status((run / entry.file).replace_extension(".pin")));
  for (const auto& dataset : entry.datasets)
    json["datasets"].push_back({{"path", dataset.path}, {"hash", dataset.hash}});
  return json;
}

/// Shape and type of each dataset, from the file itself. Where the file has one hash for all of it, its datasets are
/// not in the manifest.
void add_shapes(Json& json, const fs::path& file) {
  const bool listed = json.contains("datasets");
  for (const auto& dataset : io::describe_datasets(file)) {
    if (!listed) json["datasets"].push_back({{"path", dataset.path}});
    for (auto& known : json["datasets"]) {
      if (known["path"] != dataset.path) continue;
      known["type"] = io::name_of(dataset.type);
      known["shape"] = dataset.shape;
    }
  }
}

void print_file(const Json& json) {
  // What is not known and lists of nothing are left out, and so are the datasets of a file, which come below; a run has
  // a number of them.
  const auto is_shown = [](const std::string& key, const Json& value) {
    return !value.is_null() && !(value.is_array() && (value.empty() || key == "datasets"));
  };
  std::size_t width = 10;
  for (const auto& [key, value] : json.items()) {
    if (is_shown(key, value)) width = std::max(width, key.size());
  }
  for (const auto& [key, value] : json.items()) {
    if (!is_shown(key, value)) continue;
    print("{:<{}} {}\n", key, width, value.is_string() ? io::printable(value.get<std::string>()) : value.dump());
  }
  const Json datasets = json.value("datasets", Json::array());
  for (std::size_t n = 0; datasets.is_array() && n < datasets.size(); ++n)
    print("dataset    {}\n", datasets[n].dump());
}

}  // namespace

int data_list(const DataRequest& request) {
  const DataTarget target = find_target(request, DataUse::read);
  Json rows = Json::array();
  for (const auto& owner : owners_of(target))
    add_row(rows, owner, [&] { return row_of(target.root, owner); });
  if (request.as_json) {
    print("{}", apps::json_text({{"root", target.root.path.string()}, {"uuid", target.root.uuid}, {"runs", rows}}));
    return apps::exit_code::done;
  }
  print("{}\n", io::path_text(target.root.path));
  for (const auto& row : rows) {
    const auto files = [&](const char* kind) { return io::counted(row[std::string(kind) + "s"].get<int>(), kind); };
    print("  {:<48} {:<9} step {:>8}  {:>15} {:>15} {:>14} {:>10}\n", io::path_text(row["name"].get<std::string>()),
          row["status"].get<std::string>(), row["steps"].is_null() ? "-" : row["steps"].dump(), files("checkpoint"),
          files("snapshot"), files("dataset"), apps::size_text(row["bytes"].get<double>()));
  }
  return apps::exit_code::done;
}

int data_show(const DataRequest& request) {
  const DataTarget target = find_owned(request, DataUse::read);
  const fs::path run = target.owner_path();
  const io::Manifest manifest = io::read_manifest(run);
  Json shown;
  if (target.file.empty()) {
    shown = row_of(target.root, target.owner);
    shown["files"] = Json::array();
    for (const auto& entry : manifest.entries)
      shown["files"].push_back(json_of(entry, run));
    for (const auto& file : manifest.superseded)
      shown["superseded"].push_back({{"file", file.file}, {"now", file.now}});
    shown["damaged"] = manifest.damaged;
  } else {
    const auto* entry = manifest.find(target.file);
    if (!entry) throw io::Missing(run / target.file, "is not in the manifest");
    shown = json_of(*entry, run);
    if (target.file.ends_with(".h5")) add_shapes(shown, run / target.file);
  }
  if (request.as_json) {
    print("{}", apps::json_text(shown));
    return apps::exit_code::done;
  }
  const Json files = shown.value("files", Json::array());
  shown.erase("files");
  print_file(shown);
  for (const auto& file : files) {
    const std::string step = file.contains("step") ? file["step"].dump() : "-";
    const std::string time = file.contains("time") ? fmt::format("{:.10g}", file["time"].get<double>()) : "-";
    print("  {:<36} {:<10} step {:>8} time {:<14} {:>10}{}\n", io::path_text(file["file"].get<std::string>()),
          io::shown_text(file["kind"].get<std::string>(), 10), step, time, apps::size_text(file["size"].get<double>()),
          file["pinned"].get<bool>() ? " pinned" : "");
  }
  return apps::exit_code::done;
}

int data_disk_use(const DataRequest& request) {
  const DataTarget target = find_target(request, DataUse::read);
  Json rows = Json::array();
  for (const auto& owner : owners_of(target)) {
    add_row(rows, owner, [&] {
      const auto bytes = use_of(target.root, owner);
      return Json{{"name", owner.empty() ? "." : owner}, {"bytes", sum_of(bytes)}, {"by_kind", bytes}};
    });
  }
  const auto whole = io::Folder::of_root(target.root, io::Owner::any).entries();
  const bool thrown = std::any_of(whole.begin(), whole.end(), [](const auto& entry) { return entry.name == "trash"; });
  if (thrown && !target.owned) {
    rows.push_back({{"name", "trash"}, {"bytes", sum_of(use_of(target.root, "trash"))}, {"by_kind", Json::object()}});
  }
  if (request.as_json) {
    print("{}", apps::json_text(rows));
    return apps::exit_code::done;
  }
  for (const auto& row : rows) {
    std::string kinds;
    for (const auto& [kind, bytes] : row["by_kind"].items())
      kinds += fmt::format("  {} {}", io::path_text(kind), apps::size_text(bytes.get<double>()));
    print("{:>10}  {:<48}{}\n", apps::size_text(row["bytes"].get<double>()),
          io::path_text(row["name"].get<std::string>()), kinds);
  }
  return apps::exit_code::done;
}

}  // namespace tarn::cli
