#include "tarn/apps/pde/whole_equation.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "tarn/ops/formula/lexer.hpp"

namespace tarn::apps::pde {

using ops::FormulaError;
using ops::detail::continues_name;

namespace {

/// A part of a formula as derivatives are looked for in it: without blanks and braces, and with plain letters in the
/// place of signs.
struct Plain {
  std::string text;
  std::vector<std::size_t> offsets;  ///< of each character, in the formula; and of the part's end
  std::vector<bool> begins;          ///< whether a name may begin at a character, or end before it
};

struct Instead {
  std::string_view written, plain;
};

constexpr Instead signs[] = {{"\\partial", "d"}, {"\\frac", ""},   {"\\dot", "@"}, {"\u2202", "d"}, {"\U0001D715", "d"},
                             {"\u00B2", "2"},    {"\u0307", "'"},  // a dot above the letter before
                             {"\u2032", "'"},    {"\u2033", "''"}, {"}{", "/"},    {"{", ""},       {"}", ""},
                             {"^", ""},          {" ", ""},        {"\t", ""},     {"\n", ""},      {"\r", ""}};

Plain plain_of(const std::string& formula, std::size_t from, std::size_t to) {
  const std::string_view all = std::string_view(formula).substr(0, to);
  Plain plain;
  for (std::size_t at = from; at < to;) {
    const auto* const sign = std::find_if(std::begin(signs), std::end(signs),
                                          [&](const Instead& one) { return all.substr(at).starts_with(one.written); });
    const bool is_plain = sign == std::end(signs);
    for (const char letter : is_plain ? all.substr(at, 1) : sign->plain) {
      plain.begins.push_back(at == 0 || !continues_name(all[at - 1]) || !continues_name(letter));
      plain.text += letter;
      plain.offsets.push_back(at);
    }
    at += is_plain ? 1 : sign->written.size();
  }
  plain.offsets.push_back(to);
  plain.begins.push_back(true);
  return plain;
}

/// A derivative in time.
struct Derivative {
  std::string field;
  int order = 1;
  std::size_t begin = 0, end = 0;  ///< in the plain text
};

/// How a derivative is written, with # for the field.
constexpr std::string_view firsts[] = {"d#/dt",  "d(#)/dt",   "d/dt#",  "d/dt(#)", "d/dt*#", "dt(#)", "ddt(#)",
                                       "d_t(#)", "d_t#",      "dt#",    "#_t",     "#'",     "@#",    "@(#)",
                                       "d#dt",   "diff(#,t)", "der(#)", "#dot",    "#_dot"};
constexpr std::string_view seconds[] = {"d2#/dt2", "d2(#)/dt2", "d2/dt2#", "d2/dt2(#)", "dtt(#)", "dt(dt(#))",
                                        "d_tt#",   "dtt#",      "#_tt",    "#''",       "d2#dt2", "diff(#,t,t)"};

std::string written_of(std::string_view form, const std::string& field) {
  const auto place = form.find('#');
  return std::string(form.substr(0, place)) + field + std::string(form.substr(place + 1));
}

/// The derivatives that there can be.
std::vector<std::pair<std::string, Derivative>> derivatives_of(const std::vector<std::string>& fields) {
  std::vector<std::pair<std::string, Derivative>> all;
  const auto add = [&](std::string_view form, const std::string& field, int order) {
    const std::string written = written_of(form, field);
    if (std::find(fields.begin(), fields.end(), written) == fields.end()) all.push_back({written, {field, order}});
  };
  for (const std::string& field : fields) {
    for (const auto form : firsts)
      add(form, field, 1);
    for (const auto form : seconds)
      add(form, field, 2);
  }
  return all;
}

/// The first derivative of a text, the longest that begins there.
std::optional<Derivative> find_derivative(const Plain& plain, const std::vector<std::string>& fields) {
  const auto all = derivatives_of(fields);
  for (std::size_t at = 0; at < plain.text.size(); ++at) {
    std::optional<Derivative> found;
    for (const auto& [written, derivative] : all) {
      if (!plain.begins[at] || !std::string_view(plain.text).substr(at).starts_with(written)) continue;
      const std::size_t end = at + written.size();
      if (!plain.begins[end] && continues_name(plain.text[end])) continue;
      if (found && end <= found->end) continue;
      found = derivative;
      found->begin = at;
      found->end = end;
    }
    if (found) return found;
  }
  return {};
}

/// The sign between both sides of an equation: =, := or ==.
struct Sign {
  std::size_t begin, end;
  bool may_compare;  ///< whether a comparison may be meant
};

/// The sign of an equation; nothing if it has none outside of all brackets.
std::optional<Sign> sign_of_equation(const std::string& text) {
  const auto at = [&](std::size_t n) { return n < text.size() ? text[n] : ' '; };
  int depth = 0;
  for (std::size_t n = 0; n < text.size(); ++n) {
    depth += text[n] == '(' ? 1 : text[n] == ')' ? -1 : 0;
    if (text[n] != '=' || (n > 0 && std::string_view("<>!").find(text[n - 1]) != std::string_view::npos)) continue;
    if (depth != 0) return {};
    const bool is_doubled = at(n + 1) == '=';
    return Sign{n > 0 && at(n - 1) == ':' ? n - 1 : n, is_doubled ? n + 2 : n + 1,
                is_doubled || text.find_first_of("?&|") != std::string::npos};
  }
  return {};
}

std::string trimmed(const std::string& text) {
  constexpr const char* blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// "u = "..."", where that can be written in a line.
std::string advice(const std::string& name, const std::string& side) {
  constexpr std::size_t longest = 60;
  const std::string right = trimmed(side);
  const bool is_short =
      !right.empty() && right.size() <= longest && right.find_first_of("=\"\n\\") == std::string::npos;
  return is_short ? fmt::format("{} = \"{}\"", name, right) : "";
}

/// ": write ", and that.
std::string write(const std::string& name, const std::string& side) {
  const std::string wanted = advice(name, side);
  return wanted.empty() ? "" : ": write " + wanted;
}

class Equation {
 public:
  Equation(const std::string& text, const std::string& key, const std::vector<std::string>& fields)
      : text_(text),
        fields_(fields),
        is_rate_(key.starts_with("pde.equations.")),
        name_(key.substr(key.rfind('.') + 1)) {}

  std::optional<FormulaError> said(const FormulaError& error) const {
    if (const auto sign = sign_of_equation(text_)) {
      const std::string what = is_rate_ ? of_equation(*sign) : of_definition(*sign);
      if (!what.empty()) return FormulaError(what, text_.find_first_not_of(" \t\r\n"), sign->begin);
    }
    const Plain plain = plain_of(text_, 0, text_.size());
    const auto derivative = find_derivative(plain, fields_);
    if (!derivative) return {};
    const std::size_t begin = plain.offsets[derivative->begin], end = plain.offsets[derivative->end];
    if (error.offset() < begin || error.offset() >= end) return {};
    const std::string written = trimmed(text_.substr(begin, end - begin));
    return FormulaError(
        fmt::format("'{}' is a derivative in time, which no formula has: {}", written,
                    is_rate_ ? "solve the equation for it, and write the right-hand side alone"
                             : fmt::format("give the right-hand side of {} a name in [pde.let], and write that name",
                                           derivative->field)),
        begin, end - begin);
  }

 private:
  std::string side(std::size_t from, std::size_t to) const { return text_.substr(from, to - from); }

  /// The derivative that a side of the equation is.
  std::optional<Derivative> whole(const Plain& plain) const {
    const auto derivative = find_derivative(plain, fields_);
    const bool is_whole = derivative && derivative->begin == 0 && derivative->end == plain.text.size();
    return is_whole ? derivative : std::nullopt;
  }

  /// Whether a side is the name of the key: u, u(x, t).
  bool is_name(const std::string& side) const {
    const std::string text = trimmed(side);
    return text == name_ || (text.starts_with(name_ + "(") && text.find(')') == text.size() - 1);
  }

  std::string of_equation(const Sign& sign) const {
    const Plain left = plain_of(text_, 0, sign.begin), right = plain_of(text_, sign.end, text_.size());
    const std::string left_side = side(0, sign.begin), right_side = side(sign.end, text_.size());
    const auto on_left = whole(left), on_right = whole(right);
    const auto derivative = on_left ? on_left : on_right;
    if (sign.may_compare && !derivative) return {};
    if (derivative && derivative->order == 2) {
      const std::string &of = derivative->field, rate = of + "_t";
      const std::string wanted = advice(rate, on_left ? right_side : left_side);
      return fmt::format("an equation is of first order in time: d/dt of {} needs a field of its own{}", of,
                         wanted.empty() ? "" : fmt::format("; write {} = \"{}\" and {}", of, rate, wanted));
    }
    constexpr const char* only = "only the right-hand side of the equation belongs here";
    if (on_left || left.text.empty() || is_name(left_side))
      return only + write(on_left ? on_left->field : name_, right_side);
    if (on_right) return only + write(on_right->field, left_side);
    return fmt::format("{}: solve the equation for d/dt of {}", only, name_);
  }

  /// Of a formula that is no rate.
  std::string of_definition(const Sign& sign) const {
    if (sign.may_compare || !is_name(side(0, sign.begin))) return {};
    return "only what stands behind the '=' belongs here" + write(name_, side(sign.end, text_.size()));
  }

  const std::string& text_;
  const std::vector<std::string>& fields_;
  bool is_rate_;
  std::string name_;
};

}  // namespace

std::optional<FormulaError> whole_equation(const std::string& text, const std::string& key,
                                           const std::vector<std::string>& fields, const FormulaError& error) {
  constexpr std::size_t longest = 2000;  // of what somebody writes down
  if (text.size() > longest) return {};
  return Equation(text, key, fields).said(error);
}

}  // namespace tarn::apps::pde
