#include "tarn/io/deck/duration.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "tarn/io/deck/printable.hpp"

namespace tarn::io {

namespace {

bool is_digits(std::string_view part, std::size_t fewest, std::size_t most) {
  return part.size() >= fewest && part.size() <= most &&
         std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
}

int value_of(std::string_view digits) {
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

}  // namespace

Duration parse_duration(std::string_view text) {
  const auto bad = [&](const char* why) {
    return Duration{0, fmt::format("\"{}\" is no duration \"HH:MM:SS\": {}", shortened(text), why)};
  };
  const auto first = text.find(':');
  const auto second = first == std::string_view::npos ? first : text.find(':', first + 1);
  if (second == std::string_view::npos) return bad("it has three parts, such as \"00:30:00\" for half an hour");
  const auto hours = text.substr(0, first);
  const auto minutes = text.substr(first + 1, second - first - 1);
  const auto seconds = text.substr(second + 1);
  if (!is_digits(hours, 1, 6)) return bad("hours are one to six digits");
  if (!is_digits(minutes, 2, 2) || minutes[0] > '5') return bad("minutes are two digits, 00 to 59");
  if (!is_digits(seconds, 2, 2) || seconds[0] > '5') return bad("seconds are two digits, 00 to 59");
  return {3600.0 * value_of(hours) + 60.0 * value_of(minutes) + value_of(seconds), ""};
}

}  // namespace tarn::io
