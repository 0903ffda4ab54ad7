#pragma once

#include <cstdint>

#include "tarn/ops/formula/kernel.hpp"

// How a host runs a formula: each instruction for a block of elements, in a loop that the compiler vectorises, instead
// of all instructions for each element. The bits are those of run_program(): the same functions see the same numbers.

namespace tarn::ops::detail {

/// Elements of a block: few enough that a formula's values stay in the first cache.
inline constexpr int block_elements = 256;

/// Runs a program for blocks of elements. Large: one object a thread, on its stack.
class BlockProgram {
 public:
  /// @param slots  variables that the program reads at most
  BlockProgram(const FormulaKernel& formula, int slots)
      : program_(formula.program()), length_(formula.length()), slots_(slots) {}

  /// The values of `count` elements, at most block_elements; they are not settled() yet.
  /// @param variables  of each slot, `count` numbers
  /// @param first      the random cell of the first element; the others follow
  /// @return numbers that stay until the next call: in here, or those of a variable
  const double* run(const double* const* variables, int count, const RandomCell& first);

 private:
  void run_steps(int n, int end, int branches);
  int branch(int n, int branches);
  void branch_both(int n, int otherwise, int end, int branches, const double* condition);
  void branch_one_by_one(int n, int otherwise, int end, const double* condition);
  void push(const Instruction& step);
  void execute(const Instruction& step);
  void execute_unary(OpCode code);
  void execute_binary(OpCode code, const double* right);
  template <OpCode code>
  void each();
  template <OpCode code>
  void each(const double* right);

  const double*& top() { return values_[depth_ - 1]; }
  double* buffer(int place) { return buffers_ + place * block_elements; }

  const Instruction* program_;
  int length_, slots_;
  const double* const* variables_ = nullptr;
  int count_ = 0;
  RandomCell first_;
  int depth_ = 0;
  const double* values_[max_depth + 2];  ///< the stack: each in the buffer of its place, or a variable
  alignas(64) double buffers_[(max_depth + 2) * block_elements];
};

}  // namespace tarn::ops::detail
