#include "tarn/io/deck/validate.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/io/deck/identifier.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/deck/unknown.hpp"

namespace tarn::io {

namespace {

/// A table's place: as the schema has it, and as the deck has it (with indices).
struct Path {
  std::string schema;
  std::string deck;

  Path operator/(const std::string& name) const {
    return {schema.empty() ? name : schema + "." + name, deck.empty() ? name : deck + "." + name};
  }
  Path operator[](std::size_t index) const { return {schema, fmt::format("{}[{}]", deck, index)}; }
};

class Validation {
 public:
  Validation(const Schema& schema, const DeckSource& source, Problems& problems)
      : app_(schema.app), deck_(source), text_(source.text), problems_(problems) {
    root_.tables = schema.tables;
  }

  CheckedTable run(const RawNode& root) { return check_table(root_, &root, {}, Position{deck_.file, 0, 0}); }

 private:
  /// @param node    the table as written; null if it is not
  /// @param around  the place to name if it is not
  CheckedTable check_table(const Table& table, const RawNode* node, const Path& path, const Position& around) {
    CheckedTable out;
    out.path = path.deck;
    out.given = node != nullptr;
    const bool has_place = node != nullptr && !path.deck.empty();
    out.position = has_place ? node->position : around;
    const auto meant = node != nullptr ? check_undeclared(table, *node, path, out) : std::set<std::string>();
    for (const auto& key : table.keys) {
      out.keys[key.name] = check_key(key, node, path, out.position, meant.contains(key.name));
      if (key.type == KeyType::number_or_formula) add_entries(key, out);
    }
    for (const auto& inner : table.tables) {
      const auto* value = node != nullptr ? node->find(inner.name) : nullptr;
      const bool missing = value == nullptr && node != nullptr && inner.required && !meant.contains(inner.name);
      if (missing) report_missing(inner, path / inner.name, out.position);
      if (inner.list) {
        out.lists[inner.name] = check_list(inner, value, path / inner.name, out.position);
      } else {
        out.tables[inner.name] = check_single(inner, value, path / inner.name, out.position);
      }
    }
    return out;
  }

  CheckedKey check_key(const Key& key, const RawNode* table, const Path& path, const Position& around, bool suggested) {
    const auto name = (path / key.name).deck;
    CheckedKey out{key.type, false, false, around, {}};
    const auto* node = table != nullptr ? table->find(key.name) : nullptr;
    if (node != nullptr) {
      out.given = true;
      out.position = node->position;
      Problems said_before;
      out.value = check_value(key, *node, name, text_, name == "run.app" ? said_before : problems_);
    } else if (key.default_text) {
      out.defaulted = true;
      out.value = default_of(key, name);
    } else if (key.required && table != nullptr && !suggested && name != "run.app") {
      const auto unit = key.unit.empty() ? "" : fmt::format(" [{}]", key.unit);
      problems_.add(around, name, fmt::format("missing; it is required: {}{}", key.meaning, unit));
    }
    return out;
  }

  /// Where a list stands for one formula, each of its entries is a key of its own.
  static void add_entries(const Key& key, CheckedTable& table) {
    const CheckedKey list = table.keys[key.name];
    const auto* entries = std::get_if<std::vector<FormulaText>>(&list.value);
    if (entries == nullptr) return;
    for (std::size_t n = 0; n < entries->size(); ++n) {
      const FormulaText& entry = (*entries)[n];
      table.keys[fmt::format("{}[{}]", key.name, n)] = {key.type, list.given, list.defaulted, entry.position, entry};
    }
  }

  Value default_of(const Key& key, const std::string& name) {
    const Position position{"the default of " + name, 0, 0};
    const auto node = parse_toml_value(*key.default_text, position);
    require(node.has_value(), fmt::format("{}: the default {} is no TOML value", name, *key.default_text));
    Problems flaws;
    auto value = check_value(key, *node, name, text_, flaws);
    if (!flaws.empty()) throw Error(flaws.lines().front());
    return value;
  }

  void report_missing(const Table& table, const Path& path, const Position& around) {
    if (path.schema == "run") return;  // then run.app is missing, which was said before
    std::vector<std::string> needed;
    for (const auto& key : table.keys) {
      if (key.required) needed.push_back(key.name);
    }
    const auto keys = needed.empty() ? "" : "; it needs " + comma_list(needed);
    problems_.add(around, path.deck, fmt::format("missing table {}{}", header(table, path.schema), keys));
  }

  CheckedTable check_single(const Table& table, const RawNode* node, const Path& path, const Position& around) {
    if (node == nullptr || node->kind == RawKind::table) return check_table(table, node, path, around);
    if (node->is_list_of_tables()) {
      problems_.add(node->position, path.deck,
                    fmt::format("there is only one such table: write [{0}], not [[{0}]]", path.schema));
      return check_table(table, &node->items.front(), path, around);
    }
    const bool names_app = path.schema == "run" && node->kind == RawKind::text;
    problems_.add(
        node->position, path.deck,
        fmt::format("expected a table {}, got {}{}", header(table, path.schema), show(*node),
                    names_app ? "; write [run], and below it app = " + toml_quoted(shortened(node->text)) : ""));
    return check_table(table, nullptr, path, node->position);
  }

