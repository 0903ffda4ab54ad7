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

}  // namespace

std::string advice_for_name(std::string_view name, const std::vector<std::string>& known) {
  constexpr std::size_t longest = 16;
  if (name.size() > longest) return {};
  const std::string wanted = lower_case(name);
  const auto is_it = [&](const Advice& one) { return one.name == wanted; };
  const auto* phrase = std::find_if(std::begin(phrases), std::end(phrases), is_it);
  if (phrase != std::end(phrases)) return std::string(phrase->advice);
  const auto* other = std::find_if(std::begin(others), std::end(others), is_it);
  if (other == std::end(others) || std::find(known.begin(), known.end(), other->advice) == known.end()) return {};
  return fmt::format("did you mean '{}'?", other->advice);
}

}  // namespace tarn::ops::detail
