#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tarn::ops::detail {

/// What to write in place of a name that other languages and textbooks have, such as "ln" and "if"; empty: nothing is
/// known. Upper and lower case count as the same.
/// @param known  names that a formula may use here
std::string advice_for_name(std::string_view name, const std::vector<std::string>& known);

}  // namespace tarn::ops::detail
