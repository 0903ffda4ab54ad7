#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tarn::plot {

/// The number that a whole text is, if it is one; it may begin with a plus sign.
std::optional<double> number_in(const std::string& text);

/// "there is no WHAT 'NAME' in PLACE; did you mean 'X'? There are: ...", for a message.
std::string unknown_text(const std::string& what, const std::string& name, const std::filesystem::path& place,
                         const std::vector<std::string>& known);

}  // namespace tarn::plot
