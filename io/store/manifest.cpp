#include "tarn/io/store/manifest.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/io/error.hpp"
#include "tarn/io/store/content_hash.hpp"
#include "tarn/io/store/file_operations.hpp"
#include "tarn/io/store/names.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t schema = 1;
constexpr std::uint64_t largest_manifest = std::uint64_t{1} << 30;  // bytes; some three million lines
constexpr std::size_t longest_line = 1 << 20;
/// A line ends with the hash of all before it: ,"check":"0123456789abcdef"}
constexpr std::string_view check_mark = ",\"check\":\"";
constexpr std::size_t check_length = check_mark.size() + 16 + 2;

std::string check_of(std::string_view text) {
  return fmt::format("{:016x}", hash64(text.data(), text.size()));
}

std::string sealed(const Json& line) {
  std::string text = line.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.pop_back();  // the closing brace
  return fmt::format("{}{}{}\"}}\n", text, check_mark, check_of(text));
}

/// A run's threads append: one hands over pictures while another commits snapshots.
void append(const fs::path& directory, const Json& line) {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  append_line(manifest_path(directory), sealed(line));
}

Json started(const char* action, const std::string& file) {
  return {{"schema", schema}, {"action", action}, {"file", file}};
}

/// Why a line does not count.
struct Flaw {
  std::string why;
};

template <class T>
T value_of(const Json& line, const char* key) {
  const auto found = line.find(key);
  if (found == line.end()) throw Flaw{fmt::format("has no \"{}\"", key)};
  try {
    return found->get<T>();
  } catch (const Json::exception&) {
    throw Flaw{fmt::format("has a \"{}\" of another type", key)};
  }
}

std::string file_of(const Json& line, const char* key) {
  auto file = value_of<std::string>(line, key);
  if (!is_relative_name(file)) throw Flaw{fmt::format("names a \"{}\" outside the directory", key)};
  return file;
}

std::vector<std::string> files_of(const Json& line) {
  auto files = value_of<std::vector<std::string>>(line, "files");
  const bool inside = std::all_of(files.begin(), files.end(), is_relative_name);
  if (!inside) throw Flaw{"names a file outside the directory"};
  return files;
}

ManifestEntry entry_of(const Json& line) {
  ManifestEntry entry;
  entry.file = file_of(line, "file");
  entry.kind = value_of<std::string>(line, "kind");
  entry.step = value_of<std::int64_t>(line, "step");
  entry.time = value_of<double>(line, "time");
  entry.size = value_of<std::uint64_t>(line, "size");
  entry.written = value_of<std::string>(line, "written");
  if (entry.step < 0 || !std::isfinite(entry.time)) throw Flaw{"has an absurd step or time"};
  const auto datasets = value_of<Json>(line, "datasets");
  if (!datasets.is_object()) throw Flaw{"has \"datasets\" of another type"};
  for (const auto& [path, hash] : datasets.items()) {
    if (!hash.is_string()) throw Flaw{"has a hash of another type"};
    entry.datasets.push_back({path, hash.get<std::string>()});
  }
  return entry;
}

template <class List, class Matches>
void drop(List& list, const Matches& matches) {
  list.erase(std::remove_if(list.begin(), list.end(), matches), list.end());
}

void drop_entry(Manifest& manifest, const std::string& file) {
  drop(manifest.entries, [&](const ManifestEntry& other) { return other.file == file; });
}

void take(Manifest& manifest, const Json& line) {
  const auto action = value_of<std::string>(line, "action");
  if (action == "commit") {
    ManifestEntry entry = entry_of(line);
    drop_entry(manifest, entry.file);
    drop(manifest.removed, [&](const std::string& other) { return other == entry.file; });
    manifest.entries.push_back(std::move(entry));
  } else if (action == "remove") {
    manifest.removed.push_back(file_of(line, "file"));
    drop_entry(manifest, manifest.removed.back());
  } else if (action == "supersede") {
    manifest.superseded.push_back({file_of(line, "file"), file_of(line, "now")});
    drop_entry(manifest, manifest.superseded.back().file);
  } else if (action == "write") {
    for (auto& file : files_of(line)) {
      drop(manifest.removed, [&](const std::string& other) { return other == file; });
      manifest.written.insert(std::move(file));
    }
  } else {
    throw Flaw{"has an action that is not known"};
  }
}

