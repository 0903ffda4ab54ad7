#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "tarn/apps/pde/program.hpp"

// How a host goes over a block of cells: a pass for each step, or for two steps, where what the first gives to the
// second stays in the processor's registers.

namespace tarn::apps::pde {

/// Steps that a pass may begin with.
inline constexpr std::array<std::uint8_t, 8> pass_heads{step_code(ops::OpCode::add),
                                                        step_code(ops::OpCode::subtract),
                                                        step_code(ops::OpCode::multiply),
                                                        step_code(ops::OpCode::square),
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

/// One pass.
struct Pass {
  Step step;        ///< the only step, or the second
  Step head{};      ///< the first of two
  int pair = -1;    ///< of two: the number of the head, times the number of tails, plus the number of the tail
  int beside[2]{};  ///< of two: the other operands of the second, in their order
};

/// How a host goes over a block.
struct BlockPlan {
  std::vector<Pass> passes;
  /// Loads that are the first to read what memory holds: of each field those farthest ahead. The others find it in the
  /// caches.
  std::vector<std::size_t> first_reads;
};

/// The plan of a program. A step is joined with the one before it if that gives it one operand, and nobody else any.
BlockPlan plan_of(const Program& program);

}  // namespace tarn::apps::pde
