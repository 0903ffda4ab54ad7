#pragma once

#include <string>
#include <vector>

namespace tarn::io {

/// A mark on an axis. An empty label is a minor mark.
struct Tick {
  double value;
  std::string label;
};

/// Marks at multiples of 1, 2 or 5 times a power of ten: the smallest such step that gives no more than
/// `at_most`. All labels have the same number of decimals ("0.50", "0.75") and, below 0.001 or from 100000 on
/// unless that would be longer, one power of ten ("0.5×10⁻⁴", "1.0×10⁻⁴"); zero is "0". Minus is U+2212.
/// @param lower, upper  the axis, lower <= upper; if equal, or too close to tell apart, one mark at lower
/// @param at_most       greatest number of marks, >= 2
/// @throws UsageError if an end is no finite number, lower > upper, or at_most < 2
std::vector<Tick> nice_ticks(double lower, double upper, int at_most);

/// Marks of a logarithmic axis: powers of ten ("10⁻²"), every second, third ... one if they are more than
/// `at_most`; minor marks at the powers between them, or at 2 to 9 times a power if each has its label. An
/// axis with fewer than two powers of ten gets 1, 2 and 5 times a power of ten, or else the marks of
/// nice_ticks.
/// @param lower, upper  the axis, 0 < lower <= upper
/// @throws UsageError as nice_ticks, and if lower <= 0
std::vector<Tick> log_ticks(double lower, double upper, int at_most);

}  // namespace tarn::io
