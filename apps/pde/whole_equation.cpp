#include "tarn/apps/pde/whole_equation.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

namespace tarn::apps::pde {

using ops::FormulaError;

namespace {

/// Ways to write derivatives in time, with # for the field, without blanks, and with plain letters for signs.
constexpr std::string_view firsts[] = {"d#/dt", "d(#)/dt", "d/dt#", "d/dt(#)", "dt(#)", "d_t#", "d_t(#)", "#_t", "#'"};
constexpr std::string_view seconds[] = {"d2#/dt2", "d2(#)/dt2", "d2/dt2#", "d2/dt2(#)", "dtt(#)", "#_tt", "#''"};

std::string replaced(std::string text, std::string_view part, std::string_view by) {
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + by.size()))
    text.replace(at, part.size(), by);
  return text;
}

/// Without blanks, and with plain letters for signs.
std::string plain(std::string text) {
  constexpr std::string_view others[][2] = {{"\u2202", "d"}, {"\u00B2", "2"}, {"^", ""}, {" ", ""},
                                            {"\t", ""},      {"\n", ""},      {"\r", ""}};
  for (const auto& [sign, letter] : others)
    text = replaced(std::move(text), sign, letter);
  return text;
}

/// The field of which a side is a derivative, as one of the ways has it.
std::optional<std::string> derived_field(const std::string& side, const std::vector<std::string>& fields,
                                         const std::string_view* first, const std::string_view* last) {
  for (const std::string& field : fields) {
    if (std::any_of(first, last, [&](std::string_view way) { return replaced(std::string(way), "#", field) == side; }))
      return field;
  }
  return {};
}

/// The place of the sign between both sides of an equation, which is no part of a comparison nor in brackets.
std::optional<std::size_t> equals_sign(const std::string& text) {
  int depth = 0;
  for (std::size_t n = 0; n < text.size(); ++n) {
    depth += text[n] == '(' ? 1 : text[n] == ')' ? -1 : 0;
    if (text[n] != '=') continue;
    const bool compares = (n > 0 && std::string_view("<>!=").find(text[n - 1]) != std::string_view::npos) ||
                          (n + 1 < text.size() && text[n + 1] == '=');
    if (!compares && depth == 0) return n;
  }
  return {};
}

/// Name and formula as they stand in a deck, if that is short.
std::string as_written(const std::string& name, const std::string& side) {
  constexpr std::size_t longest = 60;
  const auto first = side.find_first_not_of(" \t\r\n"), last = side.find_last_not_of(" \t\r\n");
  if (first == std::string::npos || last - first >= longest || side.find_first_of("\"\n\\") != std::string::npos)
    return fmt::format("{} = \"...\"", name);
  return fmt::format("{} = \"{}\"", name, side.substr(first, last - first + 1));
}

/// Of a rate.
std::string rate_alone(const std::string& name, const std::string& left, const std::string& right,
                       const std::vector<std::string>& fields) {
  constexpr const char* only = "only the right-hand side of the equation belongs here";
  const std::string side = plain(left);
  if (const auto field = derived_field(side, fields, std::begin(seconds), std::end(seconds)))
    return fmt::format("an equation is of first order in time: write {0} = \"{0}_t\" and {1}", *field,
                       as_written(*field + "_t", right));
  if (const auto field = derived_field(side, fields, std::begin(firsts), std::end(firsts)))
    return fmt::format("{}: write {}", only, as_written(*field, right));
  if (side == name) return fmt::format("{}: write {}", only, as_written(name, right));
  if ((left + right).find('?') != std::string::npos) return "";  // a comparison is meant
  return fmt::format("{}: solve the equation for d/dt of {}", only, name);
}

}  // namespace

std::optional<FormulaError> whole_equation(const std::string& text, const std::string& key,
                                           const std::vector<std::string>& fields) {
  const auto sign = equals_sign(text);
  if (!sign) return {};
  const std::string name = key.substr(key.rfind('.') + 1), left = text.substr(0, *sign), right = text.substr(*sign + 1);
  std::string said;
  if (key.starts_with("pde.equations.")) {
    said = rate_alone(name, left, right, fields);
  } else if (const std::string side = plain(left); side == name || side.starts_with(name + "(")) {
    said = fmt::format("only what stands behind the '=' belongs here: write {}", as_written(name, right));
  }
  if (said.empty()) return {};
  return FormulaError(said, std::min(text.find_first_not_of(" \t\r\n"), *sign), *sign);
}

}  // namespace tarn::apps::pde