  std::vector<CheckedTable> check_list(const Table& table, const RawNode* node, const Path& path,
                                       const Position& around) {
    if (node == nullptr) return {};
    const auto title = header(table, path.schema);
    if (node->kind == RawKind::table) {
      problems_.add(node->position, path.deck,
                    fmt::format("there can be several such tables: write {}, not [{}]", title, path.schema));
      return {check_table(table, node, path[0], around)};
    }
    if (node->kind != RawKind::list) {
      problems_.add(node->position, path.deck, fmt::format("expected tables {}, got {}", title, show(*node)));
      return {};
    }
    if (node->items.empty() && table.required) report_missing(table, path, node->position);
    if (is_too_long(table, node->items.size(), path, node->position)) return {};
    std::vector<CheckedTable> out;
    for (std::size_t i = 0; i < node->items.size(); ++i) {
      out.push_back(check_single(table, &node->items[i], path[i], node->position));
    }
    return out;
  }

  /// Free formulas, and names that are not declared.
  /// @return the declared names that the messages suggest in their place; these are not called missing too
  std::set<std::string> check_undeclared(const Table& table, const RawNode& node, const Path& path, CheckedTable& out) {
    std::set<std::string> meant;
    const bool is_free = table.free_formulas || table.free_key || !table.each.empty();
    if (is_free && is_too_long(table, node.members.size(), path, node.position)) return meant;
    for (const auto& member : node.members) {
      if (problems_.full()) break;  // to find the nearest name takes a while
      const auto is_it = [&](const auto& declared) { return declared.name == member.name; };
      if (std::any_of(table.keys.begin(), table.keys.end(), is_it)) continue;
      if (std::any_of(table.tables.begin(), table.tables.end(), is_it)) continue;
      if (path.deck == "run" && member.name == "app") continue;
      const bool is_table = member.value.kind == RawKind::table || member.value.is_list_of_tables();
      if (!table.each.empty() && (is_table || !(table.free_formulas || table.free_key))) {
        check_free_table(table.each.front(), member, path, out);
        continue;
      }
      if (table.free_formulas || table.free_key) {
        check_free_key(table, member, path, out);
        continue;
      }
      const auto unknown = explain_unknown(root_, table, path.schema, member, app_, deck_.apps);
      problems_.add(member.position, (path / key_part(shortened(member.name))).deck, unknown.what);
      if (!unknown.meant.empty()) meant.insert(unknown.meant);
    }
    return meant;
  }

  /// Steps and constants are looked up by each other: the cost of checking them goes as the square of their number.
  bool is_too_long(const Table& table, std::size_t entries, const Path& path, const Position& position) {
    if (entries <= table.longest) return false;
    problems_.add(position, path.deck, fmt::format("has {} entries; at most {} are possible", entries, table.longest));
    return true;
  }

  bool has_name_of_formula(const RawMember& member, const std::string& name) {
    if (is_identifier(member.name)) return true;
    const std::string field = field_of_rate(member.name);
    problems_.add(member.position, name,
                  field.empty() ? "formulas cannot use this name: letters, digits and _, and a letter or _ first"
                                : fmt::format("the key is the field alone: write {} = ...", shortened(field)));
    return false;
  }

  void check_free_table(const Table& each, const RawMember& member, const Path& path, CheckedTable& out) {
    const Path inner = path / key_part(shortened(member.name));
    if (!has_name_of_formula(member, inner.deck)) return;
    out.tables[member.name] = check_single(each, &member.value, inner, member.position);
    out.names.push_back(member.name);
  }

  void check_free_key(const Table& table, const RawMember& member, const Path& path, CheckedTable& out) {
    const auto name = (path / key_part(shortened(member.name))).deck;
    has_name_of_formula(member, name);
    Key key{.name = member.name, .type = KeyType::number_or_formula, .meaning = ""};
    if (table.free_key) key = *table.free_key;
    const auto value = check_value(key, member.value, name, text_, problems_);
    if (!is_identifier(member.name)) return;
    if (const auto* formula = std::get_if<FormulaText>(&value)) out.formulas.emplace_back(member.name, *formula);
    out.names.push_back(member.name);
    out.keys[member.name] = {key.type, true, false, member.position, value};
  }

  Table root_;
  std::string app_;
  const DeckSource& deck_;
  SourceText text_;
  Problems& problems_;
};

}  // namespace

CheckedTable validate(const Schema& schema, const RawNode& root, const DeckSource& source, Problems& problems) {
  return Validation(schema, source, problems).run(root);
}

}  // namespace tarn::io
