#include "tarn/ops/formula/lexer.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "tarn/ops/formula/foreign_characters.hpp"
#include "tarn/ops/formula/formula_error.hpp"

namespace tarn::ops::detail {

namespace {

// The functions of <cctype> depend on the locale.
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::size_t digits(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && is_digit(text[end]))
    ++end;
  return end - from;
}

/// Bytes of the number that the text starts with: digits, a point, digits, an exponent.
std::size_t number_length(std::string_view text) {
  std::size_t length = digits(text, 0);
  if (length < text.size() && text[length] == '.') length += 1 + digits(text, length + 1);
  if (length < text.size() && (text[length] == 'e' || text[length] == 'E')) {
    std::size_t exponent = length + 1;
    if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-')) ++exponent;
    if (digits(text, exponent) > 0) length = exponent + digits(text, exponent);
  }
  return length;
}

/// What to write in place of a symbol that other languages have.
std::string_view advice(std::string_view text) {
  if (text.starts_with("**")) return "write ^ for a power";
  if (text.starts_with("=")) return "write == to compare";
  if (text.starts_with("&")) return "write && for 'and'";
  if (text.starts_with("|")) return "write || for 'or', abs(...) for a magnitude";
  if (text.starts_with("%")) return "write mod(a, b) for a remainder";
  if (text.starts_with("[") || text.starts_with("{")) return "write ( and )";
  return {};
}

[[noreturn]] void refuse_character(std::string_view text, std::size_t offset) {
  const std::string_view rest = text.substr(offset);
  const auto byte = static_cast<unsigned char>(rest[0]);
  if (byte >= 128) {
    const ForeignText foreign = foreign_text(text, offset);
    throw FormulaError(fmt::format("{} is not of a formula, which is plain ASCII text{}{}", foreign.shown,
                                   foreign.advice.empty() ? "" : "; ", foreign.advice),
                       offset, foreign.length);
  }
  if (byte < 32 || byte == 127) {
    throw FormulaError(fmt::format("byte 0x{:02X} is not of a formula", byte), offset, 1);
  }
  const auto help = advice(rest);
  throw FormulaError(fmt::format("unexpected '{}'{}{}", rest[0], help.empty() ? "" : "; ", help), offset, 1);
}

}  // namespace

bool continues_name(char c) {
  return starts_name(c) || is_digit(c);
}

bool is_name(std::string_view text) {
  return !text.empty() && starts_name(text[0]) && std::all_of(text.begin(), text.end(), continues_name);
}

Token Lexer::take(TokenKind kind, std::size_t length) {
  const Token token{kind, text_.substr(at_, length), at_, 0};
  at_ += length;
  return token;
}

Token Lexer::next() {
  while (at_ < text_.size() && is_blank(text_[at_]))
    ++at_;
  if (at_ == text_.size()) return take(TokenKind::end, 0);
  const char first = text_[at_];
  if (is_digit(first) || (first == '.' && digits(text_, at_ + 1) > 0)) return number();
  if (!starts_name(first)) return symbol();
  std::size_t end = at_;
  while (end < text_.size() && continues_name(text_[end]))
    ++end;
  return take(TokenKind::name, end - at_);
}

Token Lexer::number() {
  Token token = take(TokenKind::number, number_length(text_.substr(at_)));
  if (at_ < text_.size() && (text_[at_] == '.' || is_digit(text_[at_]))) {
    std::size_t end = at_;
    while (end < text_.size() && (text_[end] == '.' || is_digit(text_[end])))
      ++end;
    const auto written = text_.substr(token.offset, end - token.offset);
    throw FormulaError(fmt::format("'{}' is not a number", written.substr(0, 40)), token.offset, written.size());
  }
  const auto result = std::from_chars(token.text.data(), token.text.data() + token.text.size(), token.value);
  if (result.ec != std::errc{}) {
    throw FormulaError(
        fmt::format("the number {} is too large or too small for double precision", token.text.substr(0, 40)),
        token.offset, token.text.size());
  }
  return token;
}

Token Lexer::symbol() {
  const auto rest = text_.substr(at_);
  for (const std::string_view two : {"<=", ">=", "==", "!=", "&&", "||"}) {
    if (rest.starts_with(two)) return take(TokenKind::symbol, 2);
  }
  if (rest.starts_with("**")) throw FormulaError("unexpected '**'; write ^ for a power", at_, 2);
  constexpr std::string_view single = "+-*/^<>!?:(),";
  if (single.find(rest[0]) == std::string_view::npos) refuse_character(text_, at_);
  return take(TokenKind::symbol, 1);
}

}  // namespace tarn::ops::detail
