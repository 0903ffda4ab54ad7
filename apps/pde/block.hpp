#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
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

/// Cells that a loop over a block takes at a time: two vectors, so that it counts half as often.
template <class Real>
inline constexpr int stride_cells = 2 * lane_cells<Real>;

/// Most operands of a pass: those of second differences along three axes, of a tail and of an end.
inline constexpr std::size_t most_pass_operands = 14;

/// The values of so many cells.
template <class Real>
struct alignas(64) Lanes {
  Real values[lane_cells<Real>];
};

/// An operand of a block's cells.
template <class Real>
struct BlockOperand {
  const Real* values = nullptr;  ///< a number stands there once for each cell of a stride
  std::ptrdiff_t step = 1;       ///< from one cell to the next; 0: one number stands for all cells

  bool is_number() const { return step == 0; }  ///< whether one number stands for all cells

  /// The values of the cells of one vector.
  /// @param cell  the first of a stride
  /// @param half  which of its vectors
  Lanes<Real> at(int cell, int half) const {
    Lanes<Real> lanes;
    std::memcpy(&lanes, values + cell * step + half * lane_cells<Real>, sizeof lanes);
    return lanes;
  }
};

/// Writes an operand's values.
template <class Real>
void copy(const BlockOperand<Real>& from, Real* to, int count) {
  if (from.is_number()) {
    std::fill_n(to, count, *from.values);
  } else {
    std::copy_n(from.values, count, to);
  }
}

/// The loop of a pass over some cells.
/// @param operands    numbers of places
/// @param first, end  multiples of a stride
template <class Real>
using PassLoop = void (*)(const BlockOperand<Real>* places, const int* operands, Real* out, int first, int end);

/// Runs one program, block by block. It is made once for many blocks.
template <class Real>
class BlockRunner {
 public:
  /// @param plan     of the program; must outlive this, like it
  /// @param numbers  of the program, in the precision of the run
  BlockRunner(const Program& program, const BlockPlan& plan, const Real* numbers);

  BlockRunner(const BlockRunner&) = delete;
  BlockRunner& operator=(const BlockRunner&) = delete;

  /// Runs the program for consecutive cells. Meanwhile what the cells behind them read and write is fetched from
  /// memory, where the plan says that it is not in the caches.
  /// @param loads    of each load, the value of the first cell
  /// @param count    at most block_cells
  /// @param results  of each result, where its values go; null: result() tells. A target may be what is loaded, where
  ///                 only the same cell of the same result reads it
  void run(const Real* const* loads, int count, Real* const* results = nullptr);

  /// Result n of the last run, if that had no targets.
  BlockOperand<Real> result(std::size_t n) const { return places_[static_cast<std::size_t>(program_.results[n])]; }

 private:
  /// A line longer than the cells: stores to one do not wait for loads from another 4096 bytes away.
  struct alignas(64) Register {
    Real values[block_cells + lane_cells<Real>];
  };
  /// The values of a stride.
  struct alignas(64) Stride {
    Real values[stride_cells<Real>];
  };

  /// Cells of a pass between two fetches.
  static constexpr int fetch_cells = 64;
  /// Places of a pass's operands.
  using Operands = std::array<int, most_pass_operands>;
  /// A pass, ready to run.
  struct Call {
    PassLoop<Real> loop = nullptr;  ///< null: its only step runs by itself
    Operands operands{};
    Step step{};
    int result = -1;
    Real* out = nullptr;  ///< its register
  };

  Call call_of(const Pass& pass);
  void fetch();
  void execute(const Call& call, Real* out, int count);
  void execute(const Step& step, Real* out, int count) const;
  void run_loop(const Call& call, Real* out, int count);
  int place_of_one() const { return static_cast<int>(places_.size()) - 2; }
  int place_of_minus_zero() const { return static_cast<int>(places_.size()) - 1; }

  const Program& program_;
  const BlockPlan& plan_;
  std::vector<BlockOperand<Real>> places_;
  std::vector<Stride> numbers_;  ///< those of the program, and those of a PassEnd that has no number of its own
  std::vector<Register> registers_;
  std::vector<Call> calls_;
  Real* const* targets_ = nullptr;                             ///< of the run that goes on
  int fetched_ = 0, fetched_at_a_time_ = 0, fetched_end_ = 0;  ///< of the next cells in this run
};

}  // namespace tarn::apps::pde
