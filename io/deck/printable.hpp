#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::io {

/// The text with control characters (a terminal may obey them) written as escapes such as \n and \u001B, and bytes that
/// are no UTF-8 as \xE9.
std::string printable(std::string_view text);

/// Bytes of the UTF-8 character at `i`, or 0 if there is none. RFC 3629: no overlong forms, no surrogates, nothing
/// above U+10FFFF.
std::size_t utf8_length(std::string_view text, std::size_t i);

/// printable(), cut after about `longest` characters with "..." in place of the rest.
std::string shortened(std::string_view text, std::size_t longest = 60);

/// A number's shortest exact spelling; "1" for 1.0.
std::string shortest(double value);

/// "a, b, c"
std::string comma_list(const std::vector<std::string>& names);

/// A name as a part of a TOML key: itself if it is bare, else in quotes.
std::string key_part(std::string_view name);

/// The text as a TOML basic string, quotes included.
std::string toml_quoted(std::string_view text);

}  // namespace tarn::io
