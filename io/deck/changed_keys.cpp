#include "tarn/io/deck/changed_keys.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "tarn/io/deck/raw.hpp"

namespace tarn::io {

namespace {

/// Some tables and keys that change nothing of what is computed.
constexpr std::array<std::string_view, 9> other_matters{"run.name", "output",         "image",
                                                        "history",  "checkpoint",     "verify",
                                                        "time.end", "time.max_steps", "time.max_walltime"};

/// Whether a key is of an app's table for what is written, such as "heat.output.flux".
bool is_of_app_output(std::string_view key) {
  const auto table = key.substr(std::min(key.find('.') + 1, key.size()));
  return table.starts_with("output.") || table.starts_with("history.");
}

bool is_of(std::string_view key, std::string_view table) {
  return key.starts_with(table) && (key.size() == table.size() || key[table.size()] == '.' || key[table.size()] == '[');
}

std::string value_text(const RawNode& node) {
  if (node.kind == RawKind::integer) return fmt::format("{}", node.integer);
  if (node.kind == RawKind::number) return fmt::format("{:.17g}", node.number);  // 5.0 is 5
  if (node.kind != RawKind::list) return to_toml_value(node);
  std::string text = "[";
  for (const RawNode& item : node.items)
    text += value_text(item) + ", ";
  return text + "]";
}

/// Adds the values of a table by their full names.
void add_values(const RawNode& table, const std::string& path, std::map<std::string, std::string>& values) {
  for (const RawMember& member : table.members) {
    const std::string name = path.empty() ? member.name : path + "." + member.name;
    if (member.value.kind == RawKind::table) {
      add_values(member.value, name, values);
    } else if (member.value.is_list_of_tables()) {
      for (std::size_t n = 0; n < member.value.items.size(); ++n)
        add_values(member.value.items[n], fmt::format("{}[{}]", name, n), values);
    } else {
      values[name] = value_text(member.value);
    }
  }
}

}  // namespace

std::vector<std::string> changed_keys(const std::string& deck, const std::string& earlier) {
  Problems problems;
  const auto now = parse_toml(deck, "deck", problems), then = parse_toml(earlier, "deck", problems);
  if (!now || !then) return {};
  std::map<std::string, std::string> values_now, values_then;
  add_values(*now, "", values_now);
  add_values(*then, "", values_then);
  std::vector<std::string> changed;
  for (const auto& [key, value] : values_now) {
    const auto before = values_then.find(key);
    if (before == values_then.end() || before->second != value) changed.push_back(key);
  }
  for (const auto& [key, value] : values_then) {
    if (!values_now.contains(key)) changed.push_back(key);
  }
  std::erase_if(changed, [](const std::string& key) {
    return is_of_app_output(key) ||
           std::any_of(other_matters.begin(), other_matters.end(), [&](auto table) { return is_of(key, table); });
  });
  std::sort(changed.begin(), changed.end());
  return changed;
}

}  // namespace tarn::io
