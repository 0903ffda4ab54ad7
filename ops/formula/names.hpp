#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tarn/ops/formula/operations.hpp"

namespace tarn::ops::detail {

/// A function of the language.
struct FunctionEntry {
  std::string_view name;
  OpCode code;
  int arguments;      ///< how many it takes, or at least takes
  bool more = false;  ///< whether it takes any further number
};

/// The function of that name, or nullptr.
const FunctionEntry* find_function(std::string_view name);
std::vector<std::string> function_names();

/// A name in lower case, whatever the locale.
std::string lower_case(std::string_view name);

/// The candidate that is a name but for upper and lower case.
std::optional<std::string> same_name(std::string_view name, const std::vector<std::string>& candidates);

/// The candidate nearest to a mistyped name, if one is near; first one that differs in upper and lower case alone.
std::optional<std::string> nearest_name(std::string_view name, const std::vector<std::string>& candidates);

/// "a -> b -> a" of the names in a circle, each of which needs the next; not more than a message holds.
std::string circle_text(const std::vector<std::string>& names);

}  // namespace tarn::ops::detail
