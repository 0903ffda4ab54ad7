#pragma once

#include <cstdint>
#include <vector>

#include "tarn/core/parallel/communicator.hpp"

namespace tarn::apps::pde {

/// The cells in which each of several quantities is least and greatest, as extreme_key.hpp compares them, with all
/// quantities there.
class Extremes {
 public:
  explicit Extremes(std::size_t quantities) : quantities_(quantities), best_(2 * quantities) {}

  /// Looks at consecutive cells.
  /// @param first   the first cell's number in the domain: of cells that are alike the first counts
  /// @param values  of each quantity, one for each cell
  template <class Real>
  void look(std::int64_t first, int cells, const std::vector<const Real*>& values);

  /// Looks at one cell for the least of a quantity, or for the greatest.
  /// @param place   twice the quantity's number, and one more for the greatest
  /// @param values  of all quantities
  void look_at(std::size_t place, std::int64_t cell, const double* values);

  /// Those of all ranks: of each quantity the cell of its least value, then that of its greatest; without values where
  /// there is none. Collective.
  std::vector<std::vector<double>> of_all(const Communicator& ranks) const;

 private:
  struct Cell {
    std::int64_t number = -1;  ///< -1: none
    std::vector<double> values;
  };
  /// Whether a cell is to take the place of the best so far.
  static bool is_better(double value, std::int64_t cell, std::size_t quantity, bool greatest, const Cell& best);

  std::size_t quantities_;
  std::vector<Cell> best_;  ///< least and greatest of each quantity
};

}  // namespace tarn::apps::pde
