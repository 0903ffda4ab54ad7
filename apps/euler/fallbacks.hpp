#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "tarn/apps/driver/app.hpp"
#include "tarn/core/grid/grid.hpp"

namespace tarn::apps::euler {

/// Cells of the domain that a stage did once more in first order.
struct RedoneCells {
  std::int64_t count = 0;
  std::vector<std::int64_t> first;               ///< numbers in the domain of the first few, x fastest
  std::array<std::int64_t, 3> lower{}, upper{};  ///< the box around all of them, both ends included
};

/// How often the fallbacks of positivity.hpp were needed, over the domain and all stages since the run began, and
/// where. The same on every rank.
class Fallbacks {
 public:
  /// As many cells are told of by their place.
  static constexpr int most_places = 3;

  std::int64_t sides = 0;   ///< ends of cells where the average took the place of an unsound reconstructed state
  std::int64_t raised = 0;  ///< cells, to the deck's floors

  std::int64_t cells() const { return cells_; }

  /// Adds what one stage has redone.
  /// @param time  of the stage
  void add(double time, const RedoneCells& cells);

  /// All numbers, for a checkpoint, and back from one; none where nothing was counted.
  std::vector<HistoryValue> tallies() const;
  void set_tallies(const std::vector<HistoryValue>& tallies);

  /// How many cells were redone, when and where: for the end report. Empty if there were none.
  std::string text(const Domain& domain) const;

 private:
  std::int64_t cells_ = 0, stages_ = 0;
  double first_time_ = 0, last_time_ = 0;
  std::vector<std::int64_t> places_;               ///< of the first stage
  std::array<std::int64_t, 3> lower_{}, upper_{};  ///< of all
};

}  // namespace tarn::apps::euler
