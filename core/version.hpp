#pragma once

#include <string>

namespace tarn {

/// The version of the library that is linked, such as "0.1.0".
std::string version();

}  // namespace tarn
