#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tarn/ops/formula/formula.hpp"
#include "tarn/ops/formula/lexer.hpp"
#include "tarn/ops/formula/names.hpp"
#include "tarn/ops/formula/tree.hpp"

namespace tarn::ops::detail {

/// Reads a formula by recursive descent; see Formula for the language. Each part gives the number of its node.
class Parser {
 public:
  /// @param text, context  outlive the parser
  Parser(std::string_view text, const FormulaContext& context) : text_(text), context_(context), lexer_(text) {}

  /// The whole formula.
  /// @throws FormulaError
  FormulaTree parse();

 private:
  class Nesting;

  void advance();
  int choice();      ///< c ? a : b, or what binds closer
  int either();      ///< a || b
  int both();        ///< a && b
  int comparison();  ///< a < b
  int sum();         ///< a + b
  int product();     ///< a * b
  int sign();        ///< -a
  int power();       ///< a ^ b
  int value();       ///< a number, name, call, or parentheses
  int parentheses();
  int name(const Token& name);
  int call(const Token& name);
  int operation(const Token& name, int number);
  std::vector<int> arguments();
  int random(const Token& name);
  int named(const Token& name);
  int defined(const FormulaTree& tree, const Token& name);

  int add(const FormulaNode& node, const Token& place);
  int constant(double value, const Token& place);
  int unary(OpCode code, int a, const Token& place);
  int binary(OpCode code, int a, int b, const Token& place);

  [[noreturn]] void refuse_rest(const Token& opened) const;
  [[noreturn]] void refuse_arguments(const Token& name, const std::string& takes, std::size_t given,
                                     std::size_t wanted) const;
  [[noreturn]] void refuse_name(const Token& name, bool called) const;
  [[noreturn]] void refuse_start_of_value() const;
  std::string suggestion(const Token& name, bool called) const;
  std::string advice_on_rest() const;
  std::string product_at(const Token& factor, const std::vector<std::string>& known) const;
  std::string advice_on(const Token& name, const std::vector<std::string>& known) const;
  bool is_followed_by(const Token& token, char symbol) const;
  std::vector<std::string> known_names(bool called) const;

  std::string_view text_;
  const FormulaContext& context_;
  Lexer lexer_;
  Token token_, before_;  ///< what was read last, and the one before that
  FormulaTree tree_;
  int nesting_ = 0;
};

}  // namespace tarn::ops::detail
