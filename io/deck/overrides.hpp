#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tarn/io/deck/raw.hpp"

namespace tarn::io {

/// One step of the way to a key: a name, and indices into lists after it.
struct PathStep {
  std::string name;
  std::vector<std::size_t> indices;
};

/// A value for one key, from the command line: "output[0].every={steps=5}".
struct Override {
  std::vector<PathStep> path;
  Position position;
  std::optional<RawNode> value;  ///< nothing: what the deck has there is taken out
};

/// Reads `table.key=value`, or `table.key=`, which takes out what the deck says. The value is TOML; what is no TOML
/// value is taken as text, so that words and formulas need no quotes, and so are dates and times, which no key holds.
/// @param[out] problems  takes what is wrong with the override's form, at "--set ..."
std::optional<Override> parse_override(const std::string& text, Problems& problems);

/// Puts the value into the deck, replacing what is there. Tables on the way are made; the next index of a
/// list of tables adds one. Without a value the key, the table or the entry of a list is taken out.
/// @param[out] problems  takes it if there is no way, or nothing to take out
void apply_override(const Override& override, RawNode& root, Problems& problems);

}  // namespace tarn::io
