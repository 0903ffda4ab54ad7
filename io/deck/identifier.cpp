#include "tarn/io/deck/identifier.hpp"

#include <algorithm>

namespace tarn::io {

bool is_identifier(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return !name.empty() && letter(name[0]) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || digit(c); });
}

std::string field_of_rate(std::string_view key) {
  std::string text;
  for (const char c : key) {
    if (std::string_view(" \t()\"'").find(c) == std::string_view::npos) text += c;
  }
  const std::string_view all = text;
  std::string_view field;
  if (all.starts_with("d/dt")) {
    field = all.substr(4);
  } else if (all.starts_with("d") && all.ends_with("/dt") && all.size() > 4) {
    field = all.substr(1, all.size() - 4);
  }
  return is_identifier(field) ? std::string(field) : "";
}

}  // namespace tarn::io
