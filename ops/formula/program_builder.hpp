#pragma once

#include <cstddef>
#include <vector>

#include "tarn/ops/formula/operations.hpp"

namespace tarn::ops::detail {

/// Collects the instructions of a formula in the order in which they run (postfix), folds constants, and
/// watches the limits of the stack and of the length.
class ProgramBuilder {
 public:
  /// What is compiled: the place of an error about a limit.
  void set_place(std::size_t offset, std::size_t length) {
    offset_ = offset;
    length_ = length;
  }

  /// @throws FormulaError, like every function that adds an instruction, if the program grows beyond a limit
  void push_constant(double value);
  void push_variable(std::size_t slot);
  /// A random number, of the next stream.
  void push_random();
  void unary(OpCode code);
  void binary(OpCode code);

  /// Opens `condition ? ... `; the condition is the topmost value. Returns what else_branch takes.
  std::size_t then_branch();
  /// Ends the first branch and opens the second. Returns what end_branches takes.
  std::size_t else_branch(std::size_t opened);
  void end_branches(std::size_t opened);

  const std::vector<Instruction>& program() const { return program_; }
  /// Streams that push_random has handed out.
  std::size_t random_streams() const { return streams_; }

 private:
  void append(const Instruction& instruction);
  void grow_stack();
  /// Whether the last but `back` instruction pushes a plain operand and certainly runs before the next one.
  bool pushes(std::size_t back, Operand operand) const;
  double drop_constant();
  bool power_by_products();

  std::vector<Instruction> program_;
  std::size_t barrier_ = 0;  ///< instructions before it may be jumped over: they are not folded
  std::size_t streams_ = 0;
  int depth_ = 0;
  std::size_t offset_ = 0, length_ = 0;
};

}  // namespace tarn::ops::detail
