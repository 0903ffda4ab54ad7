#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

// What is in a text, and how those of others are shown and kept.

namespace tarn::io {

/// Whether a text is UTF-8; file names need not be.
bool is_utf8(std::string_view text);

/// The bytes of a text as lower case hexadecimal digits, for JSON that must give back any name; and back, nothing for
/// what is no such text.
std::string hex_of(std::string_view bytes);
std::optional<std::string> bytes_of_hex(std::string_view hex);

/// The parts of a text between separators, empty ones too. They are views of the text, which has to outlive them.
std::vector<std::string_view> views_between(std::string_view text, char separator);

/// The same parts as texts of their own.
std::vector<std::string> split(std::string_view text, char separator);

/// The lines of a text; what ends with a line break has no empty line behind it.
std::vector<std::string> lines_of(std::string_view text);

/// Whether a text is of digits alone, at least one.
bool is_digits(std::string_view text);

/// The number that a whole text is, if it is one: no blanks, no plus sign, and in the range of its type.
template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

/// Text of a stranger, fit for a message: what is not printable ASCII is a '?', and it ends after `longest` characters.
std::string shown_text(const std::string& text, std::size_t longest = 120);

}  // namespace tarn::io
