#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tarn/ops/formula/formula.hpp"
#include "tarn/ops/formula/lexer.hpp"
#include "tarn/ops/formula/names.hpp"
#include "tarn/ops/formula/program_builder.hpp"

namespace tarn::ops::detail {

/// Reads a formula by recursive descent and compiles it on the way; see Formula for the language.
class Parser {
 public:
  /// @param text, context  outlive the parser
  Parser(std::string_view text, const FormulaContext& context) : text_(text), context_(context), lexer_(text) {}

  /// The whole formula.
  /// @throws FormulaError
  ProgramBuilder parse();

 private:
  class Nesting;

  void advance();
  void choice();      ///< c ? a : b, or what binds closer
  void either();      ///< a || b
  void both();        ///< a && b
  void comparison();  ///< a < b
  void sum();         ///< a + b
  void product();     ///< a * b
  void sign();        ///< -a
  void power();       ///< a ^ b
  void value();       ///< a number, name, call, or parentheses
  void parentheses();
  void name(const Token& name);
  void call(const Token& name);
  int arguments(const FunctionEntry& function, const Token& name);
  void random(const Token& name);
  void push_name(const Token& name);

  [[noreturn]] void refuse_rest(const Token& opened) const;
  [[noreturn]] void refuse_name(const Token& name, bool called) const;
  [[noreturn]] void refuse_start_of_value() const;
  std::string suggestion(const Token& name, bool called) const;

  std::string_view text_;
  const FormulaContext& context_;
  Lexer lexer_;
  Token token_;
  ProgramBuilder builder_;
  int nesting_ = 0;
};

}  // namespace tarn::ops::detail
