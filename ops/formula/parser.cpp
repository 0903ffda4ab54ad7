#include "tarn/ops/formula/parser.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace tarn::ops::detail {

namespace {

/// Keeps the parser's recursion, and so the program's stack, small whatever the text.
constexpr int max_nesting = 200;

constexpr double pi = 0x1.921fb54442d18p+1;

using SymbolCode = std::pair<std::string_view, OpCode>;

template <std::size_t Count>
std::optional<OpCode> code_of(const Token& token, const std::array<SymbolCode, Count>& symbols) {
  for (const auto& [symbol, code] : symbols) {
    if (token.is(symbol)) return code;
  }
  return std::nullopt;
}

constexpr std::array<SymbolCode, 6> comparisons{{{"<", OpCode::less},
                                                 {"<=", OpCode::less_equal},
                                                 {">", OpCode::greater},
                                                 {">=", OpCode::greater_equal},
                                                 {"==", OpCode::equal},
                                                 {"!=", OpCode::not_equal}}};
constexpr std::array<SymbolCode, 2> sums{{{"+", OpCode::add}, {"-", OpCode::subtract}}};
constexpr std::array<SymbolCode, 2> products{{{"*", OpCode::multiply}, {"/", OpCode::divide}}};

}  // namespace

/// Counts one level of recursion while it lives.
class Parser::Nesting {
 public:
  explicit Nesting(Parser& parser) : parser_(parser) {
    if (parser_.nesting_ >= max_nesting) {
      throw FormulaError(fmt::format("the formula is nested too deeply: more than {} levels", max_nesting),
                         parser_.token_.offset, parser_.token_.text.size());
    }
    ++parser_.nesting_;
  }
  ~Nesting() { --parser_.nesting_; }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;

 private:
  Parser& parser_;
};

ProgramBuilder Parser::parse() {
  if (text_.size() > Formula::max_text) {
    throw FormulaError(fmt::format("the formula is too long: {} bytes, more than {}", text_.size(), Formula::max_text),
                       Formula::max_text, text_.size() - Formula::max_text);
  }
  advance();
  if (token_.kind == TokenKind::end) throw FormulaError("the formula is empty", 0, text_.size());
  choice();
  if (token_.kind != TokenKind::end) refuse_rest({});
  return std::move(builder_);
}

void Parser::advance() {
  token_ = lexer_.next();
  builder_.set_place(token_);
}

void Parser::choice() {
  const Nesting level(*this);
  either();
  if (!token_.is("?")) return;
  const Token question = token_;
  advance();
  const auto first = builder_.then_branch();
  choice();
  if (!token_.is(":")) {
    if (token_.kind == TokenKind::end || token_.is(")") || token_.is(",")) {
      throw FormulaError("'?' without ':'; expected condition ? value : other value", question.offset, 1);
    }
    refuse_rest({});
  }
  advance();
  const auto second = builder_.else_branch(first);
  choice();
  builder_.end_branches(second);
}

void Parser::either() {
  both();
  while (token_.is("||")) {
    advance();
    both();
    builder_.binary(OpCode::either);
  }
}

void Parser::both() {
  comparison();
  while (token_.is("&&")) {
    advance();
    comparison();
    builder_.binary(OpCode::both);
  }
}

void Parser::comparison() {
  sum();
  const auto code = code_of(token_, comparisons);
  if (!code) return;
  advance();
  sum();
  builder_.binary(*code);
  if (code_of(token_, comparisons)) {
    throw FormulaError("comparisons cannot be chained; write a < b && b < c", token_.offset, token_.text.size());
  }
}

void Parser::sum() {
  product();
  while (const auto code = code_of(token_, sums)) {
    advance();
    product();
    builder_.binary(*code);
  }
}

void Parser::product() {
  sign();
  while (const auto code = code_of(token_, products)) {
    advance();
    sign();
    builder_.binary(*code);
  }
}

void Parser::sign() {
  const Nesting level(*this);
  const Token symbol = token_;
  if (!symbol.is("-") && !symbol.is("+") && !symbol.is("!")) return power();
  advance();
  sign();
  if (symbol.is("-")) builder_.unary(OpCode::negate);
  if (symbol.is("!")) builder_.unary(OpCode::invert);
}

void Parser::power() {
  value();
  if (!token_.is("^")) return;
  advance();
  sign();  // right associative, and 2^-1 needs no parentheses
  builder_.binary(OpCode::power);
}

void Parser::value() {
  const Token start = token_;
  if (start.kind == TokenKind::number) {
    advance();
    builder_.push_constant(start.value);
  } else if (start.kind == TokenKind::name) {
    advance();
    name(start);
  } else if (start.is("(")) {
    parentheses();
  } else {
    refuse_start_of_value();
  }
}

void Parser::parentheses() {
  const Token opened = token_;
  advance();
  choice();
  if (!token_.is(")")) refuse_rest(opened);
  advance();
}

void Parser::name(const Token& name) {
  if (name.text == "random" && !context_.refused.contains("random")) {
    random(name);
  } else if (token_.is("(")) {
    call(name);
  } else {
    push_name(name);
  }
}

void Parser::random(const Token& name) {
  if (!context_.random) {
    throw FormulaError(
        "'random' cannot be used here: it is a number of a cell, for formulas that set the cells of a field",
        name.offset, name.text.size());
  }
  builder_.push_random();
  if (!token_.is("(")) return;
  const Token opened = token_;
  advance();
  if (token_.kind == TokenKind::end) throw FormulaError("unbalanced '('", opened.offset, 1);
  if (!token_.is(")")) throw FormulaError("random takes no arguments", name.offset, name.text.size());
  advance();
}

void Parser::call(const Token& name) {
  const FunctionEntry* function = find_function(name.text);
  if (function == nullptr) refuse_name(name, true);
  const int given = arguments(*function, name);
  if (given == function->arguments || (function->more && given > function->arguments)) return;
  throw FormulaError(fmt::format("{} takes {}{} argument{}, {} given", function->name, function->arguments,
                                 function->more ? " or more" : "", function->arguments == 1 ? "" : "s", given),
                     name.offset, name.text.size());
}

/// Reads `(a, b, ...)` and applies the function as soon as it has what it needs. Returns the number of
/// arguments.
int Parser::arguments(const FunctionEntry& function, const Token& name) {
  const Token opened = token_;
  advance();
  if (token_.is(")")) {
    advance();
    return 0;
  }
  int given = 0;
  while (true) {
    choice();
    ++given;
    if (given == function.arguments || (function.more && given > function.arguments)) {
      if (function.arguments == 1) {
        builder_.unary(function.code);
      } else {
        builder_.binary(function.code);
      }
    }
    if (!token_.is(",")) break;
    advance();
  }
  if (!token_.is(")")) refuse_rest(opened);
  builder_.set_place(name);
  advance();
  return given;
}

void Parser::push_name(const Token& name) {
  const auto& variables = context_.variables;
  const auto found = std::find(variables.begin(), variables.end(), name.text);
  const auto constant = context_.constants.find(std::string(name.text));
  const bool is_constant = constant != context_.constants.end();
  if (found != variables.end() && is_constant) {
    throw FormulaError(fmt::format("'{}' is both a variable and a constant; rename the constant", name.text),
                       name.offset, name.text.size());
  }
  if (found != variables.end()) {
    builder_.push_variable(static_cast<std::size_t>(found - variables.begin()));
  } else if (is_constant) {
    builder_.push_constant(constant->second);
  } else if (name.text == "pi") {
    builder_.push_constant(pi);
  } else {
    refuse_name(name, false);
  }
}

}  // namespace tarn::ops::detail
