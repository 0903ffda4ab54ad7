#include "tarn/ops/formula/names.hpp"

#include <algorithm>
#include <numeric>

namespace tarn::ops::detail {

namespace {

constexpr FunctionEntry functions[] = {
    {"sin", OpCode::sin, 1},       {"cos", OpCode::cos, 1},      {"tan", OpCode::tan, 1},     {"asin", OpCode::asin, 1},
    {"acos", OpCode::acos, 1},     {"atan", OpCode::atan, 1},    {"atan2", OpCode::atan2, 2}, {"sinh", OpCode::sinh, 1},
    {"cosh", OpCode::cosh, 1},     {"tanh", OpCode::tanh, 1},    {"exp", OpCode::exp, 1},     {"log", OpCode::log, 1},
    {"log10", OpCode::log10, 1},   {"sqrt", OpCode::sqrt, 1},    {"abs", OpCode::abs, 1},     {"sign", OpCode::sign, 1},
    {"floor", OpCode::floor, 1},   {"ceil", OpCode::ceil, 1},    {"pow", OpCode::power, 2},   {"mod", OpCode::mod, 2},
    {"min", OpCode::min, 2, true}, {"max", OpCode::max, 2, true}};

/// Letters to insert, remove, replace or swap with their neighbour to turn one name into the other (the
/// distance of optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

const FunctionEntry* find_function(std::string_view name) {
  const auto* found = std::find_if(std::begin(functions), std::end(functions),
                                   [&](const FunctionEntry& entry) { return entry.name == name; });
  return found == std::end(functions) ? nullptr : found;
}

std::vector<std::string> function_names() {
  std::vector<std::string> names;
  for (const auto& entry : functions)
    names.emplace_back(entry.name);
  return names;
}

std::string lower_case(std::string_view name) {
  std::string text(name);
  for (char& c : text)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

std::optional<std::string> same_name(std::string_view name, const std::vector<std::string>& candidates) {
  const std::string lowered = lower_case(name);
  const auto same = std::find_if(candidates.begin(), candidates.end(),
                                 [&](const std::string& candidate) { return lower_case(candidate) == lowered; });
  return same == candidates.end() ? std::nullopt : std::optional(*same);
}

std::optional<std::string> nearest_name(std::string_view name, const std::vector<std::string>& candidates) {
  constexpr std::size_t longest = 64;  // nobody mistypes a longer one
  if (name.size() > longest) return std::nullopt;
  if (auto same = same_name(name, candidates)) return same;
  std::optional<std::string> best;
  std::size_t least = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    // A name of one letter is near to every other.
    if (candidate.size() < 2 || candidate.size() > longest) continue;
    const auto apart = distance(name, candidate);
    if (apart >= least) continue;
    least = apart;
    best = candidate;
  }
  return best;
}

std::string circle_text(const std::vector<std::string>& names) {
  constexpr std::size_t most_names = 8, longest_name = 40;  // a circle may be long, and names too
  std::string circle;
  for (std::size_t n = 0; n < std::min(names.size(), most_names); ++n)
    circle += names[n].substr(0, longest_name) + " -> ";
  if (names.size() > most_names) circle += "... -> ";
  return circle + names.front().substr(0, longest_name);
}

}  // namespace tarn::ops::detail
