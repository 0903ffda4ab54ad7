#include "tarn/ops/formula/formula_errors.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "tarn/ops/formula/lexer.hpp"
#include "tarn/ops/formula/names.hpp"
#include "tarn/ops/formula/tree.hpp"

namespace tarn::ops {

namespace {

using detail::Token;
using detail::TokenKind;

/// Whether a formula may use a name somehow.
bool is_known(const std::string& name, const FormulaContext& context) {
  if (context.refused.contains(name)) return false;
  const auto& variables = context.variables;
  const auto& operators = context.operators;
  return name == "pi" || name == "random" || context.constants.contains(name) || context.definitions.contains(name) ||
         std::find(variables.begin(), variables.end(), name) != variables.end() ||
         detail::find_function(name) != nullptr ||
         std::any_of(operators.begin(), operators.end(), [&](const auto& one) { return one.name == name; });
}

/// A name of a text.
struct Name {
  std::size_t offset, length;
  bool is_called;
};

/// Where a name stands; nothing behind what is no part of any formula.
std::vector<Name> places_of(const std::string& name, const std::string& text) {
  std::vector<Name> found;
  try {
    detail::Lexer lexer(text);
    for (Token token = lexer.next(); token.kind != TokenKind::end;) {
      const Token next = lexer.next();
      if (token.kind == TokenKind::name && token.text == name)
        found.push_back({token.offset, token.text.size(), next.is("(")});
      token = next;
    }
  } catch (const FormulaError&) {  // told where the formula is parsed
  }
  return found;
}

/// Puts a number in the place of a name, and nothing in that of a function, whose argument stays: so that what follows
/// can be parsed. All else stays where it is.
void take_out(const std::vector<Name>& places, std::string& text) {
  for (const Name& one : places) {
    for (std::size_t n = 0; n < one.length; ++n)
      text[one.offset + n] = n == 0 && !one.is_called ? '1' : ' ';
  }
}

}  // namespace

std::vector<FormulaError> formula_errors(std::string_view text, const FormulaContext& context) {
  constexpr std::size_t most = 20;
  std::vector<FormulaError> errors;
  std::string left(text);
  while (errors.size() < most) {
    try {
      parse_formula(left, context);
      return errors;
    } catch (const FormulaError& error) {
      const std::string name = error.offset() < left.size() ? left.substr(error.offset(), error.length()) : "";
      const auto places = name.empty() || is_known(name, context) ? std::vector<Name>{} : places_of(name, left);
      // What is wrong beside names may come from what was put in the place of others.
      if (errors.empty() || !places.empty()) errors.push_back(error);
      if (places.empty()) return errors;
      take_out(places, left);
    }
  }
  return errors;
}

}  // namespace tarn::ops
