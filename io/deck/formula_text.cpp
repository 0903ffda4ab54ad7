#include "tarn/io/deck/formula_text.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

namespace tarn::io {

namespace {

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xc0u) == 0x80u;
}

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// Reads a TOML string character by character, keeping the place in the file.
class StringWalk {
 public:
  StringWalk(std::string_view source, Position& place) : source_(source), place_(place) {
    const std::string triple(3, source.empty() ? '"' : source[0]);
    escapes_ = triple[0] == '"';
    long_form_ = source.substr(0, 3) == triple;
    advance(long_form_ ? 3 : 1);
    if (!long_form_) return;
    skip_carriage_return();
    if (peek() == '\n') advance(1);  // the newline right after the opening quotes is not part of the string
  }

  std::size_t offset() const { return at_; }
  bool done() const { return at_ >= source_.size(); }

  /// Moves past what yields nothing: the carriage returns of line ends, and a backslash that joins lines.
  void skip_silent() {
    while (long_form_) {
      const auto before = at_;
      skip_carriage_return();
      if (escapes_ && peek() == '\\' && joins_lines()) {
        advance(1);
        while (!done() && std::string_view(" \t\r\n").find(peek()) != std::string_view::npos)
          advance(1);
      }
      if (at_ == before) return;
    }
  }

  /// Moves over one character or escape; returns the bytes that it yields.
  std::size_t read() {
    if (escapes_ && peek() == '\\') return read_escape();
    const auto start = at_;
    advance(1);
    return at_ - start;
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0'; }

  void advance(std::size_t characters) {
    for (; characters > 0 && !done(); --characters) {
      const bool newline = peek() == '\n';
      do
        ++at_;
      while (!done() && continues_character(source_[at_]));
      place_.line += newline ? 1 : 0;
      place_.column = newline ? 1 : place_.column + 1;
    }
  }

  void skip_carriage_return() {
    if (peek() == '\r' && peek(1) == '\n') advance(1);
  }

  bool joins_lines() const {
    std::size_t ahead = 1;
    while (peek(ahead) == ' ' || peek(ahead) == '\t' || peek(ahead) == '\r')
      ++ahead;
    return peek(ahead) == '\n';
  }

  std::size_t read_escape() {
    const char kind = peek(1);
    const std::size_t digits = kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
    unsigned code = 0;
    const auto hex = source_.substr(std::min(at_ + 2, source_.size()), digits);
    std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
    advance(2 + digits);
    if (code < 0x80) return 1;
    return code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }

  std::string_view source_;
  Position& place_;
  std::size_t at_ = 0;
  bool escapes_ = false, long_form_ = false;
};

}  // namespace

std::string_view string_literal(std::string_view source, std::size_t bytes, Position& place) {
  StringWalk walk(source, place);
  walk.skip_silent();
  std::size_t read = 0;
  while (read < bytes && !walk.done()) {
    const Position before = place;
    const auto offset = walk.offset();
    read += walk.read();
    if (read > bytes) {  // within a character: its start is the place
      place = before;
      return source.substr(0, offset);
    }
    walk.skip_silent();
  }
  return source.substr(0, walk.offset());
}

Position FormulaText::at(std::size_t offset) const {
  Position place = position;
  if (!literal.empty()) string_literal(literal, std::min(offset, text.size()), place);
  return place;
}

std::string_view SourceText::from(int line, int column) {
  if (std::tie(line, column) < std::tie(line_, column_)) offset_ = 0, line_ = column_ = 1;
  if (offset_ == 0 && text_.starts_with(byte_order_mark)) offset_ = byte_order_mark.size();
  while (offset_ < text_.size() && std::tie(line_, column_) < std::tie(line, column))
    step();
  return text_.substr(offset_);
}

void SourceText::step() {
  const bool newline = text_[offset_] == '\n';
  do
    ++offset_;
  while (offset_ < text_.size() && continues_character(text_[offset_]));
  line_ += newline ? 1 : 0;
  column_ = newline ? 1 : column_ + 1;
}

}  // namespace tarn::io
