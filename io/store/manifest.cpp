#include "tarn/io/store/manifest.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/io/error.hpp"
#include "tarn/io/files/content_hash.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/stamps.hpp"
#include "tarn/io/files/text.hpp"
#include "tarn/io/store/names.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t manifest_schema = 1;
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
void append(const fs::path& directory, const std::string& lines) {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  append_line(manifest_path(directory), lines);
}

/// JSON is UTF-8, and a file's name need not be.
Json started(const char* action, const std::string& file) {
  Json line{{"schema", manifest_schema}, {"action", action}, {"file", file}};
  if (!is_utf8(file)) line["file_hex"] = hex_of(file);
  return line;
}

/// Why a line does not count.
struct Flaw {
  std::string why;
};

// A line may hold anything. Its values are never copied, for a copy recurses as deep as they nest; and they are in a
// map, for the keys of an ordered_json are searched one by one.
using Value = nlohmann::json;

struct Line {
  Value values;
  std::vector<std::string> inner_keys;  ///< of the objects within, in their order, which a map forgets
};

const Value& value_of(const Line& line, const char* key, bool (Value::*is_right)() const noexcept) {
  const auto found = line.values.find(key);
  if (found == line.values.end()) throw Flaw{fmt::format("has no \"{}\"", key)};
  if (!((*found).*is_right)()) throw Flaw{fmt::format("has a \"{}\" of another type", key)};
  return *found;
}

std::string text_of(const Line& line, const char* key) {
  return value_of(line, key, &Value::is_string).get<std::string>();
}

/// A number that is no fraction, so that nothing is rounded or wrapped around.
std::uint64_t count_of(const Line& line, const char* key, std::uint64_t most) {
  const auto count = value_of(line, key, &Value::is_number_unsigned).get<std::uint64_t>();
  if (count > most) throw Flaw{fmt::format("has an absurd \"{}\"", key)};
  return count;
}

std::string bytes_of(const Value& hex) {
  const auto bytes = hex.is_string() ? bytes_of_hex(hex.get<std::string>()) : std::nullopt;
  if (!bytes) throw Flaw{"has a file name of another type"};
  return *bytes;
}

std::string file_of(const Line& line, const char* key) {
  const auto hex = line.values.find(std::string(key) + "_hex");
  auto file = hex == line.values.end() ? text_of(line, key) : bytes_of(*hex);
  if (!is_relative_name(file)) throw Flaw{fmt::format("names a \"{}\" outside the directory", key)};
  return file;
}

std::vector<std::string> files_of(const Line& line) {
  std::vector<std::string> files;
  for (const auto& name : value_of(line, "files", &Value::is_array)) {
    if (!name.is_string()) throw Flaw{"has a file name of another type"};
    files.push_back(name.get<std::string>());
  }
  if (line.values.contains("files_hex")) {
    for (const auto& name : value_of(line, "files_hex", &Value::is_array))
      files.push_back(bytes_of(name));
  }
  if (!std::all_of(files.begin(), files.end(), is_relative_name)) throw Flaw{"names a file outside the directory"};
  return files;
}

/// In the order of the line, in which they were written.
std::vector<DatasetHash> datasets_of(const Line& line) {
  const Value& datasets = value_of(line, "datasets", &Value::is_object);
  std::vector<DatasetHash> list;
  std::set<std::string_view> taken;
  for (const auto& path : line.inner_keys) {
    const auto hash = datasets.find(path);
    if (hash == datasets.end() || !taken.insert(path).second) continue;
    if (!hash->is_string()) throw Flaw{"has a hash of another type"};
    list.push_back({path, hash->get<std::string>()});
  }
  return list;
}

ManifestEntry entry_of(const Line& line) {
  ManifestEntry entry;
  entry.file = file_of(line, "file");
  entry.kind = text_of(line, "kind");
  entry.step = static_cast<std::int64_t>(count_of(line, "step", INT64_MAX));
  entry.time = value_of(line, "time", &Value::is_number).get<double>();
  entry.size = count_of(line, "size", UINT64_MAX);
  entry.written = text_of(line, "written");
  if (!std::isfinite(entry.time)) throw Flaw{"has an absurd time"};
  entry.datasets = datasets_of(line);
  if (line.values.contains("hash")) entry.hash = text_of(line, "hash");
  return entry;
}

/// Items in the order in which they came, of which those of a name can be dropped without a search.
template <class T>
class Listing {
 public:
  /// Takes the place of one of the same name.
  void add(const std::string& name, T item) {
    drop(name);
    place_[name] = items_.size();
    items_.emplace_back(std::move(item));
  }
  void drop(const std::string& name) {
    const auto found = place_.find(name);
    if (found == place_.end()) return;
    items_[found->second].reset();
    place_.erase(found);
  }
  std::vector<T> rest() {
    std::vector<T> rest;
    for (auto& item : items_) {
      if (item) rest.push_back(std::move(*item));
    }
    return rest;
  }

 private:
  std::vector<std::optional<T>> items_;
  std::unordered_map<std::string, std::size_t> place_;
};

/// What the lines so far say.
struct Reading {
  Listing<ManifestEntry> entries;
  Listing<std::string> removed;
  std::vector<SupersededFile> superseded;
  std::set<std::string> written;

