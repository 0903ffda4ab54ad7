#include "tarn/ops/formula/missing_product.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "tarn/ops/formula/foreign_names.hpp"
#include "tarn/ops/formula/formula_error.hpp"

namespace tarn::ops::detail {

namespace {

constexpr std::size_t longest = 40;  ///< of a name in a message

std::vector<Token> words_of(std::string_view text) {
  std::vector<Token> words;
  Lexer lexer(text);
  try {
    for (Token word = lexer.next(); word.kind != TokenKind::end; word = lexer.next())
      words.push_back(word);
  } catch (const FormulaError&) {  // what comes later is told once this is mended
  }
  return words;
}

}  // namespace

MissingProduct::MissingProduct(std::string_view text, std::vector<std::string> known, ArgumentsOf arguments_of)
    : words_(words_of(text)), known_(std::move(known)), arguments_of_(std::move(arguments_of)) {}

bool MissingProduct::is(std::size_t place, std::string_view symbol) const {
  return place < words_.size() && words_[place].is(symbol);
}

/// A number or a name.
bool MissingProduct::is_word(std::size_t place) const {
  return place < words_.size() && words_[place].kind != TokenKind::symbol;
}

/// The place of the bracket that closes another; behind all words if none does.
std::size_t MissingProduct::closing(std::size_t opening) const {
  std::size_t place = opening;
  for (int open = 0; place < words_.size(); ++place) {
    open += is(place, "(") ? 1 : is(place, ")") ? -1 : 0;
    if (open == 0) break;
  }
  return place;
}

std::string MissingProduct::brackets(std::size_t opening) const {
  if (!is_word(opening + 1) || !is(opening + 2, ")")) return is(opening + 1, ")") ? "()" : "(...)";
  return fmt::format("({})", words_[opening + 1].text.substr(0, longest));
}

std::optional<MissingProduct::Factor> MissingProduct::value_at(std::size_t place) const {
  if (is(place, "(")) return Factor{brackets(place), closing(place) + 1};
  if (!is_word(place)) return {};
  const std::string_view word = words_[place].text;
  if (words_[place].kind == TokenKind::number) return Factor{std::string(word.substr(0, longest)), place + 1};
  const auto name = name_meant_by(word, known_);
  if (!name) return {};
  const auto arguments = arguments_of_(*name);
  if (arguments) return call_at(place, *name, *arguments);
  if (*name == "random" && is(place + 1, "(") && is(place + 2, ")")) return Factor{"random()", place + 3};
  return Factor{name->substr(0, longest), place + 1};
}

/// Of a function, whose brackets may be missing too. Where they have to end is known of a single word alone.
std::optional<MissingProduct::Factor> MissingProduct::call_at(std::size_t place, const std::string& name,
                                                              int arguments) const {
  if (is(place + 1, "(")) return Factor{name + brackets(place + 1), closing(place + 1) + 1};
  if (!is_word(place + 1)) return {};
  const bool goes_on = is_word(place + 2) || is(place + 2, "(") || is(place + 2, "^");
  if (arguments != 1 || goes_on) return Factor{name + "(...)", place + 2, true};
  return Factor{fmt::format("{}({})", name, words_[place + 1].text.substr(0, longest)), place + 2};
}

/// A value with its powers.
std::optional<MissingProduct::Factor> MissingProduct::factor_at(std::size_t place) const {
  auto factor = value_at(place);
  while (factor && !factor->ends && is(factor->next, "^")) {
    std::size_t at = factor->next + 1;
    std::string sign;
    for (; is(at, "-") || is(at, "+"); ++at)
      sign += words_[at].text;
    const auto exponent = value_at(at);
    if (!exponent) break;
    factor = Factor{fmt::format("{}^{}{}", factor->text, sign, exponent->text), exponent->next, exponent->ends};
  }
  return factor;
}

/// The place where the value with this last word begins.
std::optional<std::size_t> MissingProduct::start_of_value(std::size_t last) const {
  if (is_word(last)) return last;
  if (!is(last, ")")) return {};
  std::size_t place = last + 1;
  for (int open = 0; place > 0;) {
    --place;
    open += is(place, ")") ? 1 : is(place, "(") ? -1 : 0;
    if (open == 0) return place > 0 && words_[place - 1].kind == TokenKind::name ? place - 1 : place;
  }
  return {};
}

/// Where the factor that ends before a place begins.
std::optional<std::size_t> MissingProduct::start_of_factor(std::size_t place) const {
  auto start = start_of_value(place - 1);
  while (start && *start >= 2) {
    std::size_t power = *start - 1;
    while (power > 1 && (is(power, "-") || is(power, "+")))
      --power;
    if (!is(power, "^")) break;
    const auto base = start_of_value(power - 1);
    if (!base) break;
    start = base;
  }
  return start;
}

std::string MissingProduct::at(std::size_t offset) const {
  constexpr int most = 8;
  const auto found =
      std::find_if(words_.begin(), words_.end(), [&](const Token& word) { return word.offset == offset; });
  if (found == words_.begin() || found == words_.end()) return {};
  auto place = static_cast<std::size_t>(found - words_.begin());
  const auto start = start_of_factor(place);
  const auto before = start ? factor_at(*start) : std::nullopt;
  // What stands below a fraction is meant to stay there.
  const std::string opens = start && *start > 0 && is(*start - 1, "/") ? "(" : "", closes = opens.empty() ? "" : ")";
  std::string text = opens + (before && before->next == place ? before->text : "(...)"), product, sign = " * ";
  bool is_missing = true;
  for (int count = 0;; ++count) {
    const auto factor = factor_at(place);
    if (!factor) return product + closes;
    if (count == most) return product + " * ..." + closes;
    text += sign + factor->text;
    if (is_missing) product = text;
    place = factor->next;
    is_missing = !is(place, "*") && !is(place, "/");
    if (factor->ends || place >= words_.size()) return product + closes;
    sign = is(place, "/") ? " / " : " * ";
    if (!is_missing) ++place;
  }
}

}  // namespace tarn::ops::detail
