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

FormulaTree Parser::parse() {
  if (text_.size() > Formula::max_text) {
    throw FormulaError(fmt::format("the formula is too long: {} bytes, more than {}", text_.size(), Formula::max_text),
                       Formula::max_text, text_.size() - Formula::max_text);
  }
  advance();
  if (token_.kind == TokenKind::end) throw FormulaError("the formula is empty", 0, text_.size());
  choice();
  if (token_.kind != TokenKind::end) refuse_rest({});
  return std::move(tree_);
}

void Parser::advance() {
  before_ = token_;
  token_ = lexer_.next();
}

int Parser::add(const FormulaNode& node, const Token& place) {
  tree_.nodes.push_back(node);
  tree_.nodes.back().offset = place.offset;
  tree_.nodes.back().length = place.text.size();
  return tree_.root();
}

int Parser::constant(double value, const Token& place) {
  return add({.kind = NodeKind::constant, .value = value}, place);
}

int Parser::unary(OpCode code, int a, const Token& place) {
  return add({.kind = NodeKind::unary, .code = code, .child = {a, -1, -1, -1}}, place);
}

int Parser::binary(OpCode code, int a, int b, const Token& place) {
  return add({.kind = NodeKind::binary, .code = code, .child = {a, b, -1, -1}}, place);
}

int Parser::choice() {
  const Nesting level(*this);
  const int condition = either();
  if (!token_.is("?")) return condition;
  const Token question = token_;
  advance();
  const int yes = choice();
  if (!token_.is(":")) {
    if (token_.kind == TokenKind::end || token_.is(")") || token_.is(",")) {
      throw FormulaError("'?' without ':'; expected condition ? value : other value", question.offset, 1);
    }
    refuse_rest({});
  }
  advance();
  const int no = choice();
  return add({.kind = NodeKind::choice, .child = {condition, yes, no, -1}}, question);
}

int Parser::either() {
  int left = both();
  while (token_.is("||")) {
    const Token symbol = token_;
    advance();
    left = binary(OpCode::either, left, both(), symbol);
  }
  return left;
}

int Parser::both() {
  int left = comparison();
  while (token_.is("&&")) {
    const Token symbol = token_;
    advance();
    left = binary(OpCode::both, left, comparison(), symbol);
  }
  return left;
}

int Parser::comparison() {
  const int left = sum();
  const auto code = code_of(token_, comparisons);
  if (!code) return left;
  const Token symbol = token_;
  advance();
  const int whole = binary(*code, left, sum(), symbol);
  if (code_of(token_, comparisons)) {
    throw FormulaError("comparisons cannot be chained; write a < b && b < c", token_.offset, token_.text.size());
  }
  return whole;
}

int Parser::sum() {
  int left = product();
  while (const auto code = code_of(token_, sums)) {
    const Token symbol = token_;
    advance();
    left = binary(*code, left, product(), symbol);
  }
  return left;
}

int Parser::product() {
  int left = sign();
  while (const auto code = code_of(token_, products)) {
    const Token symbol = token_;
    advance();
    left = binary(*code, left, sign(), symbol);
  }
  return left;
}

int Parser::sign() {
  const Nesting level(*this);
  const Token symbol = token_;
  if (!symbol.is("-") && !symbol.is("+") && !symbol.is("!")) return power();
  advance();
  const int a = sign();
  if (symbol.is("+")) return a;
  return unary(symbol.is("-") ? OpCode::negate : OpCode::invert, a, symbol);
}

int Parser::power() {
  const int base = value();
  if (!token_.is("^")) return base;
  const Token symbol = token_;
  advance();
  return binary(OpCode::power, base, sign(), symbol);  // right associative, and 2^-1 needs no parentheses
}

int Parser::value() {
  const Token start = token_;
  if (start.is("(")) return parentheses();
  if (start.kind != TokenKind::number && start.kind != TokenKind::name) refuse_start_of_value();
  advance();
  return start.kind == TokenKind::number ? constant(start.value, start) : name(start);
}

int Parser::parentheses() {
  const Token opened = token_;
  advance();
  const int inside = choice();
  if (!token_.is(")")) refuse_rest(opened);
  advance();
  return inside;
}

int Parser::name(const Token& name) {
  if (name.text == "random" && !context_.refused.contains("random")) return random(name);
  if (!token_.is("(")) return named(name);
  for (std::size_t n = 0; n < context_.operators.size(); ++n) {
    if (context_.operators[n].name == name.text) return operation(name, static_cast<int>(n));
  }
  return call(name);
}

