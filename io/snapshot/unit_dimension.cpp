#include "tarn/io/snapshot/unit_dimension.hpp"

#include <array>
#include <cctype>
#include <cstddef>
#include <cstdlib>
#include <map>

namespace tarn::io {

namespace {

using Powers = std::array<int, 7>;

const std::map<std::string, Powers>& known_units() {
  static const std::map<std::string, Powers> units{
      {"1", {}},
      {"m", {1}},
      {"kg", {0, 1}},
      {"s", {0, 0, 1}},
      {"A", {0, 0, 0, 1}},
      {"K", {0, 0, 0, 0, 1}},
      {"degC", {0, 0, 0, 0, 1}},  // counted from another point than K
      {"mol", {0, 0, 0, 0, 0, 1}},
      {"cd", {0, 0, 0, 0, 0, 0, 1}},
      {"N", {1, 1, -2}},
      {"Pa", {-1, 1, -2}},
      {"J", {2, 1, -2}},
      {"W", {2, 1, -3}},
      {"Hz", {0, 0, -1}},
  };
  return units;
}

/// A symbol with its power, such as "m^-3" or "m3"; moves `at` behind it.
bool add_factor(const std::string& unit, std::size_t& at, int sign, Powers& powers) {
  std::size_t end = at;
  while (end < unit.size() && std::isalpha(static_cast<unsigned char>(unit[end])))
    ++end;
  if (end == at && unit[at] == '1') ++end;
  const auto known = known_units().find(unit.substr(at, end - at));
  if (known == known_units().end()) return false;
  if (end < unit.size() && unit[end] == '^') ++end;
  char* rest = nullptr;
  const long power = std::strtol(unit.c_str() + end, &rest, 10);
  const bool given = rest != unit.c_str() + end && unit[end] != ' ';
  constexpr long most = 9;
  if (given && std::abs(power) > most) return false;
  for (std::size_t n = 0; n < powers.size(); ++n)
    powers[n] += sign * (given ? static_cast<int>(power) : 1) * known->second[n];
  at = given ? static_cast<std::size_t>(rest - unit.c_str()) : end;
  return true;
}

bool read_powers(const std::string& unit, Powers& powers) {
  int sign = 1;
  bool in_parentheses = false;
  for (std::size_t at = 0; at < unit.size();) {
    const char c = unit[at];
    if (c == ' ' || c == '*') {
      ++at;
    } else if (c == '/') {
      sign = -1;
      ++at;
    } else if (c == '(' || c == ')') {
      in_parentheses = c == '(';
      if (!in_parentheses) sign = 1;
      ++at;
    } else {
      if (!add_factor(unit, at, sign, powers)) return false;
      if (!in_parentheses) sign = 1;
    }
  }
  return true;
}

}  // namespace

std::vector<double> unit_dimension(const std::string& unit) {
  Powers powers{};
  if (!read_powers(unit, powers)) powers = {};
  return {powers.begin(), powers.end()};
}

}  // namespace tarn::io
