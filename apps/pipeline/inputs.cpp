#include "tarn/apps/pipeline/inputs.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/pipeline/array_file.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/error.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::apps::pipeline {

namespace {

namespace fs = std::filesystem;

/// Whether a name fits one part of a pattern. '*' and '?' alone are special, for '[' stands in many names; neither
/// matches a leading '.'.
bool fits(const fs::path& part, const std::string& name) {
  std::string pattern;
  for (const char c : part.string()) {
    if (c == '[' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return fnmatch(pattern.c_str(), name.c_str(), FNM_PERIOD) == 0;
}

/// Whether a path fits a pattern, part by part.
bool matches(const fs::path& pattern, const fs::path& path) {
  return std::equal(pattern.begin(), pattern.end(), path.begin(), path.end(),
                    [](const fs::path& part, const fs::path& name) { return fits(part, name.string()); });
}

/// Adds the files below a folder that match the rest of a pattern; '*' and '?' do not match '/'.
void match(const fs::path& folder, const fs::path& pattern, const std::string& before,
           std::vector<std::string>& found) {
  const fs::path first = *pattern.begin();
  fs::path rest;
  for (auto part = std::next(pattern.begin()); part != pattern.end(); ++part)
    rest /= *part;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (!fits(first, name)) continue;
    if (!rest.empty()) {
      match(entry.path(), rest, before + name + "/", found);
    } else if (!entry.is_directory()) {
      found.push_back(before + name);
    }
  }
}

/// A link may lead out of the root.
/// @throws PathEscape
void require_beneath(const fs::path& root, const fs::path& path) {
  const fs::path beneath = fs::weakly_canonical(path).lexically_relative(fs::weakly_canonical(root));
  if (beneath.empty() || *beneath.begin() == "..") throw io::PathEscape(path, "leads out of " + io::path_text(root));
}

Item item_of(const std::string& root, const std::string& name, const std::string& dataset) {
  Item item;
  item.name = name;
  item.path = (fs::path(root) / name).string();
  item.stamp = stamp_of(item.path);
  try {
    require_beneath(root, item.path);
    item.signature = read_signature(item.path, dataset);
  } catch (const Error& error) {
    item.flaw = error.what();
    if (!item.stamp.is_there()) item.flaw += "; `tarn data make` makes files of random numbers to try it";
  } catch (const fs::filesystem_error& error) {
    item.flaw = io::what_of(error);
  }
  return item;
}

/// @param pattern  that nothing matches
std::string nothing_matches(const std::string& pattern, const std::string& root) {
  const auto wild = pattern.find_first_of("*?");
  const auto slash = pattern.substr(0, wild).rfind('/');
  const fs::path whole = fs::absolute(root).lexically_normal();
  const fs::path folder = slash == std::string::npos ? whole : whole / pattern.substr(0, slash);
  return fmt::format(
      "pipeline.inputs: no file matches '{}' beneath {} (--root names another directory); to try it, `tarn data make "
      "{} --shape 1000x1000 --count 4` makes files of random numbers",
      io::path_text(pattern), io::path_text(whole), io::shell_word(folder.string()));
}

}  // namespace

std::vector<std::string> find_names(const io::Deck& deck, const std::string& root,
                                    const std::vector<std::string>& before) {
  std::vector<std::string> names;
  if (deck.given("pipeline.files")) {
    names = deck.texts("pipeline.files");
  } else {
    const std::string pattern = deck.text("pipeline.inputs");
    match(root, pattern, "", names);
    std::copy_if(before.begin(), before.end(), std::back_inserter(names),
                 [&](const std::string& name) { return matches(pattern, name); });
    if (names.empty()) throw DataError(nothing_matches(pattern, root));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<Item> read_items(const io::Deck& deck, const std::string& root, const std::vector<std::string>& names) {
  std::vector<Item> items;
  for (const auto& name : names)
    items.push_back(item_of(root, name, deck.text("pipeline.dataset")));
  return items;
}

std::string packed(const std::vector<Item>& items) {
  auto json = nlohmann::json::array();
  for (const Item& item : items) {
    json.push_back({item.name, item.path, static_cast<int>(item.signature.type), item.signature.shape.rank,
                    item.signature.shape.extents, item.stamp.size, item.stamp.inode, item.stamp.modified,
                    item.stamp.changed, item.flaw});
  }
  const auto bytes = nlohmann::json::to_msgpack(json);  // whose texts may be any bytes
  return {bytes.begin(), bytes.end()};
}

std::vector<Item> unpacked(const std::string& text) {
  std::vector<Item> items;
  for (const auto& json : nlohmann::json::from_msgpack(text)) {
    Item item;
    item.name = json[0];
    item.path = json[1];
    item.signature.type = static_cast<ElementType>(json[2].get<int>());
    item.signature.shape.rank = json[3];
    item.signature.shape.extents = json[4].get<std::array<std::int64_t, ops::max_rank>>();
    item.stamp = {json[5], json[6], json[7], json[8]};
    item.flaw = json[9];
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace tarn::apps::pipeline
