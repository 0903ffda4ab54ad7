#include "tarn/apps/pipeline/inputs.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/pipeline/array_file.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/error.hpp"

namespace tarn::apps::pipeline {

namespace {

namespace fs = std::filesystem;

/// Adds the files below a folder that match the rest of a pattern; '*' and '?' do not match '/', nor a leading '.'.
void match(const fs::path& folder, const fs::path& pattern, const std::string& before,
           std::vector<std::string>& found) {
  const fs::path first = *pattern.begin();
  fs::path rest;
  for (auto part = std::next(pattern.begin()); part != pattern.end(); ++part)
    rest /= *part;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (fnmatch(first.c_str(), name.c_str(), FNM_PERIOD) != 0) continue;
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
  if (beneath.empty() || *beneath.begin() == "..") throw io::PathEscape(path, "leads out of " + root.string());
}

Item item_of(const std::string& root, const std::string& name, const std::string& dataset) {
  Item item;
  item.name = name;
  item.path = (fs::path(root) / name).string();
  try {
    require_beneath(root, item.path);
    item.signature = read_signature(item.path, dataset);
    item.size = fs::file_size(item.path);
  } catch (const Error& error) {
    item.flaw = error.what();
  } catch (const fs::filesystem_error& error) {
    item.flaw = error.what();
  }
  return item;
}

}  // namespace

std::vector<Item> find_items(const io::Deck& deck, const std::string& root) {
  std::vector<std::string> names;
  if (deck.given("pipeline.files")) {
    names = deck.texts("pipeline.files");
  } else {
    const std::string pattern = deck.text("pipeline.inputs");
    match(root, pattern, "", names);
    if (names.empty()) {
      throw DataError(fmt::format("pipeline.inputs: no file matches '{}' beneath {}", pattern,
                                  fs::absolute(root).lexically_normal().string()));
    }
  }
  std::sort(names.begin(), names.end());
  std::vector<Item> items;
  for (const auto& name : names)
    items.push_back(item_of(root, name, deck.text("pipeline.dataset")));
  return items;
}

std::string packed(const std::vector<Item>& items) {
  auto json = nlohmann::json::array();
  for (const Item& item : items) {
    json.push_back({item.name, item.path, static_cast<int>(item.signature.type), item.signature.shape.rank,
                    item.signature.shape.extents, item.size, item.flaw});
  }
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<Item> unpacked(const std::string& text) {
  std::vector<Item> items;
  for (const auto& json : nlohmann::json::parse(text)) {
    Item item;
    item.name = json[0];
    item.path = json[1];
    item.signature.type = static_cast<ElementType>(json[2].get<int>());
    item.signature.shape.rank = json[3];
    item.signature.shape.extents = json[4].get<std::array<std::int64_t, ops::max_rank>>();
    item.size = json[5];
    item.flaw = json[6];
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace tarn::apps::pipeline
