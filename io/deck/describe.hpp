#pragma once

#include <string>
#include <vector>

#include "tarn/io/deck/schema.hpp"

namespace tarn::io {

/// Every table and key of an app's decks for people: type, unit, default, range, choices and meaning, in
/// lines of at most 100 characters (a single longer word apart).
std::string describe(const Schema& schema);

/// The same of one table and those within it, or of one key.
/// @param place  such as "time", "grid.boundary" or "time.dt"; brackets around it do not matter
/// @throws UsageError if there is none; the message names what there is
std::string describe(const Schema& schema, const std::string& place);

/// The same for programs, as JSON: {"app", "summary", "tables": [{"table": "grid.boundary", "meaning", "list",
/// "required", "free_names", "keys": [{"key", "type", "unit", "required", "default", "range", "choices", "meaning",
/// "note"}]}]}, where what does not apply is left out. The tables of a place are that table and those within it, or the
/// table of that key with it alone.
/// @param place  empty: all
/// @throws UsageError if there is none, as describe()
std::string describe_as_json(const Schema& schema, const std::string& place = "");

/// Of decks and editors: a JSON Schema (draft 2020-12) that accepts the decks, converted to JSON, of the
/// given apps. With several apps, run.app picks the one to check against.
std::string json_schema(const std::vector<Schema>& schemas);
std::string json_schema(const Schema& schema);

}  // namespace tarn::io
