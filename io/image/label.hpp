#pragma once

#include <string>

namespace tarn::io {

/// A quantity as pictures name it: "pressure [Pa]", "temperature [°C]" of the unit degC, and the name alone without
/// one.
std::string label_of(const std::string& name, const std::string& unit);

}  // namespace tarn::io
