#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

// Texts of others: what is in them, and how they are shown and kept.

namespace tarn::io {

/// Whether a text is UTF-8; file names need not be.
bool is_utf8(std::string_view text);

/// The bytes of a text as lower case hexadecimal digits, for JSON that must give back any name; and back, nothing for
/// what is no such text.
std::string hex_of(std::string_view bytes);
std::optional<std::string> bytes_of_hex(std::string_view hex);

/// Text of a stranger, fit for a message: what is not printable ASCII is a '?', and it ends after `longest` characters.
std::string shown_text(const std::string& text, std::size_t longest = 120);

}  // namespace tarn::io
