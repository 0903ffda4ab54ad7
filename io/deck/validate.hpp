#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tarn/io/deck/raw.hpp"
#include "tarn/io/deck/schema.hpp"
#include "tarn/io/deck/value.hpp"

namespace tarn::io {

/// A declared key after the checks.
struct CheckedKey {
  KeyType type = KeyType::text;
  bool given = false;      ///< written by the user
  bool defaulted = false;  ///< not written, but there is a default
  Position position;       ///< of the value; if absent, of the table
  Value value;
};

/// A declared table after the checks, with defaults in place.
struct CheckedTable {
  std::string path;  ///< with indices, such as "output[1]"; empty for the root
  bool given = false;
  Position position;                       ///< of the header; if absent, of the table around it
  std::map<std::string, CheckedKey> keys;  ///< also entries of lists that stand for one formula: "diffusivity[1]"
  std::map<std::string, CheckedTable> tables;
  std::map<std::string, std::vector<CheckedTable>> lists;
  std::vector<std::pair<std::string, FormulaText>> formulas;  ///< of free names, in the order of the file
  std::vector<std::string> names;                             ///< all free names of keys and tables, in that order
};

/// What validation needs besides the schema and the values.
struct DeckSource {
  std::string file;
  std::string_view text;
  std::vector<std::string> apps;  ///< all apps, for the message about another app's table
};

/// Checks every table and key of a deck against the schema. run.app was checked before, to find the schema.
CheckedTable validate(const Schema& schema, const RawNode& root, const DeckSource& source, Problems& problems);

}  // namespace tarn::io
