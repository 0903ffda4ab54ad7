#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tarn/io/deck/problems.hpp"

namespace tarn::io {

/// A formula as the deck gives it, and where. A number is given as its shortest exact text.
struct FormulaText {
  std::string text;     ///< as the deck has it, without quotes
  Position position;    ///< of the value: the opening quote
  std::string literal;  ///< the TOML string as it stands in the file, quotes included; empty if it is not in one

  /// The place in the file of byte `offset` of `text`, however the string is written: with escapes, over
  /// several lines, in single quotes. An offset past the end gives the closing quote. What is not a string in
  /// a file (a number, a default, an override) has one place.
  Position at(std::size_t offset) const;
};

/// The part of `source`, which starts with the opening quote of a TOML string, that spells the string's first
/// `bytes` bytes; moves `place` from the quote to the character after that part.
std::string_view string_literal(std::string_view source, std::size_t bytes, Position& place);

/// Finds places in a text given by line and column. Quick if asked in the order of the text.
class SourceText {
 public:
  explicit SourceText(std::string_view text) : text_(text) {}  ///< @param text  a whole deck, which must outlive this

  /// The text from a place on; empty if there is no such place.
  std::string_view from(int line, int column);

 private:
  void step();

  std::string_view text_;
  std::size_t offset_ = 0;
  int line_ = 1, column_ = 1;
};

}  // namespace tarn::io
