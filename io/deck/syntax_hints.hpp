#pragma once

#include <string>
#include <string_view>

#include "tarn/io/deck/problems.hpp"

namespace tarn::io {

constexpr std::size_t largest_deck = std::size_t{16} << 20;  ///< [bytes]

struct TextFlaw {
  Position position;
  std::string what;  ///< empty: none
};

/// What makes a text unfit for the TOML parser: too large, NUL characters, bytes that are no UTF-8, or a key
/// of so many dotted parts that handling it would exhaust the stack.
TextFlaw find_text_flaw(std::string_view text, const std::string& source);

/// A character outside of strings and comments that is not ASCII, which is no TOML; toml++ 3.3 does not look such
/// characters up properly. The text is UTF-8.
TextFlaw find_bare_character(std::string_view text, const std::string& source);

/// The parser's message about a syntax error, in plainer words where the line shows a common mistake.
std::string explain_syntax_error(std::string_view text, const Position& position, const std::string& message);

}  // namespace tarn::io
