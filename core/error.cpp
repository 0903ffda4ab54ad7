#include "tarn/core/error.hpp"

#include <fmt/format.h>

namespace tarn {

namespace {

std::string describe(const std::string& memory, const OutOfMemory::Figures& figures) {
  const std::string limit =
      figures.limit == OutOfMemory::no_limit ? "no limit" : fmt::format("a limit of {} bytes", figures.limit);
  return fmt::format("out of {} memory: {} bytes asked, {} free; the pool has {} in use, had {} cached, and has {}",
                     memory, figures.asked, figures.free, figures.in_use, figures.cached, limit);
}

}  // namespace

OutOfMemory::OutOfMemory(const std::string& memory, const Figures& figures)
    : Error(describe(memory, figures)), figures_(figures) {}

void require(bool condition, const char* message, std::source_location place) {
  if (condition) return;
  throw Error(fmt::format("{} ({}:{})", message, place.file_name(), place.line()));
}

void require(bool condition, const std::string& message, std::source_location place) {
  require(condition, message.c_str(), place);
}

}  // namespace tarn
