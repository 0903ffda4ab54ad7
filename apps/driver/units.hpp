#pragma once

#include <string>

namespace tarn::apps {

/// Bytes for people: "12.3 MB"; powers of 1000.
std::string size_text(double bytes);

/// Seconds for people: "0.42 s", "3 min 05 s", "2 h 07 min".
std::string duration_text(double seconds);

/// A rate for people, such as "1.23e9".
std::string rate_text(double per_second);

}  // namespace tarn::apps
