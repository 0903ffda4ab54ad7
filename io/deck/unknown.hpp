#pragma once

#include <string>
#include <vector>

#include "tarn/io/deck/raw.hpp"
#include "tarn/io/deck/schema.hpp"

namespace tarn::io {

/// What a name that no table declares was probably meant to be.
struct Unknown {
  std::string what;   ///< the message
  std::string meant;  ///< the declared name of the same table that is suggested; empty if none is
};

/// @param root   the table of all tables
/// @param table  where the member stands
/// @param path   that table's path in the schema, without indices; empty for the root
/// @param apps   the apps there are; the deck's own is `app`
Unknown explain_unknown(const Table& root, const Table& table, const std::string& path, const RawMember& member,
                        const std::string& app, const std::vector<std::string>& apps);

}  // namespace tarn::io
