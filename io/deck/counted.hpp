#pragma once

#include <concepts>
#include <string>

#include <fmt/format.h>

namespace tarn::io {

/// A number of things for people: "1 file", "3 files".
/// @param thing   one of them
/// @param things  several; empty: `thing` with an s
template <std::integral Number>
std::string counted(Number count, const std::string& thing, const std::string& things = "") {
  if (count == 1) return fmt::format("1 {}", thing);
  return things.empty() ? fmt::format("{} {}s", count, thing) : fmt::format("{} {}", count, things);
}

}  // namespace tarn::io
