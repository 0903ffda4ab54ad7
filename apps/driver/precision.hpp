#pragma once

#include <string>

#include "tarn/io/deck/deck.hpp"

namespace tarn::apps {

/// Whether the fields of a simulation's deck are in single precision.
inline bool is_single(const io::Deck& deck) {
  return deck.text("run.precision") == "single";
}

/// Bytes of a number of a field.
inline int bytes_of_real(const io::Deck& deck) {
  return is_single(deck) ? 4 : 8;
}

/// A number for a message; NaN without the sign that some processors give it.
std::string number_text(double value);

/// Why a finite number will not do in single precision, such as "beyond single precision, at most 3.403e+38";
/// empty if it will.
std::string flaw_in_single(double value);

/// The same for a number that must not become 0 either.
std::string flaw_of_factor_in_single(double value);

/// What to do about such a flaw.
inline constexpr const char* double_reaches_farther = "; run.precision = \"double\" reaches farther";

}  // namespace tarn::apps
