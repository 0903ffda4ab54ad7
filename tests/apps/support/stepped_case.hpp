#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "tarn/apps/driver/verify/ladder.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn::apps::test {

/// A deck's simulation on the ranks of the test program.
class SteppedCase : public apps::SteppedCase {
 public:
  explicit SteppedCase(const std::string& deck_text) : apps::SteppedCase(tarn::test::runtime(), deck_text) {}

  using apps::SteppedCase::values;
  /// Of the first field of the state.
  std::vector<double> values() const { return values(model().state.front().name); }
};

inline std::vector<Rung> climb(const Ladder& ladder) {
  return apps::climb(tarn::test::runtime(), ladder);
}

inline double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0;
  for (std::size_t n = 0; n < a.size(); ++n) {
    const double difference = std::abs(a[n] - b[n]);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

}  // namespace tarn::apps::test
