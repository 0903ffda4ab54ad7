#include "tarn/apps/pde/expression_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace tarn::apps::pde {

using ops::NodeKind;
using ops::OpCode;

namespace {

constexpr std::array<std::pair<OpCode, const char*>, 12> signs{{{OpCode::add, "+"},
                                                                {OpCode::subtract, "-"},
                                                                {OpCode::multiply, "*"},
                                                                {OpCode::divide, "/"},
                                                                {OpCode::less, "<"},
                                                                {OpCode::less_equal, "<="},
                                                                {OpCode::greater, ">"},
                                                                {OpCode::greater_equal, ">="},
                                                                {OpCode::equal, "=="},
                                                                {OpCode::not_equal, "!="},
                                                                {OpCode::both, "&&"},
                                                                {OpCode::either, "||"}}};

constexpr std::array<std::pair<OpCode, const char*>, 20> functions{
    {{OpCode::sin, "sin"},   {OpCode::cos, "cos"},   {OpCode::tan, "tan"},   {OpCode::asin, "asin"},
     {OpCode::acos, "acos"}, {OpCode::atan, "atan"}, {OpCode::sinh, "sinh"}, {OpCode::cosh, "cosh"},
     {OpCode::tanh, "tanh"}, {OpCode::exp, "exp"},   {OpCode::log, "log"},   {OpCode::log10, "log10"},
     {OpCode::sqrt, "sqrt"}, {OpCode::abs, "abs"},   {OpCode::sign, "sign"}, {OpCode::floor, "floor"},
     {OpCode::ceil, "ceil"}, {OpCode::min, "min"},   {OpCode::max, "max"},   {OpCode::mod, "mod"}}};

bool is_function(OpCode code) {
  return std::any_of(functions.begin(), functions.end(), [&](const auto& one) { return one.first == code; });
}

std::string text_to(const System& system, int node, int depth) {
  const auto& one = system.graph[node];
  if (one.kind == NodeKind::constant) return fmt::format("{:g}", one.value);
  if (one.kind == NodeKind::variable) return variable_name(system, one.index);
  if (depth == 0) return "...";
  std::vector<std::string> parts;
  for (const int child : one.child) {
    if (child >= 0) parts.push_back(text_to(system, child, depth - 1));
  }
  if ((one.kind == NodeKind::unary || one.kind == NodeKind::binary) && is_function(one.code))
    return operation_text(one.code, parts[0], parts.size() > 1 ? parts[1] : "");
  switch (one.kind) {
    case NodeKind::unary:
      return operation_text(one.code, in_parentheses(parts[0]));
    case NodeKind::binary:
      return operation_text(one.code, in_parentheses(parts[0]), in_parentheses(parts[1]));
    case NodeKind::choice:
      return fmt::format("({} ? {} : {})", parts[0], parts[1], parts[2]);
    default:
      break;
  }
  const auto& all = operators(system.dimensions);
  const auto number = static_cast<std::size_t>(one.index);
  std::string text = number < all.size() ? all[number].name + "(" : "inflow(";
  for (std::size_t n = 0; n < parts.size(); ++n)
    text += (n == 0 ? "" : ", ") + parts[n];
  return text + ")";
}

}  // namespace

std::string in_parentheses(const std::string& text) {
  int depth = 0;
  for (const char character : text) {
    if (character == ' ' && depth == 0) return "(" + text + ")";
    depth += character == '(' ? 1 : character == ')' ? -1 : 0;
  }
  return text;
}

std::string operation_text(OpCode code, const std::string& a, const std::string& b) {
  for (const auto& [sign, text] : signs) {
    if (sign == code) return fmt::format("{} {} {}", a, text, b);
  }
  for (const auto& [function, text] : functions) {
    if (function == code) return b.empty() ? fmt::format("{}({})", text, a) : fmt::format("{}({}, {})", text, a, b);
  }
  switch (code) {
    case OpCode::negate:
      return "-" + a;
    case OpCode::invert:
      return "!" + a;
    case OpCode::square:
      return a + "^2";
    case OpCode::cube:
      return a + "^3";
    case OpCode::fourth:
      return a + "^4";
    case OpCode::reciprocal:
      return "1 / " + a;
    case OpCode::power:
      return fmt::format("{} ^ {}", a, b);
    default:
      return fmt::format("atan2({}, {})", a, b);
  }
}

std::string text_of(const System& system, int node) {
  constexpr int depth = 6;
  return text_to(system, node, depth);
}

}  // namespace tarn::apps::pde