/// @throws Flaw, SchemaTooNew
Json parsed(std::string_view text, const fs::path& path) {
  if (text.size() > longest_line) throw Flaw{"is longer than any line that tarn writes"};
  const std::string_view before = text.substr(0, text.size() - std::min(text.size(), check_length));
  const std::string end = fmt::format("{}{}\"}}", check_mark, check_of(before));
  if (text.size() < check_length || text.substr(before.size()) != end) throw Flaw{"does not have its checksum"};
  Json line = Json::parse(text, nullptr, false);
  if (!line.is_object()) throw Flaw{"is no JSON object"};
  const auto version = value_of<std::int64_t>(line, "schema");
  if (version > schema) throw SchemaTooNew::of(path, static_cast<std::uint64_t>(version), schema);
  return line;
}

}  // namespace

const ManifestEntry* Manifest::find(const std::string& file) const {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const ManifestEntry& entry) { return entry.file == file; });
  return found == entries.end() ? nullptr : &*found;
}

std::set<std::string> Manifest::all_files() const {
  std::set<std::string> files = written;
  files.insert(removed.begin(), removed.end());
  for (const auto& entry : entries)
    files.insert(entry.file);
  for (const auto& file : superseded)
    files.insert({file.file, file.now});
  return files;
}

fs::path manifest_path(const fs::path& directory) {
  return directory / "MANIFEST.jsonl";
}

Manifest parse_manifest(std::string_view text, const fs::path& path) {
  Manifest manifest;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    manifest.torn = end == std::string_view::npos;
    try {
      if (manifest.torn) throw Flaw{"is torn: it has no end"};
      take(manifest, parsed(line, path));
    } catch (const Flaw& flaw) {
      manifest.damaged.push_back(fmt::format("line {}: {}", number, flaw.why));
    }
    text.remove_prefix(manifest.torn ? text.size() : end + 1);
  }
  return manifest;
}

Manifest read_manifest(const fs::path& directory) {
  const fs::path path = manifest_path(directory);
  const auto file = open_regular_file(path);
  if (!file) return {};
  if (file->size() > largest_manifest) {
    throw Corrupt(path, fmt::format("has {} bytes; no manifest has more than {}", file->size(), largest_manifest));
  }
  return parse_manifest(file->read_all(), path);
}

void append_commit(const fs::path& directory, const ManifestEntry& entry) {
  Json line = started("commit", entry.file);
  line["kind"] = entry.kind;
  line["step"] = entry.step;
  line["time"] = entry.time;
  line["size"] = entry.size;
  line["datasets"] = Json::object();
  for (const auto& dataset : entry.datasets)
    line["datasets"][dataset.path] = dataset.hash;
  line["written"] = entry.written.empty() ? utc_text() : entry.written;
  append(directory, line);
}

void append_removal(const fs::path& directory, const std::string& file) {
  append(directory, started("remove", file));
}

void append_writing(const fs::path& directory, const std::vector<std::string>& files) {
  constexpr std::size_t most = 256;  // to a line: names have up to 255 bytes, and in JSON up to six times as many
  for (std::size_t at = 0; at < files.size(); at += most) {
    Json line{{"schema", schema}, {"action", "write"}};
    line["files"] = std::vector(files.begin() + static_cast<std::ptrdiff_t>(at),
                                files.begin() + static_cast<std::ptrdiff_t>(std::min(at + most, files.size())));
    append(directory, line);
  }
}

void append_supersession(const fs::path& directory, const SupersededFile& file) {
  Json line = started("supersede", file.file);
  line["now"] = file.now;
  append(directory, line);
}

}  // namespace tarn::io
