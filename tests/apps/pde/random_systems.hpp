#pragma once

#include <array>
#include <map>
#include <random>
#include <string>
#include <vector>

// Decks of equations that nobody chose: terms, operators, dimensions, orders and boundaries from a generator with a
// fixed seed. Their solutions are manufactured.

namespace tarn::apps::test {

/// A random system, and how its deck is written for any number of cells.
struct RandomSystem {
  int number = 0;
  int dimensions = 1;
  int order = 2;  ///< in space
  std::string integrator{};
  bool is_law = false;      ///< conservation laws, with limiters
  bool is_periodic = true;  ///< along all axes
  double end = 0;
  std::vector<std::string> fields{};
  std::vector<std::string> uses{};  ///< operators, and kinds of boundaries
  std::string body{};               ///< the deck but for [grid] cells

  int order_in_time() const { return integrator == "rk2" ? 2 : integrator == "rk3" ? 3 : 4; }
  std::string deck(int cells) const;
};

/// The first so many systems.
std::vector<RandomSystem> random_systems(int count);

}  // namespace tarn::apps::test
