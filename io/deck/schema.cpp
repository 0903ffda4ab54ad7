#include "tarn/io/deck/schema.hpp"

#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/core/error.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/deck/value.hpp"

namespace tarn::io {

namespace {

bool has_choices(KeyType type) {
  return type == KeyType::choice || type == KeyType::choices || type == KeyType::boundary;
}

void check_default(const Key& key, const std::string& name) {
  if (!key.default_text) return;
  require(!key.required, name + ": a required key has no default");
  const Position position{"the default of " + name, 0, 0};
  const auto node = parse_toml_value(*key.default_text, position);
  require(node.has_value(), fmt::format("{}: the default {} is no TOML value", name, *key.default_text));
  Problems problems;
  SourceText no_source("");
  check_value(key, *node, name, no_source, problems);
  if (!problems.empty()) throw Error(problems.lines().front());
}

void check_name(const std::string& name, const std::string& full, std::set<std::string>& seen) {
  require(!name.empty() && key_part(name) == name, full + ": the name would need quotes in TOML");
  require(seen.insert(name).second, full + ": declared twice");
}

void check_tables(const std::vector<Table>& tables, const std::string& path, std::set<std::string>& seen) {
  for (const auto& table : tables) {
    const auto full = path.empty() ? table.name : path + "." + table.name;
    check_name(table.name, full, seen);
    std::set<std::string> inner;
    for (const auto& key : table.keys) {
      const auto name = full + "." + key.name;
      check_name(key.name, name, inner);
      require(!key.meaning.empty(), name + ": no meaning given");
      require(has_choices(key.type) == !key.choices.empty(), name + ": choices and type do not fit");
      check_default(key, name);
    }
    check_tables(table.tables, full, inner);
    if (!table.each.empty()) {
      require(table.each.size() == 1, full + ": tables of any name are all alike");
      std::set<std::string> free_names;
      check_tables(table.each, full, free_names);
    }
    require(!(table.free_formulas && table.free_key), full + ": free keys are of one kind");
  }
}

}  // namespace

void check_schema(const Schema& schema) {
  std::set<std::string> seen;
  check_tables(schema.tables, "", seen);
}

std::string range_text(const Key& key) {
  std::vector<std::string> bounds;
  if (key.at_least) bounds.push_back(">= " + shortest(*key.at_least));
  if (key.above) bounds.push_back("> " + shortest(*key.above));
  if (key.at_most) bounds.push_back("<= " + shortest(*key.at_most));
  if (key.below) bounds.push_back("< " + shortest(*key.below));
  if (bounds.empty()) return "";
  const auto unit = key.type == KeyType::duration ? " s" : "";
  return fmt::format("must be {}{}", fmt::join(bounds, " and "), unit);
}

std::string header(const Table& table, const std::string& path) {
  return table.list ? "[[" + path + "]]" : "[" + path + "]";
}

}  // namespace tarn::io