int Parser::random(const Token& name) {
  if (!context_.random) {
    throw FormulaError(
        "'random' cannot be used here: it is a number of a cell, for formulas that set the cells of a field",
        name.offset, name.text.size());
  }
  const int node = add({.kind = NodeKind::random, .index = tree_.random_streams++}, name);
  if (!token_.is("(")) return node;
  const Token opened = token_;
  advance();
  if (token_.kind == TokenKind::end) throw FormulaError("unbalanced '('", opened.offset, 1);
  if (!token_.is(")")) throw FormulaError("random takes no arguments", name.offset, name.text.size());
  advance();
  return node;
}

int Parser::call(const Token& name) {
  const FunctionEntry* function = find_function(name.text);
  if (function == nullptr) refuse_name(name, true);
  const auto given = arguments();
  const auto wanted = static_cast<std::size_t>(function->arguments);
  if (given.size() != wanted && !(function->more && given.size() > wanted)) {
    refuse_arguments(name,
                     fmt::format("{} takes {}{} argument{}", function->name, function->arguments,
                                 function->more ? " or more" : "", function->arguments == 1 ? "" : "s"),
                     given.size(), wanted);
  }
  if (wanted == 1) return unary(function->code, given[0], name);
  int whole = given[0];
  for (std::size_t n = 1; n < given.size(); ++n)
    whole = binary(function->code, whole, given[n], name);
  return whole;
}

int Parser::operation(const Token& name, int number) {
  const auto given = arguments();
  const auto wanted = static_cast<std::size_t>(context_.operators[static_cast<std::size_t>(number)].arguments);
  if (given.size() != wanted) {
    refuse_arguments(name, fmt::format("{} takes {} argument{} here", name.text, wanted, wanted == 1 ? "" : "s"),
                     given.size(), wanted);
  }
  FormulaNode node{.kind = NodeKind::operation, .index = number};
  std::copy(given.begin(), given.end(), node.child.begin());
  return add(node, name);
}

/// Reads `(a, b, ...)`.
std::vector<int> Parser::arguments() {
  const Token opened = token_;
  std::vector<int> given;
  advance();
  if (token_.is(")")) {
    advance();
    return given;
  }
  while (true) {
    given.push_back(choice());
    if (!token_.is(",")) break;
    advance();
  }
  if (!token_.is(")")) refuse_rest(opened);
  advance();
  return given;
}

int Parser::named(const Token& name) {
  const auto& variables = context_.variables;
  const auto found = std::find(variables.begin(), variables.end(), name.text);
  const auto constant_found = context_.constants.find(std::string(name.text));
  const bool is_constant = constant_found != context_.constants.end();
  if (found != variables.end() && is_constant) {
    throw FormulaError(fmt::format("'{}' is both a variable and a constant; rename the constant", name.text),
                       name.offset, name.text.size());
  }
  if (found != variables.end())
    return add({.kind = NodeKind::variable, .index = static_cast<int>(found - variables.begin())}, name);
  if (is_constant) return constant(constant_found->second, name);
  const auto definition = context_.definitions.find(std::string(name.text));
  if (definition != context_.definitions.end()) return defined(*definition->second, name);
  if (name.text == "pi") return constant(pi, name);
  refuse_name(name, false);
}

/// A copy of a tree whose name the formula uses; all of it stands where the name does.
int Parser::defined(const FormulaTree& tree, const Token& name) {
  constexpr std::size_t most_nodes = 1 << 20;
  if (tree_.nodes.size() + tree.nodes.size() > most_nodes) {
    throw FormulaError(fmt::format("the formula is too long with what '{}' stands for", name.text.substr(0, 40)),
                       name.offset, name.text.size());
  }
  const int first = static_cast<int>(tree_.nodes.size());
  for (FormulaNode node : tree.nodes) {
    for (int& child : node.child) {
      if (child >= 0) child += first;
    }
    if (node.kind == NodeKind::random) node.index += tree_.random_streams;
    add(node, name);
  }
  tree_.random_streams += tree.random_streams;
  return tree_.root();
}

}  // namespace tarn::ops::detail

namespace tarn::ops {

FormulaTree parse_formula(std::string_view text, const FormulaContext& context) {
  return detail::Parser(text, context).parse();
}

}  // namespace tarn::ops
