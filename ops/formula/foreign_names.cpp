#include "tarn/ops/formula/foreign_names.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tarn/ops/formula/names.hpp"

namespace tarn::ops::detail {

namespace {

struct Advice {
  std::string_view name;
  std::string_view advice;
};

constexpr std::string_view choice = "write condition ? value : other value";
constexpr std::string_view jump = "write a comparison, such as (x > 0.5), which is 1 or 0";

constexpr Advice phrases[] = {{"ln", "log is the natural logarithm"},
                              {"log2", "write log(a) / log(2)"},
                              {"if", choice},
                              {"ifelse", choice},
                              {"where", choice},
                              {"select", choice},
                              {"then", choice},
                              {"else", choice},
                              {"and", "write && for 'and'"},
                              {"or", "write || for 'or'"},
                              {"not", "write ! for 'not'"},
                              {"true", "write 1 for true"},
                              {"false", "write 0 for false"},
                              {"e", "write exp(x) for e^x"},
                              {"cot", "write 1 / tan(a)"},
                              {"sqr", "write a^2"},
                              {"square", "write a^2"},
                              {"cbrt", "write a^(1/3), of a that is not negative"},
                              {"round", "write floor(a + 0.5)"},
                              {"heaviside", jump},
                              {"step", jump}};

/// Names that stand for one of tarn's; the advice is that name.
constexpr Advice others[] = {
    {"fabs", "abs"},          {"arcsin", "asin"},  {"arccos", "acos"},  {"arctan", "atan"},    {"arctan2", "atan2"},
    {"sgn", "sign"},          {"ceiling", "ceil"}, {"power", "pow"},    {"fmod", "mod"},       {"rand", "random"},
    {"uniform", "random"},    {"minimum", "min"},  {"maximum", "max"},  {"time", "t"},         {"d2x", "dxx"},
    {"d2y", "dyy"},           {"d2z", "dzz"},      {"ddx", "dx"},       {"ddy", "dy"},         {"ddz", "dz"},
    {"laplacian", "laplace"}, {"lap", "laplace"},  {"del2", "laplace"}, {"nabla2", "laplace"}, {"divergence", "div"},
    {"average", "mean"},      {"avg", "mean"}};

/// What a table has for a name in any case; empty: nothing.
template <std::size_t Count>
std::string_view find(const Advice (&table)[Count], std::string_view name) {
  constexpr std::size_t longest = 16;
  if (name.size() > longest) return {};
  const std::string wanted = lower_case(name);
  const auto* found =
      std::find_if(std::begin(table), std::end(table), [&](const Advice& one) { return one.name == wanted; });
  return found == std::end(table) ? std::string_view() : found->advice;
}

/// The name of `known` that another stands for; empty: none.
std::string_view find_other(std::string_view name, const std::vector<std::string>& known) {
  const auto found = find(others, name);
  return std::find(known.begin(), known.end(), found) == known.end() ? std::string_view() : found;
}

}  // namespace

std::string advice_for_name(std::string_view name, const std::vector<std::string>& known) {
  if (const auto phrase = find(phrases, name); !phrase.empty()) return std::string(phrase);
  const auto other = find_other(name, known);
  return other.empty() ? std::string() : fmt::format("did you mean '{}'?", other);
}

std::optional<std::string> name_meant_by(std::string_view name, const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), name) != known.end()) return std::string(name);
  if (auto same = same_name(name, known)) return same;
  const auto other = find_other(name, known);
  return other.empty() ? std::nullopt : std::optional(std::string(other));
}

}  // namespace tarn::ops::detail
