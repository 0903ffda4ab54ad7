#pragma once

#include <map>
#include <string>

namespace tarn::apps::pde {

/// What a quantity is measured in: powers of units, such as m^2 s^-1. Units are words; those of the SI that are made of
/// others (N, Pa, J, W, Hz, C, V) are taken apart, and prefixed ones (km) are units of their own, for numbers in m and
/// in km are not to be added.
class Dimension {
 public:
  Dimension() = default;
  /// @param text  such as "m^2/s", "kg*m/s^2", "1/s"; "1" or nothing for a pure number
  /// @throws UsageError if it is no unit
  explicit Dimension(const std::string& text);

  bool is_number() const { return powers_.empty(); }
  bool operator==(const Dimension& other) const;
  Dimension operator*(const Dimension& other) const { return combined(other, 1); }
  Dimension operator/(const Dimension& other) const { return combined(other, -1); }
  Dimension to_the(double power) const;
  /// "m^2/s"; "1" of a pure number.
  std::string text() const;

 private:
  Dimension combined(const Dimension& other, double sign) const;

  std::map<std::string, double> powers_;  ///< none is 0
};

}  // namespace tarn::apps::pde
