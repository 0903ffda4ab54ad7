#include "tarn/apps/pde/dimension.hpp"

#include <cctype>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "tarn/core/error.hpp"

namespace tarn::apps::pde {

namespace {

const std::map<std::string, std::map<std::string, double>> derived{{"Hz", {{"s", -1}}},
                                                                   {"N", {{"kg", 1}, {"m", 1}, {"s", -2}}},
                                                                   {"Pa", {{"kg", 1}, {"m", -1}, {"s", -2}}},
                                                                   {"J", {{"kg", 1}, {"m", 2}, {"s", -2}}},
                                                                   {"W", {{"kg", 1}, {"m", 2}, {"s", -3}}},
                                                                   {"C", {{"A", 1}, {"s", 1}}},
                                                                   {"V", {{"kg", 1}, {"m", 2}, {"s", -3}, {"A", -1}}}};

/// Reads "m^2/s" from left to right.
class UnitText {
 public:
  explicit UnitText(const std::string& text) : text_(text) {}

  std::vector<std::pair<std::string, double>> factors() {
    refuse_signs();
    double sign = 1;
    skip_blanks();
    while (place_ < text_.size()) {
      std::string name = word();
      skip_blanks();
      double power = 1;
      if (place_ < text_.size() && text_[place_] == '^') power = number();
      if (!name.empty()) factors_.emplace_back(std::move(name), sign * power);
      skip_blanks();
      if (place_ == text_.size()) break;
      const char link = text_[place_];
      if (link != '*' && link != '/') refuse();
      sign = link == '*' ? 1 : -1;
      ++place_;
      skip_blanks();
      if (place_ == text_.size()) refuse();
    }
    return factors_;
  }

 private:
  [[noreturn]] void refuse() const {
    throw UsageError(fmt::format("'{}' is no unit; write such as \"m^2/s\", \"kg*m/s^2\", or \"1\"", text_));
  }
  /// Powers and products in signs of print would pass for letters of another unit's name.
  void refuse_signs() const {
    for (const char* sign :
         {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹", "⁻", "⁺", "·", "⋅", "×", "∙", "−", "÷", "∕"}) {
      if (text_.find(sign) != std::string::npos)
        throw UsageError(fmt::format("'{}' has the sign '{}'; write such as \"m^2/s\" or \"kg*m*s^-2\"", text_, sign));
    }
  }
  void skip_blanks() {
    while (place_ < text_.size() && text_[place_] == ' ')
      ++place_;
  }
  std::string word() {
    const std::size_t begin = place_;
    if (text_[place_] == '1') {
      ++place_;
      return {};
    }
    const auto is_letter = [](char c) {  // letters of other alphabets too
      const auto byte = static_cast<unsigned char>(c);
      return std::isalpha(byte) != 0 || byte >= 128 || c == '%' || c == '_';
    };
    while (place_ < text_.size() && is_letter(text_[place_]))
      ++place_;
    if (place_ == begin) refuse();
    return text_.substr(begin, place_ - begin);
  }
  double number() {
    std::size_t length = 0;
    double value = 0;
    try {
      value = std::stod(text_.substr(place_ + 1), &length);
    } catch (const std::logic_error&) {
      refuse();
    }
    if (!std::isfinite(value) || std::abs(value) > 100) refuse();
    place_ += 1 + length;
    return value;
  }

  const std::string& text_;
  std::size_t place_ = 0;
  std::vector<std::pair<std::string, double>> factors_;
};

constexpr double rounding = 1e-9;

}  // namespace

Dimension::Dimension(const std::string& text) {
  for (const auto& [name, power] : UnitText(text).factors()) {
    const auto made = derived.find(name);
    if (made == derived.end()) {
      powers_[name] += power;
    } else {
      for (const auto& [base, share] : made->second)
        powers_[base] += share * power;
    }
  }
  std::erase_if(powers_, [](const auto& one) { return std::abs(one.second) < rounding; });
}

bool Dimension::operator==(const Dimension& other) const {
  return combined(other, -1).powers_.empty();
}

Dimension Dimension::combined(const Dimension& other, double sign) const {
  Dimension made = *this;
  for (const auto& [name, power] : other.powers_)
    made.powers_[name] += sign * power;
  std::erase_if(made.powers_, [](const auto& one) { return std::abs(one.second) < rounding; });
  return made;
}

Dimension Dimension::to_the(double power) const {
  Dimension made;
  if (std::abs(power) < rounding) return made;
  for (const auto& [name, own] : powers_)
    made.powers_[name] = own * power;
  return made;
}

std::string Dimension::text() const {
  std::string above, below;
  for (const auto& [name, power] : powers_) {
    std::string& part = power > 0 ? above : below;
    const double size = std::abs(power);
    const char* const link = power < 0 ? "/" : part.empty() ? "" : "*";
    part += fmt::format("{}{}", link, name);
    if (std::abs(size - 1) > rounding) part += fmt::format("^{:g}", size);
  }
  return fmt::format("{}{}", above.empty() ? "1" : above, below);
}

}  // namespace tarn::apps::pde
