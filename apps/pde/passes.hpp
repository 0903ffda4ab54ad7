#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "tarn/apps/pde/program.hpp"

// How a host goes over a block of cells: a pass for each step, or for several, where what one gives to the next stays
// in the processor's registers.

namespace tarn::apps::pde {

/// Steps that a pass may begin with.
inline constexpr std::array<std::uint8_t, 9> pass_heads{step_code(ops::OpCode::add),
                                                        step_code(ops::OpCode::subtract),
                                                        step_code(ops::OpCode::multiply),
                                                        step_code(ops::OpCode::square),
                                                        step_code(ops::OpCode::cube),
                                                        multiply_add,
                                                        multiply_subtract,
                                                        subtract_product,
                                                        curvature};

/// A step that a pass may end with.
struct PassTail {
  std::uint8_t code;
  int place;  ///< which of its operands the step before gives
};

/// Those that there are. Sums and products take theirs first: they commute.
inline constexpr std::array<PassTail, 10> pass_tails{{{step_code(ops::OpCode::add), 0},
                                                      {step_code(ops::OpCode::subtract), 0},
                                                      {step_code(ops::OpCode::subtract), 1},
                                                      {step_code(ops::OpCode::multiply), 0},
                                                      {multiply_add, 0},
                                                      {multiply_subtract, 0},
                                                      {subtract_product, 0},
                                                      {multiply_add, 2},
                                                      {multiply_subtract, 2},
                                                      {subtract_product, 2}}};

/// Second differences along two or three axes, added: a Laplacian, but for factors that may be 1.
struct SecondDifferences {
  int axes = 0;              ///< 0: there are none
  bool is_weighted = false;  ///< whether each has a factor
  int middle = 0;            ///< the cell's own value
  int higher[3]{}, lower[3]{};
  int weights[3]{};
};

/// The last of three steps: value * factor + addend, of which either may be missing.
struct PassEnd {
  bool is_there = false;  ///< whether there are three
  int factor = -1;        ///< its place; -1: 1, with which a product is the value, to the bit
  int addend = -1;        ///< its place; -1: -0, with which a sum is the value, to the bit
};

/// One pass: one step, and one or two that each take what the one before it gives; or second differences, and such
/// steps behind them or none.
struct Pass {
  Step step{};                             ///< the only step, or the last
  Step head{};                             ///< the first, if it is among pass_heads
  int head_number = -1, tail_number = -1;  ///< of pass_heads and pass_tails; -1: there is none
  int beside[2]{};                         ///< the other operands of the tail, in their order
  PassEnd end{};                           ///< behind a tail
  SecondDifferences differences{};
  int result = -1;  ///< which result of the program it gives, if it may go to its array at once
};

/// How a host goes over a block.
struct BlockPlan {
  std::vector<Pass> passes;
  std::vector<char> is_direct;  ///< of each result, whether a pass gives it to its array at once
  /// Loads that are the first to read what memory holds: of each field those farthest ahead. The others find it in the
  /// caches.
  std::vector<std::size_t> first_reads;
};

/// The plan of a program. A step is joined with the one before it if that gives it one operand, and nobody else any;
/// second differences that are added at once are one pass, as are their factors and the steps that take their sum.
BlockPlan plan_of(const Program& program);

}  // namespace tarn::apps::pde
