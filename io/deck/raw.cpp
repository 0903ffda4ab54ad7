#include "tarn/io/deck/raw.hpp"

#include <algorithm>
#include <sstream>
#include <tuple>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "tarn/io/deck/syntax_hints.hpp"

namespace tarn::io {

namespace {

RawNode convert(const toml::node& node, const std::string& source);

Position position_of(const toml::source_region& region, const std::string& source) {
  return {source, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
}

template <class Value>
std::string spelling(const Value& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

void convert_members(const toml::table& table, const std::string& source, RawNode& out) {
  for (const auto& [key, value] : table) {
    out.members.push_back({std::string(key.str()), position_of(key.source(), source), convert(value, source)});
  }
  // toml++ keeps members by name; people read a file from its top.
  std::stable_sort(out.members.begin(), out.members.end(), [](const RawMember& a, const RawMember& b) {
    return std::tie(a.position.line, a.position.column) < std::tie(b.position.line, b.position.column);
  });
}

void convert_items(const toml::array& array, const std::string& source, RawNode& out) {
  out.items.reserve(array.size());
  for (const auto& item : array)
    out.items.push_back(convert(item, source));
}

RawNode convert(const toml::node& node, const std::string& source) {
  RawNode out;
  out.position = position_of(node.source(), source);
  switch (node.type()) {
    case toml::node_type::table:
      out.kind = RawKind::table;
      convert_members(*node.as_table(), source, out);
      break;
    case toml::node_type::array:
      out.kind = RawKind::list;
      convert_items(*node.as_array(), source, out);
      break;
    case toml::node_type::string:
      out.kind = RawKind::text;
      out.text = node.as_string()->get();
      break;
    case toml::node_type::integer:
      out.kind = RawKind::integer;
      out.integer = node.as_integer()->get();
      break;
    case toml::node_type::floating_point:
      out.kind = RawKind::number;
      out.number = node.as_floating_point()->get();
      break;
    case toml::node_type::boolean:
      out.kind = RawKind::boolean;
      out.boolean = node.as_boolean()->get();
      break;
    case toml::node_type::date:
      out.kind = RawKind::date;
      out.text = spelling(node.as_date()->get());
      break;
    case toml::node_type::time:
      out.kind = RawKind::time;
      out.text = spelling(node.as_time()->get());
      break;
    default:
      out.kind = RawKind::date_time;
      out.text = spelling(node.as_date_time()->get());
      break;
  }
  return out;
}

void set_position(RawNode& node, const Position& position) {
  node.position = position;
  for (auto& item : node.items)
    set_position(item, position);
  for (auto& member : node.members) {
    member.position = position;
    set_position(member.value, position);
  }
}

}  // namespace

const RawNode* RawNode::find(std::string_view name) const {
  const auto found =
      std::find_if(members.begin(), members.end(), [&](const RawMember& member) { return member.name == name; });
  return found == members.end() ? nullptr : &found->value;
}

RawNode* RawNode::find(std::string_view name) {
  return const_cast<RawNode*>(static_cast<const RawNode*>(this)->find(name));
}

bool RawNode::is_list_of_tables() const {
  return kind == RawKind::list && !items.empty() &&
         std::all_of(items.begin(), items.end(), [](const RawNode& item) { return item.kind == RawKind::table; });
}

std::optional<RawNode> parse_toml(std::string_view text, const std::string& source, Problems& problems) {
  for (const auto find : {find_text_flaw, find_bare_character}) {
    if (const auto flaw = find(text, source); !flaw.what.empty()) {
      problems.add(flaw.position, "", flaw.what);
      return std::nullopt;
    }
  }
  try {
    return convert(toml::parse(text, source), source);
  } catch (const toml::parse_error& error) {
    const auto position = position_of(error.source(), source);
    problems.add(position, "", explain_syntax_error(text, position, std::string(error.description())));
    return std::nullopt;
  }
}

std::optional<RawNode> parse_toml_value(std::string_view text, const Position& position) {
  // Within braces a comment in `text` swallows the closing one, and a second value shows as a second member:
  // only one whole value passes.
  const auto document = fmt::format("table = {{ value = {} }}", text);
  if (!find_text_flaw(document, "").what.empty() || !find_bare_character(document, "").what.empty()) {
    return std::nullopt;
  }
  try {
    auto root = convert(toml::parse(document), "");
    auto* table = root.find("table");
    if (root.members.size() != 1 || table->members.size() != 1) return std::nullopt;
    auto value = std::move(table->members.front().value);
    set_position(value, position);
    return value;
  } catch (const toml::parse_error&) {
    return std::nullopt;
  }
}

}  // namespace tarn::io
