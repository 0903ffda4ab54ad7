#pragma once

#include <string>
#include <vector>

#include "tarn/apps/pde/system.hpp"

namespace tarn::apps::pde {

/// What the equations divide by, where fields change it and it may change its sign. Where it is 0 the equations are
/// infinite, and a solution does not go there, but a step may lead across: beyond, all may be slow again.
///
/// Products and powers are taken apart. What cannot change its sign is not among them, such as 1 + u^2, nor is what
/// divides within a choice, c ? a / b : d, which the deck makes with care.
class Divisors {
 public:
  /// @param most  so many are looked for
  Divisors(const io::Deck& deck, const System& system, std::size_t most);

  /// Nodes of the divisors.
  const std::vector<int>& nodes() const { return nodes_; }
  /// What is said of a divisor that changed its sign, with its place.
  /// @param time  of the step in which it did
  std::string changed_sign(std::size_t divisor, double time) const;

 private:
  std::vector<int> nodes_;
  std::vector<std::string> places_, texts_;
};

/// 1 or -1 where all values have this sign, 0 where they differ or one is 0 or none is known.
/// @param least, greatest  of the values
int sign_of_all(double least, double greatest);

}  // namespace tarn::apps::pde
