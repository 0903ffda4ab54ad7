#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::ops::detail {

/// What to write in place of a name that other languages and textbooks have, such as "ln" and "if"; empty: nothing is
/// known. Upper and lower case count as the same.
/// @param known  names that a formula may use here
std::string advice_for_name(std::string_view name, const std::vector<std::string>& known);

/// The known name that a name is or stands for: "PI" and "arctan" for pi and atan. Letters count as the same in upper
/// and lower case.
std::optional<std::string> name_meant_by(std::string_view name, const std::vector<std::string>& known);

}  // namespace tarn::ops::detail
