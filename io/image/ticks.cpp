#include "tarn/io/image/ticks.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "tarn/core/error.hpp"

namespace tarn::io {
namespace {

const std::string minus = "\u2212";

void check(double lower, double upper, int at_most) {
  if (!std::isfinite(lower) || !std::isfinite(upper) || lower > upper) {
    throw UsageError(fmt::format("an axis from {} to {} cannot be drawn", lower, upper));
  }
  if (at_most < 2) throw UsageError(fmt::format("an axis needs room for two marks; {} given", at_most));
}

/// A step of digit * 10^exponent; digit is 1, 2 or 5.
struct Step {
  int digit, exponent;

  /// n steps, rounded once where 10^|exponent| is exact.
  double times(double n) const {
    const double power = std::pow(10.0, std::abs(exponent));
    return exponent < 0 ? n * digit / power : n * digit * power;
  }
  Step next() const {
    if (digit == 1) return {2, exponent};
    return digit == 2 ? Step{5, exponent} : Step{1, exponent + 1};
  }
};

/// First and last multiple of a step on an axis; an end that rounding has moved off a multiple counts as on
/// it.
std::array<double, 2> multiples(const Step& step, double lower, double upper) {
  const double size = step.times(1), slack = 1e-9 * (upper - lower) / size;
  return {std::ceil(lower / size - slack), std::floor(upper / size + slack)};
}

std::string raised(int exponent) {
  static const std::array<std::string, 10> digits{"\u2070", "\u00b9", "\u00b2", "\u00b3", "\u2074",
                                                  "\u2075", "\u2076", "\u2077", "\u2078", "\u2079"};
  std::string text = exponent < 0 ? "\u207b" : "";
  for (const char digit : std::to_string(std::abs(exponent)))
    text += digits[digit - '0'];
  return text;
}

int exponent_of(double value) {
  return static_cast<int>(std::floor(std::log10(std::abs(value)) + 1e-9));
}

/// Writes values that are multiples of 10^smallest, the largest of which has the given magnitude.
class Labels {
 public:
  /// @param shift  the values are given in units of 10^shift; 0 unless they are very large
  Labels(double magnitude, int smallest, int shift = 0) : shift_(shift) {
    const int exponent = magnitude > 0 ? exponent_of(magnitude) : 0;
    const bool needs_all_digits = smallest <= 0 && exponent <= 12;  // 1000000.2 is shorter than 1.0000002*10^6
    if (exponent < -3 || (exponent > 4 && !needs_all_digits)) power_ = exponent;
    decimals_ = std::clamp(power_ - smallest, 0, 17);
  }

  std::string operator()(double value) const {
    if (value == 0) return "0";
    // two divisions: 10^power itself underflows for the smallest values
    const double half = std::pow(10.0, power_ / 2), rest = std::pow(10.0, power_ - power_ / 2);
    auto text = fmt::format("{:.{}f}", std::abs(value) / half / rest, decimals_);
    if (value < 0) text = minus + text;
    return power_ == 0 ? text : text + "\u00d710" + raised(power_ + shift_);
  }

 private:
  int power_ = 0;
  int decimals_ = 0;
  int shift_;
};

Tick single(double value, int shift) {
  const int exponent = value == 0 ? 0 : exponent_of(value);
  return {value, Labels(std::abs(value), exponent - 3, shift)(value)};
}

/// 1, 2 and 5 times each power of ten on the axis.
std::vector<Tick> ticks_within_decades(double lower, double upper) {
  std::vector<Tick> ticks;
  for (Step step{1, exponent_of(lower) - 1}; step.times(1) <= upper * (1 + 1e-9); step = step.next()) {
    const double value = step.times(1);
    if (value >= lower * (1 - 1e-9)) ticks.push_back({value, Labels(value, step.exponent)(value)});
  }
  return ticks;
}

/// @param shift  of Labels
std::vector<Tick> ticks_between(double lower, double upper, int at_most, int shift) {
  const double magnitude = std::max(std::abs(lower), std::abs(upper)), range = upper - lower;
  if (range <= 64 * std::numeric_limits<double>::epsilon() * magnitude) return {single(lower, shift)};

  Step step{1, exponent_of(range) - 1 - exponent_of(at_most)};
  auto ends = multiples(step, lower, upper);
  while (ends[1] - ends[0] + 1 > at_most) {
    step = step.next();
    ends = multiples(step, lower, upper);
  }

  const auto [first, last] = ends;
  const double largest = std::max(std::abs(step.times(first)), std::abs(step.times(last)));
  const Labels label(largest, step.exponent, shift);
  std::vector<Tick> ticks;
  for (double n = first; n <= last; ++n) {
    const double value = n == 0 ? 0.0 : step.times(n);  // no negative zero
    ticks.push_back({value, label(value)});
  }
  return ticks;
}

/// The same, worked out in units of 10^shift.
std::vector<Tick> shifted_ticks(double lower, double upper, int at_most, int shift) {
  const double unit = std::pow(10.0, std::abs(shift));
  const auto in_units = [&](double value) { return shift > 0 ? value / unit : value * unit; };
  auto ticks = ticks_between(in_units(lower), in_units(upper), at_most, shift);
  for (Tick& tick : ticks)
    tick.value = std::clamp(shift > 0 ? tick.value * unit : tick.value / unit, lower, upper);
  return ticks;
}

}  // namespace

std::vector<Tick> nice_ticks(double lower, double upper, int at_most) {
  check(lower, upper, at_most);
  // Near the ends of double's range the way from one end to the other is beyond it, or has too few digits.
  constexpr double large = 1e290, small = 1e-290;
  const double magnitude = std::max(std::abs(lower), std::abs(upper));
  if (magnitude > large) return shifted_ticks(lower, upper, at_most, 20);
  if (magnitude > 0 && magnitude < small) return shifted_ticks(lower, upper, at_most, -100);
  return ticks_between(lower, upper, at_most, 0);
}

std::vector<Tick> log_ticks(double lower, double upper, int at_most) {
  check(lower, upper, at_most);
  if (lower <= 0) throw UsageError(fmt::format("a logarithmic axis cannot start at {}", lower));
  const int first = static_cast<int>(std::ceil(std::log10(lower) - 1e-9));
  const int last = static_cast<int>(std::floor(std::log10(upper) + 1e-9));
  if (last - first < 1) {
    auto ticks = ticks_within_decades(lower, upper);
    const bool fits = ticks.size() >= 2 && static_cast<int>(ticks.size()) <= at_most;
    return fits ? ticks : nice_ticks(lower, upper, at_most);
  }

  const int stride = (last - first) / at_most + 1;
  std::vector<Tick> ticks;
  for (int exponent = first - 1; exponent <= last; ++exponent) {
    const bool labelled = (exponent - first) % stride == 0;
    if (exponent >= first) ticks.push_back({Step{1, exponent}.times(1), labelled ? "10" + raised(exponent) : ""});
    for (int digit = 2; stride == 1 && digit < 10; ++digit) {
      const double value = Step{digit, exponent}.times(1);
      if (value >= lower && value <= upper) ticks.push_back({value, ""});
    }
  }
  return ticks;
}

}  // namespace tarn::io
