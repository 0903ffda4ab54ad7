#pragma once

#include <string>
#include <string_view>

namespace tarn::io {

/// A duration in seconds, or what is wrong with it.
struct Duration {
  double seconds = 0;  ///< [s]
  std::string flaw;    ///< empty: none
};

/// Reads "HH:MM:SS": one to six digits of hours, two of minutes and of seconds, both below 60.
Duration parse_duration(std::string_view text);

/// The same as a regular expression (ECMA 262).
inline constexpr const char* duration_pattern = "^[0-9]{1,6}:[0-5][0-9]:[0-5][0-9]$";

}  // namespace tarn::io
