#include "tarn/io/deck/describe.hpp"

#include <algorithm>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/core/error.hpp"
#include "tarn/io/deck/nearest.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/deck/value.hpp"

namespace tarn::io {

namespace {

constexpr std::size_t page_width = 100;

/// Characters of a UTF-8 text.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u; }));
}

/// Adds the words to `out`, whose last line has `column` characters; further lines start at `indent`.
void wrap(const std::string& words, std::size_t column, std::size_t indent, std::string& out) {
  std::istringstream in(words);
  bool first = true;
  for (std::string word; in >> word; first = false) {
    if (!first && column + 1 + width_of(word) > page_width) {
      out += '\n';
      out.append(indent, ' ');
      column = indent;
    } else if (!first) {
      out += " ";
      ++column;
    }
    out += word;
    column += width_of(word);
  }
  out += "\n";
}

std::string type_text(const Key& key) {
  const auto type = expected_text(key);
  if (type.starts_with("an ")) return type.substr(3);
  return type.starts_with("a ") ? type.substr(2) : type;
}

/// "number [m^2/s], > 0 and <= 1"
std::string kind_line(const Key& key) {
  auto out = type_text(key);
  if (!key.unit.empty()) out += fmt::format(" [{}]", key.unit);
  const auto range = range_text(key);
  if (!range.empty()) out += fmt::format(", {}", range.substr(std::string("must be ").size()));
  if (key.required) return fmt::format("{}; required", out);
  if (key.default_text) return fmt::format("{}; default {}", out, *key.default_text);
  return fmt::format("{}; optional", out);
}

void describe_key(const Key& key, std::size_t name_width, std::string& out) {
  const auto indent = 2 + name_width + 2;
  out += fmt::format("  {:<{}}  ", key.name, name_width);
  wrap(kind_line(key), indent, indent, out);
  out.append(indent, ' ');
  wrap(key.note.empty() ? key.meaning : key.meaning + "; " + key.note, indent, indent, out);
}

void describe_table(const Table& table, const std::string& path, std::string& out) {
  out += fmt::format("\n{}", header(table, path));
  if (table.list) out += "  any number of these";
  if (table.required) out += table.list ? ", at least one" : "  required";
  out += "\n";
  if (!table.meaning.empty()) {
    out += "  ";
    wrap(table.meaning, 2, 2, out);
  }
  std::size_t name_width = 0;
  for (const auto& key : table.keys)
    name_width = std::max(name_width, key.name.size());
  if (table.free_formulas || table.free_key) name_width = std::max<std::size_t>(name_width, 6);
  for (const auto& key : table.keys)
    describe_key(key, name_width, out);
  if (table.free_formulas) {
    const Key any{.name = "<name>", .type = KeyType::number_or_formula, .meaning = table.free_meaning};
    describe_key(any, name_width, out);
  }
  if (table.free_key) {
    Key any = *table.free_key;
    any.name = "<name>";
    describe_key(any, name_width, out);
  }
  for (const auto& inner : table.tables)
    describe_table(inner, path + "." + inner.name, out);
  for (const auto& inner : table.each)
    describe_table(inner, path + ".<" + inner.name + ">", out);
}

/// "[[output]]" -> "output"
std::string without_brackets(const std::string& place) {
  const auto first = place.find_first_not_of("[ "), last = place.find_last_not_of("] ");
  return first == std::string::npos ? "" : place.substr(first, last + 1 - first);
}

/// What stands at a place: a table, and one key of it or all.
struct Place {
  const Table* table = nullptr;
  std::string path;
  const Key* key = nullptr;
};

/// Finds `place` if it is in these tables, and gathers the names of all that could be.
std::optional<Place> find_place(const std::vector<Table>& tables, const std::string& around, const std::string& place,
                                std::vector<std::string>& names, bool each = false) {
  for (const auto& table : tables) {
    const std::string path = around + (each ? "<" + table.name + ">" : table.name);
    names.push_back(path);
    if (path == place) return Place{&table, path, nullptr};
    for (const auto& key : table.keys) {
      names.push_back(path + "." + key.name);
      if (names.back() == place) return Place{&table, path, &key};
    }
    if (const auto found = find_place(table.tables, path + ".", place, names)) return found;
    if (const auto found = find_place(table.each, path + ".", place, names, true)) return found;
  }
  return {};
}

Place place_in(const Schema& schema, const std::string& place) {
  std::vector<std::string> names, tables;
  if (const auto found = find_place(schema.tables, "", without_brackets(place), names)) return *found;
  for (const auto& table : schema.tables)
    tables.push_back(table.name);
  const auto near = nearest(without_brackets(place), names);
  throw UsageError(fmt::format(
      "a deck of {} has no table or key {}; {}", schema.app, printable(place),
      near ? fmt::format("did you mean {}?", *near) : fmt::format("its tables are {}", comma_list(tables))));
}

using Json = nlohmann::ordered_json;

Json key_as_json(const Key& key) {
  Json json{{"key", key.name}, {"type", type_text(key)}};
  if (!key.unit.empty()) json["unit"] = key.unit;
  json["required"] = key.required;
  if (key.default_text) json["default"] = *key.default_text;
  const auto range = range_text(key);
  if (!range.empty()) json["range"] = range.substr(std::string("must be ").size());
  if (!key.choices.empty()) json["choices"] = key.choices;
  json["meaning"] = key.meaning;
  if (!key.note.empty()) json["note"] = key.note;
  return json;
}

/// Adds a table, and those within it unless one key is asked for.
void add_as_json(const Table& table, const std::string& path, const Key* only, Json& tables) {
  Json json{{"table", path}, {"meaning", table.meaning}, {"list", table.list}, {"required", table.required}};
  json["free_names"] = table.free_formulas;
  json["keys"] = Json::array();
  for (const auto& key : table.keys) {
    if (only == nullptr || only == &key) json["keys"].push_back(key_as_json(key));
  }
  tables.push_back(json);
  for (const auto& inner : table.tables) {
    if (only == nullptr) add_as_json(inner, path + "." + inner.name, nullptr, tables);
  }
}

}  // namespace

std::string describe_as_json(const Schema& schema, const std::string& place) {
  Json json{{"app", schema.app}, {"summary", schema.summary}, {"tables", Json::array()}};
  if (!place.empty()) {
    const Place found = place_in(schema, place);
    add_as_json(*found.table, found.path, found.key, json["tables"]);
  } else {
    for (const auto& table : schema.tables)
      add_as_json(table, table.name, nullptr, json["tables"]);
  }
  return json.dump(2) + "\n";
}

std::string describe(const Schema& schema, const std::string& place) {
  const Place found = place_in(schema, place);
  std::string out;
  if (found.key == nullptr) {
    describe_table(*found.table, found.path, out);
    return out.substr(1);
  }
  out = fmt::format("{}\n", header(*found.table, found.path));
  describe_key(*found.key, found.key->name.size(), out);
  return out;
}

std::string describe(const Schema& schema) {
  std::string out;
  wrap(schema.app + ": " + schema.summary, 0, 0, out);
  for (const auto& table : schema.tables)
    describe_table(table, table.name, out);
  return out;
}

}  // namespace tarn::io
