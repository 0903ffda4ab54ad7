#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace tarn::apps {

/// JSON as tarn prints and stores it: indented, with a line's end. Bytes of names that are not UTF-8 become U+FFFD.
inline std::string json_text(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace tarn::apps