  void take(const Line& line) {
    const auto action = text_of(line, "action");
    if (action == "commit") {
      ManifestEntry entry = entry_of(line);
      const std::string file = entry.file;
      entries.add(file, std::move(entry));
      removed.drop(file);
    } else if (action == "remove") {
      const auto file = file_of(line, "file");
      removed.add(file, file);
      entries.drop(file);
    } else if (action == "discard") {
      auto file = file_of(line, "file");
      entries.drop(file);
      removed.drop(file);
      written.insert(std::move(file));
    } else if (action == "supersede") {
      superseded.push_back({file_of(line, "file"), file_of(line, "now")});
      entries.drop(superseded.back().file);
    } else if (action == "write") {
      for (auto& file : files_of(line)) {
        removed.drop(file);
        entries.drop(file);
        written.insert(std::move(file));
      }
    } else {
      throw Flaw{"has an action that is not known"};
    }
  }
};

/// @throws Flaw, SchemaTooNew
Line parsed(std::string_view text, const fs::path& path) {
  if (text.size() > longest_line) throw Flaw{"is longer than any line that tarn writes"};
  const std::string_view before = text.substr(0, text.size() - std::min(text.size(), check_length));
  const std::string end = fmt::format("{}{}\"}}", check_mark, check_of(before));
  if (text.size() < check_length || text.substr(before.size()) != end) throw Flaw{"does not have its checksum"};
  Line line;
  line.values = Value::parse(
      text,
      [&](int depth, Value::parse_event_t event, Value& key) {
        if (event == Value::parse_event_t::key && depth == 2) line.inner_keys.push_back(key.get<std::string>());
        return true;
      },
      false);
  if (!line.values.is_object()) throw Flaw{"is no JSON object"};
  const auto version = count_of(line, "schema", UINT64_MAX);
  if (version > manifest_schema) throw SchemaTooNew::of(path, version, manifest_schema);
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
  Reading reading;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    manifest.torn = end == std::string_view::npos;
    try {
      if (manifest.torn) throw Flaw{"is torn: it has no end"};
      reading.take(parsed(line, path));
    } catch (const Flaw& flaw) {
      manifest.damaged.push_back(fmt::format("line {}: {}", number, flaw.why));
    }
    text.remove_prefix(manifest.torn ? text.size() : end + 1);
  }
  manifest.entries = reading.entries.rest();
  manifest.removed = reading.removed.rest();
  manifest.superseded = std::move(reading.superseded);
  manifest.written = std::move(reading.written);
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

std::string commit_line(const ManifestEntry& entry) {
  Json line = started("commit", entry.file);
  line["kind"] = entry.kind;
  line["step"] = entry.step;
  line["time"] = entry.time;
  line["size"] = entry.size;
  line["datasets"] = Json::object();
  for (const auto& dataset : entry.datasets)
    line["datasets"][dataset.path] = dataset.hash;
  if (!entry.hash.empty()) line["hash"] = entry.hash;
  line["written"] = entry.written.empty() ? utc_text() : entry.written;
  return sealed(line);
}

std::string removal_line(const std::string& file) {
  return sealed(started("remove", file));
}

std::string discard_line(const std::string& file) {
  return sealed(started("discard", file));
}

std::string supersession_line(const SupersededFile& file) {
  Json line = started("supersede", file.file);
  line["now"] = file.now;
  if (!is_utf8(file.now)) line["now_hex"] = hex_of(file.now);
  return sealed(line);
}

std::string writing_line(std::span<const std::string> files) {
  Json line{{"schema", manifest_schema}, {"action", "write"}};
  line["files"] = Json::array();
  for (const auto& file : files) {
    if (is_utf8(file)) {
      line["files"].push_back(file);
    } else {
      line["files_hex"].push_back(hex_of(file));
    }
  }
  return sealed(line);
}

void append_commit(const fs::path& directory, const ManifestEntry& entry) {
  append(directory, commit_line(entry));
}

void append_commits(const fs::path& directory, std::span<const ManifestEntry> entries) {
  constexpr std::size_t most = 1 << 20;  // bytes to a write, about
  std::string lines;
  for (const auto& entry : entries) {
    lines += commit_line(entry);
    if (lines.size() < most) continue;
    append(directory, lines);
    lines.clear();
  }
  if (!lines.empty()) append(directory, lines);
}

void append_removal(const fs::path& directory, const std::string& file) {
  append(directory, removal_line(file));
}

void append_discard(const fs::path& directory, const std::string& file) {
  append(directory, discard_line(file));
}

void append_writing(const fs::path& directory, const std::vector<std::string>& files) {
  constexpr std::size_t most = 256;  // to a line: names have up to 255 bytes, and in JSON up to six times as many
  for (std::span<const std::string> rest(files); !rest.empty();) {
    const auto some = rest.first(std::min(most, rest.size()));
    append(directory, writing_line(some));
    rest = rest.subspan(some.size());
  }
}

void append_supersession(const fs::path& directory, const SupersededFile& file) {
  append(directory, supersession_line(file));
}

}  // namespace tarn::io
