#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tarn::io {

/// What a key holds.
enum class KeyType {
  boolean,
  integer,  ///< 64 bit
  number,   ///< finite; an integer will do
  text,
  choice,             ///< one of `choices`; one that is a whole number may stand without quotes
  formula,            ///< text; its own parser checks it later
  number_or_formula,  ///< the range applies to a number
  duration,           ///< "HH:MM:SS"; the range is in seconds
  schedule,           ///< { steps = 10 }, { time = 0.05 } or { walltime = "00:10:00" }
  boundary,           ///< one of `choices` for both ends of an axis, or a list of two
  integers,           ///< a list; the range applies to each
  numbers,            ///< a list; the range applies to each
  texts,              ///< a list
  choices,            ///< a list, each one of `choices`
  formulas,           ///< a list, each a number or a formula
  formula_pairs,      ///< a list of lists of two of them
};

/// A key of a table: Key{.name = "cfl", .type = KeyType::number, .meaning = "...", .default_text = "0.9"}.
struct Key {
  std::string name;                           ///< as decks write it
  KeyType type = KeyType::text;               ///< of its value
  std::string meaning;                        ///< one line
  std::string unit{};                         ///< such as "m^2/s"; empty: none
  bool required = false;                      ///< whether a deck without it is refused
  std::optional<std::string> default_text{};  ///< as a TOML value, such as 0.4, "double" in quotes, or [0.0]
  std::optional<double> at_least{};           ///< the range: >=
  std::optional<double> above{};              ///< >
  std::optional<double> at_most{};            ///< <=
  std::optional<double> below{};              ///< <
  std::vector<std::string> choices{};         ///< the words that are allowed, or of a boundary the kinds
  std::optional<int> shortest{};              ///< the least entries of a list
  std::optional<int> longest{};               ///< the most entries of a list
  std::string note{};                         ///< more for the description, such as "exactly one of dt and cfl"
};

/// A table of keys, with tables within it.
struct Table {
  std::string name;               ///< as decks write it, without the tables around it
  std::string meaning{};          ///< one line
  bool list = false;              ///< [[name]]: any number of them
  bool required = false;          ///< if absent, that is an error; a list needs one entry
  bool free_formulas = false;     ///< further keys have any name, and are each a number or a formula
  std::optional<Key> free_key{};  ///< further keys have any name, and are each like this one
  std::string free_meaning = "any name of letters, digits and _; formulas can then use it";  ///< of the further keys
  std::size_t longest = 1000;   ///< the most entries of a list, or of free formulas
  std::vector<Key> keys{};      ///< those required are required where the table is written
  std::vector<Table> tables{};  ///< within it
  std::vector<Table> each{};    ///< one: further tables within have any name, and are like this one
};

/// Every table and key of an app's decks.
struct Schema {
  std::string app;            ///< as `run.app` says
  std::string summary;        ///< one line
  std::vector<Table> tables;  ///< of the first level
};

/// Checks that a schema makes sense: names that TOML needs no quotes for, none twice, choices where there
/// must be some, defaults that pass their own checks and belong to keys that are not required.
/// @throws Error that names the key; it is the app's mistake, not the user's
void check_schema(const Schema& schema);

/// The range in words, such as "must be > 0 and <= 1"; empty if there is none.
std::string range_text(const Key& key);

/// The header that opens the table at a path: "[grid.boundary]" or "[[output]]".
std::string header(const Table& table, const std::string& path);

}  // namespace tarn::io
