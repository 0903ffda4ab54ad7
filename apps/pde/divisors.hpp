#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tarn/apps/pde/system.hpp"

namespace tarn::apps::pde {

/// What the equations divide by, where it may change its sign with the fields or the time. Where it is 0 the equations
/// are infinite, and a solution does not go there, but a step may lead across: beyond, all may be slow again, and
/// nothing else tells of it.
///
/// Products and powers are taken apart. What cannot change its sign is not among them, such as 1 + u^2, nor is what
/// divides within a choice, c ? a / b : d, by which decks guard a division.
class Divisors {
 public:
  Divisors(const io::Deck& deck, const System& system);

  /// Nodes of the divisors.
  const std::vector<int>& nodes() const { return nodes_; }
  bool empty() const { return nodes_.empty(); }
  /// What is said of a divisor that changed its sign, with its place.
  /// @param time  at which the step began in which it did
  std::string changed_sign(std::size_t divisor, double time) const;

 private:
  std::vector<int> nodes_;
  std::vector<std::string> places_, texts_;
};

/// The least and the greatest value of a divisor in all cells; NaN: there is none.
struct Span {
  double least, greatest;

  /// 1 or -1 where all values have this sign, 0 where they differ or one is 0 or none is known.
  int sign() const { return least > 0 ? 1 : greatest < 0 ? -1 : 0; }
};

}  // namespace tarn::apps::pde
