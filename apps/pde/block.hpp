#pragma once

#include <cstdint>
#include <vector>

#include "tarn/apps/pde/program.hpp"

// How a host runs a program: each step for a block of cells, in a loop that the compiler vectorises. Neighbours are
// read where they lie. The bits are those of CellProgram.

namespace tarn::apps::pde {

/// Cells of a block: few enough that registers stay in the first cache.
inline constexpr int block_cells = 256;

/// An operand of a block's cells.
template <class Real>
struct BlockOperand {
  const Real* values = nullptr;
  bool is_number = false;  ///< whether one number stands for all cells
};

template <class Real>
class BlockRunner {
 public:
  /// @param numbers  of the program, in the precision of the run
  BlockRunner(const Program& program, const Real* numbers);

  /// Runs the program for consecutive cells.
  /// @param loads  of each load, the value of the first cell
  /// @param count  at most block_cells
  void run(const Real* const* loads, int count);

  /// Result n of the last run.
  BlockOperand<Real> result(std::size_t n) const { return places_[static_cast<std::size_t>(program_.results[n])]; }

 private:
  Real* output(const Step& step) {
    return registers_.data() + static_cast<std::ptrdiff_t>(step.out - program_.first_register()) * block_cells;
  }
  void execute(const Step& step, int count);

  const Program& program_;
  std::vector<BlockOperand<Real>> places_;
  std::vector<Real> registers_;
};

}  // namespace tarn::apps::pde
