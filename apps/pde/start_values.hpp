#pragma once

#include <array>
#include <map>
#include <utility>
#include <vector>

#include "tarn/apps/pde/program.hpp"
#include "tarn/apps/pde/system.hpp"
#include "tarn/core/grid/grid.hpp"

namespace tarn::apps::pde {

/// Values of expressions at the start, in single cells, from the deck alone: for what is told before a run. Integrals
/// and means are of some cells, spread over the domain; beyond faces that are not periodic the initial formulas go on.
class StartValues {
 public:
  StartValues(const io::Deck& deck, const System& system);

  /// Some cells, spread over the domain; all, if there are no more.
  std::vector<std::array<int, 3>> cells(int most) const;
  double value(int node, const std::array<int, 3>& cell) const;
  /// Whether it needs an integral or a mean, and there are more cells than these are taken of, or random numbers in
  /// them.
  bool is_estimate(int node) const;
  /// Of a field of the state.
  double of_field(int field, const std::array<int, 3>& cell) const { return variable(field, cell); }

 private:
  double variable(int index, const std::array<int, 3>& cell) const;
  double computed(int index, const std::array<int, 3>& cell) const;
  double load(const Load& load, const std::array<int, 3>& cell) const;
  double number(int node) const;
  double reduction(int node) const;

  const System& system_;
  Domain domain_;
  std::vector<ops::Formula> initial_;
  mutable std::map<int, Program> programs_;
  mutable std::map<int, double> reductions_;                            ///< integrals and means, by their node
  mutable std::map<std::pair<int, std::array<int, 3>>, double> known_;  ///< fields and auxiliary fields, in cells
};

}  // namespace tarn::apps::pde
