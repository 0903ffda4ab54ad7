#include <algorithm>

#include <fmt/format.h>

#include "tarn/ops/formula/foreign_names.hpp"
#include "tarn/ops/formula/missing_product.hpp"
#include "tarn/ops/formula/names.hpp"
#include "tarn/ops/formula/parser.hpp"

// What the parser says about formulas that it refuses.

namespace tarn::ops::detail {

namespace {
/// Names may be as long as the text; a message is not.
std::string_view shortened(std::string_view text) {
  return text.substr(0, 40);
}

/// The base of the natural logarithm in other languages, or the mark of an exponent.
bool is_e(const Token& token) {
  return token.text == "e" || token.text == "E";
}

/// Whether a name next to a number is the rest of a number written wrongly, such as the second exponent of "1e5e5".
bool is_rest_of_number(const Token& token) {
  constexpr std::string_view marks = "eE", digits = "0123456789";
  return marks.find(token.text.front()) != std::string_view::npos &&
         token.text.find_first_not_of(digits, 1) == std::string_view::npos;
}

/// What is not finite is called so elsewhere, and is no unit.
bool is_not_finite(std::string_view name) {
  const std::string lower = lower_case(name.substr(0, 16));
  return lower == "inf" || lower == "infinity" || lower == "nan";
}

bool is_one_of(std::string_view name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Whether a letter is the symbol of a unit, such as those of the SI.
bool is_unit_letter(std::string_view name) {
  return name.size() == 1 && std::string_view("ACFHJKLNSTVWdghlms").find(name[0]) != std::string_view::npos;
}

/// What is said of a comma between a whole number and digits, without a blank: it may be meant for a decimal point.
std::string advice_on_comma(std::string_view text, const Token& before, std::size_t comma) {
  constexpr std::string_view digits = "0123456789";
  const bool adjoins = before.kind == TokenKind::number && before.offset + before.text.size() == comma;
  if (!adjoins || before.text.find_first_not_of(digits) != std::string_view::npos) return {};
  if (comma + 1 >= text.size() || digits.find(text[comma + 1]) == std::string_view::npos) return {};
  Lexer lexer(text.substr(comma + 1));
  const auto behind = shortened(lexer.next().text), whole = shortened(before.text);
  const bool may_be_thousands =
      behind.size() == 3 && behind.find_first_not_of(digits) == std::string_view::npos && whole != "0";
  if (may_be_thousands && text.substr(comma + 1 + behind.size()).starts_with(",")) return "; thousands have no mark";
  return may_be_thousands ? fmt::format("; the decimal mark is a point, and thousands have none: write {}.{} or {}{}",
                                        whole, behind, whole, behind)
                          : fmt::format("; the decimal mark is a point: write {}.{}", whole, behind);
}

/// Of the arguments of a call that are too many: of the first comma that may be meant for a decimal point.
/// @param end  of the call in the text
std::string advice_on_commas_of(std::string_view text, const Token& name, std::size_t end) {
  Lexer lexer(text.substr(0, end));
  int depth = 0;
  Token before;
  for (Token token = lexer.next(); token.kind != TokenKind::end; before = token, token = lexer.next()) {
    if (token.offset < name.offset) continue;
    if (token.is("(")) ++depth;
    if (token.is(")") && --depth == 0) return {};
    if (depth != 1 || !token.is(",")) continue;
    if (auto advice = advice_on_comma(text, before, token.offset); !advice.empty()) return advice;
  }
  return {};
}

}  // namespace

/// A call has not as many arguments as it takes.
/// @param takes  such as "sin takes 1 argument"
void Parser::refuse_arguments(const Token& name, const std::string& takes, std::size_t given,
                              std::size_t wanted) const {
  throw FormulaError(fmt::format("{}, {} given{}", takes, given,
                                 given > wanted ? advice_on_commas_of(text_, name, token_.offset) : ""),
                     name.offset, name.text.size());
}

/// A value is complete, and what follows does not go on with it.
/// @param opened  the parenthesis that is still open, if one is
void Parser::refuse_rest(const Token& opened) const {
  const auto fail = [&](const std::string& message) { throw FormulaError(message, token_.offset, token_.text.size()); };
  if (token_.kind == TokenKind::end) throw FormulaError("unbalanced '('", opened.offset, 1);
  if (token_.is(")")) fail("unbalanced ')'");
  if (token_.is(",")) {
    const std::string advice = advice_on_comma(text_, before_, token_.offset);
    fail("unexpected ','" + (advice.empty() ? "; only the arguments of a function are separated by ','" : advice));
  }
  if (token_.is(":")) fail("unexpected ':'; there is no '?' before it");
  if (token_.is("!")) fail("unexpected '!'; expected an operator (write != to compare)");
  fail(fmt::format("an operator is missing before '{}'{}", shortened(token_.text), advice_on_rest()));
  throw Error("unreachable");
}

/// Of what follows a complete value.
std::string Parser::advice_on_rest() const {
  const bool is_name = token_.kind == TokenKind::name;
  if (!is_name && !token_.is("(")) return {};
  if (is_name && context_.refused.contains(std::string(token_.text))) return {};
  const auto known = known_names(false);
  const bool follows_number = before_.kind == TokenKind::number;
  if (const auto product = product_at(token_, known); !product.empty()) {
    const bool may_be_unit = follows_number && is_unit_letter(token_.text) && !is_one_of(token_.text, known);
    const std::string_view number = shortened(before_.text);
    return fmt::format("; write {}{}", product,
                       may_be_unit ? fmt::format("; if '{}' is a unit, write {} alone", token_.text, number) : "");
  }
  if (!is_name || is_one_of(token_.text, known)) return {};
  const bool adjoins = before_.offset + before_.text.size() == token_.offset;
  const bool is_power_of_e = is_e(token_) && is_followed_by(token_, '^');
  if (follows_number && adjoins && is_rest_of_number(token_) && !is_power_of_e) return {};
  if (auto advice = advice_on(token_, known); !advice.empty()) return "; " + advice;
  if (!follows_number || is_not_finite(token_.text)) return {};
  return "; no unit stands in a formula: write the number alone";
}

/// The product that has no '*' before this factor of it, written with all of them; empty: it is none.
std::string Parser::product_at(const Token& factor, const std::vector<std::string>& known) const {
  const auto arguments_of = [&](const std::string& name) -> std::optional<int> {
    if (const auto* function = find_function(name))
      return function->more ? function->arguments + 1 : function->arguments;
    for (const FormulaOperator& one : context_.operators) {
      if (one.name == name) return one.arguments;
    }
    return std::nullopt;
  };
  return MissingProduct(text_, known, arguments_of).at(factor.offset);
}

/// What to write in place of a name that others have; of "e" where it stands for the power of it alone.
std::string Parser::advice_on(const Token& name, const std::vector<std::string>& known) const {
  return is_e(name) && !is_followed_by(name, '^') ? "" : advice_for_name(name.text, known);
}

bool Parser::is_followed_by(const Token& token, char symbol) const {
  const auto next = text_.find_first_not_of(" \t\n\r", token.offset + token.text.size());
  return next != std::string_view::npos && text_[next] == symbol;
}

void Parser::refuse_start_of_value() const {
  constexpr const char* expected = "a number, a name or '('";
  if (token_.kind == TokenKind::end) {
    throw FormulaError(fmt::format("the formula ends where {} is expected", expected), token_.offset, 0);
  }
  throw FormulaError(fmt::format("unexpected '{}'; expected {}", token_.text, expected), token_.offset,
                     token_.text.size());
}

void Parser::refuse_name(const Token& name, bool called) const {
  const auto fail = [&](const std::string& message) { throw FormulaError(message, name.offset, name.text.size()); };
  const std::string text(name.text);
  const auto shown = shortened(name.text);
  const auto& variables = context_.variables;
  const bool is_value = text == "pi" || context_.constants.contains(text) ||
                        std::find(variables.begin(), variables.end(), text) != variables.end();
  if (is_value) fail(fmt::format("'{}' is not a function; write {} * (...) for a product", shown, shown));
  if (const auto refused = context_.refused.find(text); refused != context_.refused.end()) {
    fail(fmt::format("'{}' is not a variable here: {}", shown, refused->second));
  }
  const auto& operators = context_.operators;
  const bool is_operator =
      std::any_of(operators.begin(), operators.end(), [&](const FormulaOperator& one) { return one.name == text; });
  if (is_operator || find_function(name.text) != nullptr)
    fail(fmt::format("'{}' is a function; write {}(...)", shown, shown));
  fail(fmt::format("unknown {} '{}'{}", called ? "function" : "name", shown, suggestion(name, called)));
  throw Error("unreachable");
}

std::vector<std::string> Parser::known_names(bool called) const {
  auto names = function_names();
  if (context_.random) names.emplace_back("random");
  for (const FormulaOperator& one : context_.operators)
    names.push_back(one.name);
  if (called) return names;
  names.emplace_back("pi");
  names.insert(names.end(), context_.variables.begin(), context_.variables.end());
  for (const auto& [constant, value] : context_.constants)
    names.push_back(constant);
  for (const auto& [definition, tree] : context_.definitions)
    names.push_back(definition);
  return names;
}

std::string Parser::suggestion(const Token& name, bool called) const {
  const auto candidates = known_names(called);
  if (const auto advice = advice_on(name, candidates); !advice.empty()) return "; " + advice;
  if (const auto nearest = nearest_name(name.text, candidates)) return fmt::format("; did you mean '{}'?", *nearest);
  const auto& variables = context_.variables;
  if (called || variables.empty()) return {};
  constexpr std::size_t most = 20;  // a deck may bring any number of names, as long as it likes
  const std::size_t shown = std::min(variables.size(), most);
  std::string list;
  for (std::size_t n = 0; n < shown; ++n)
    list += fmt::format("{}{}", n == 0 ? "" : ", ", shortened(variables[n]));
  if (shown < variables.size()) list += fmt::format(" and {} more", variables.size() - shown);
  return "; the variables here are " + list;
}

}  // namespace tarn::ops::detail
