#pragma once

#include <string_view>

namespace tarn::ops::detail {

/// What nvcc made of ptx_functions.cu when tarn was built; nothing without nvcc. The build writes the source.
std::string_view ptx_functions_text();

}  // namespace tarn::ops::detail
