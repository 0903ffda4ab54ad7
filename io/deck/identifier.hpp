#pragma once

#include <string>
#include <string_view>

namespace tarn::io {

/// Whether formulas can use a name: letters, digits and _, and a letter or _ first.
bool is_identifier(std::string_view name);

/// The field that a key such as "du/dt", "d(u)/dt" or "d/dt u" stands for the rate of; empty if it is no such key.
std::string field_of_rate(std::string_view key);

}  // namespace tarn::io
