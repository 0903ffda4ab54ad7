#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tarn/io/deck/formula_text.hpp"
#include "tarn/io/deck/raw.hpp"
#include "tarn/io/deck/schedule.hpp"
#include "tarn/io/deck/schema.hpp"

namespace tarn::io {

/// A key's value after its checks; monostate: none, or it did not pass.
using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string, FormulaText, Schedule,
                           std::array<std::string, 2>, std::vector<std::int64_t>, std::vector<double>,
                           std::vector<std::string>, std::vector<FormulaText>, std::vector<std::array<FormulaText, 2>>>;

/// Turns a value as written into what its key holds. A number_or_formula whose key says how long a list may be is a
/// list of them too.
/// @param name      the key's full name, for messages
/// @param source    the file's text, where formulas are found again
/// @param problems  takes all that is wrong with the value
/// @return monostate if anything is
Value check_value(const Key& key, const RawNode& node, const std::string& name, SourceText& source, Problems& problems);

/// What a key holds, in words: "a list of 1 to 3 integers".
std::string expected_text(const Key& key);

/// "'elder' is not one of euler, rkl2; did you mean 'euler'?"
std::string not_one_of(const std::string& given, const std::vector<std::string>& choices);

}  // namespace tarn::io
