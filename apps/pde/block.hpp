#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "tarn/apps/pde/passes.hpp"

// How a host runs a program: pass by pass over a block of cells, in loops that the compiler vectorises. Neighbours are
// read where they lie. The bits are those of CellProgram.

namespace tarn::apps::pde {

/// Cells of a block: few enough that registers stay in the first cache.
inline constexpr int block_cells = 256;

/// Cells that a vector of the processor takes at most.
template <class Real>
inline constexpr int lane_cells = 64 / sizeof(Real);

/// The values of so many cells.
template <class Real>
struct alignas(64) Lanes {
  Real values[lane_cells<Real>];
};

/// An operand of a block's cells.
template <class Real>
struct BlockOperand {
  const Real* values = nullptr;  ///< a number stands there once for each lane
  bool is_number = false;        ///< whether one number stands for all cells
};

/// Writes an operand's values.
template <class Real>
void copy(const BlockOperand<Real>& from, Real* to, int count) {
  if (from.is_number) {
    std::fill_n(to, count, *from.values);
  } else {
    std::copy_n(from.values, count, to);
  }
}

template <class Real>
class BlockRunner {
 public:
  /// @param plan     of the program; must outlive this, like it
  /// @param numbers  of the program, in the precision of the run
  BlockRunner(const Program& program, const BlockPlan& plan, const Real* numbers);

  /// Runs the program for consecutive cells. Meanwhile what the cells behind them read is fetched from memory.
  /// @param loads    of each load, the value of the first cell
  /// @param count    at most block_cells
  /// @param results  of each result, where its values go; null: result() tells. A target may be what is loaded, where
  ///                 only the same cell of the same result reads it
  void run(const Real* const* loads, int count, Real* const* results = nullptr);

  /// Result n of the last run, if that had no targets.
  BlockOperand<Real> result(std::size_t n) const { return at(program_.results[n]); }

 private:
  /// A line longer than the cells: stores to one do not wait for loads from another 4096 bytes away.
  struct alignas(64) Register {
    Real values[block_cells + lane_cells<Real>];
  };

  void fetch(int first, int end) const;
  const BlockOperand<Real>& at(int place) const { return places_[static_cast<std::size_t>(place)]; }
  void execute(const Pass& pass, Real* out, int count) const;
  void execute(const Step& step, Real* out, int count) const;

  const Program& program_;
  const BlockPlan& plan_;
  std::vector<BlockOperand<Real>> places_;
  std::vector<Lanes<Real>> numbers_;
  std::vector<Register> registers_;
};

}  // namespace tarn::apps::pde
