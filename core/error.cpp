#include "tarn/core/error.hpp"

#include <fmt/format.h>

namespace tarn {

void require(bool condition, const char* message, std::source_location place) {
  if (condition) return;
  throw Error(fmt::format("{} ({}:{})", message, place.file_name(), place.line()));
}

void require(bool condition, const std::string& message, std::source_location place) {
  require(condition, message.c_str(), place);
}

}  // namespace tarn
