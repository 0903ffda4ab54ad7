#pragma once

#include <cstddef>
#include <string_view>

namespace tarn::ops::detail {

enum class TokenKind { number, name, symbol, end };

/// A word of a formula.
struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;   ///< as written; empty at the end
  std::size_t offset = 0;  ///< of its first byte in the formula
  double value = 0;        ///< of a number

  bool is(std::string_view symbol) const { return kind == TokenKind::symbol && text == symbol; }
};

/// Cuts a formula into words.
class Lexer {
 public:
  /// @param text  outlives the lexer and its tokens
  explicit Lexer(std::string_view text) : text_(text) {}

  /// The next word.
  /// @throws FormulaError if what follows is no word
  Token next();

 private:
  Token number();
  Token symbol();
  Token take(TokenKind kind, std::size_t length);

  std::string_view text_;
  std::size_t at_ = 0;
};

/// Whether a character may stand in a name: a letter, a digit or an underscore.
bool continues_name(char c);

/// Whether the text is a name: a letter or underscore, then letters, digits and underscores.
bool is_name(std::string_view text);

}  // namespace tarn::ops::detail
