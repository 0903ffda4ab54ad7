#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tarn/io/deck/problems.hpp"

namespace tarn::io {

enum class RawKind { boolean, integer, number, text, date, time, date_time, list, table };

struct RawMember;

/// A TOML value as it was written, before any check against a schema. (toml++ stays behind raw.cpp.)
struct RawNode {
  RawKind kind = RawKind::table;
  Position position;
  bool boolean = false;
  std::int64_t integer = 0;
  double number = 0;
  std::string text;                ///< of a text; of a date or time, its spelling
  std::vector<RawNode> items;      ///< of a list
  std::vector<RawMember> members;  ///< of a table, in the order of the file

  const RawNode* find(std::string_view name) const;
  RawNode* find(std::string_view name);
  /// A list of nothing but tables, and of at least one.
  bool is_list_of_tables() const;
};

struct RawMember {
  std::string name;
  Position position;
  RawNode value;
};

/// Parses a TOML document. What makes it no TOML goes to `problems`; then there is no value.
/// @param source  the file's name, for positions
std::optional<RawNode> parse_toml(std::string_view text, const std::string& source, Problems& problems);

/// Parses one TOML value that must span the whole text; nothing if it is none. Every position is `position`.
std::optional<RawNode> parse_toml_value(std::string_view text, const Position& position);

/// The value as TOML on one line.
std::string to_toml_value(const RawNode& node);

/// The table as a TOML document that parses to the same values.
std::string to_toml_document(const RawNode& root);

/// The value and its kind, for messages: `"abc" (text)`, `400 (integer)`, `a table`.
std::string show(const RawNode& node);

}  // namespace tarn::io
