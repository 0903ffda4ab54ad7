#include <cmath>

#include <fmt/format.h>

#include "tarn/io/deck/printable.hpp"
#include "tarn/io/deck/raw.hpp"

namespace tarn::io {

namespace {

/// A number that TOML reads as one, not as an integer.
std::string number_text(double value) {
  if (std::isnan(value)) return "nan";
  auto text = shortest(value);
  if (std::isfinite(value) && text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

bool has_header(const RawNode& node) {
  return node.kind == RawKind::table || node.is_list_of_tables();
}

void write_table(const RawNode& table, const std::string& path, std::string& out) {
  for (const auto& member : table.members) {
    if (has_header(member.value)) continue;
    out += fmt::format("{} = {}\n", key_part(member.name), to_toml_value(member.value));
  }
  for (const auto& member : table.members) {
    const auto inner = (path.empty() ? "" : path + ".") + key_part(member.name);
    if (member.value.kind == RawKind::table) {
      out += fmt::format("\n[{}]\n", inner);
      write_table(member.value, inner, out);
    } else if (has_header(member.value)) {
      for (const auto& item : member.value.items) {
        out += fmt::format("\n[[{}]]\n", inner);
        write_table(item, inner, out);
      }
    }
  }
}

std::string list_text(const RawNode& node) {
  std::string out;
  for (const auto& item : node.items)
    out += (out.empty() ? "" : ", ") + to_toml_value(item);
  return "[" + out + "]";
}

std::string inline_table(const RawNode& node) {
  std::string out;
  for (const auto& member : node.members) {
    out += (out.empty() ? " " : ", ") + key_part(member.name) + " = " + to_toml_value(member.value);
  }
  return "{" + out + " }";
}

std::string kind_name(RawKind kind) {
  switch (kind) {
    case RawKind::boolean:
      return "boolean";
    case RawKind::integer:
      return "integer";
    case RawKind::number:
      return "number";
    case RawKind::text:
      return "text";
    case RawKind::date:
      return "date";
    case RawKind::time:
      return "time of day";
    case RawKind::date_time:
      return "date and time";
    case RawKind::list:
      return "list";
    case RawKind::table:
      return "table";
  }
  return "";
}

}  // namespace

std::string to_toml_value(const RawNode& node) {
  switch (node.kind) {
    case RawKind::boolean:
      return node.boolean ? "true" : "false";
    case RawKind::integer:
      return fmt::format("{}", node.integer);
    case RawKind::number:
      return number_text(node.number);
    case RawKind::text:
      return toml_quoted(node.text);
    case RawKind::list:
      return list_text(node);
    case RawKind::table:
      return inline_table(node);
    default:
      return node.text;
  }
}

std::string to_toml_document(const RawNode& root) {
  std::string out;
  write_table(root, "", out);
  return out;
}

std::string show(const RawNode& node) {
  if (node.kind == RawKind::table) return "a table";
  if (node.is_list_of_tables()) return "a list of tables";
  if (node.kind == RawKind::list && node.items.empty()) return "an empty list";
  if (node.kind == RawKind::text) return fmt::format("\"{}\" (text)", shortened(node.text));
  return fmt::format("{} ({})", shortened(to_toml_value(node)), kind_name(node.kind));
}

}  // namespace tarn::io
