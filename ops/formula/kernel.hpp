#pragma once

#include "tarn/core/space.hpp"
#include "tarn/ops/formula/operations.hpp"
#include "tarn/ops/random/philox.hpp"

namespace tarn::ops {

/// The place of a random number. Every occurrence of `random` in a formula is a stream of its own on top.
struct RandomCell {
  std::uint64_t seed = 0;
  std::uint64_t stream = 0;
  std::uint64_t cell = 0;  ///< the cell's number in the domain, < 2^52
};

/// Most arrays that one formula reads.
inline constexpr int max_formula_arrays = 16;

namespace detail {

/// Most values that a formula may hold at a time.
inline constexpr int max_depth = 32;

KOKKOS_INLINE_FUNCTION double operand_of(const Instruction& step, const double* variables) {
  return step.operand == Operand::constant ? step.constant : variables[step.index];
}

KOKKOS_INLINE_FUNCTION double random_of(const Instruction& step, const RandomCell& cell) {
  return uniform(cell.seed, cell.stream, cell.cell + (std::uint64_t{step.index} << 52));
}

/// Runs instructions `begin` to `end`: a stack machine whose topmost value is held apart, in a register.
KOKKOS_INLINE_FUNCTION double run_steps(const Instruction* program, int begin, int end, const double* variables,
                                        const RandomCell& cell) {
  double stack[max_depth];
  double top = 0;
  int depth = 0;
  for (int n = begin; n < end; ++n) {
    const Instruction& step = program[n];
    if (is_binary(step.code)) {
      const bool on_stack = step.operand == Operand::stack;
      const double right = on_stack ? top : operand_of(step, variables);
      const double left = on_stack ? stack[--depth] : top;
      top = apply(step.code, left, right);
    } else if (step.code == OpCode::push || step.code == OpCode::random) {
      stack[depth++] = top;  // the first one stores a value that nobody reads
      top = step.code == OpCode::push ? operand_of(step, variables) : random_of(step, cell);
    } else if (step.code == OpCode::jump) {
      n = step.index - 1;
    } else if (step.code == OpCode::jump_if_zero) {
      if (top == 0) n = step.index - 1;
      top = stack[--depth];
    } else {
      top = apply(step.code, top);
    }
  }
  return top;
}

/// A formula's value as it is given out: processors differ in the bits of NaN.
KOKKOS_INLINE_FUNCTION double settled(double value) {
  return value == value ? value : portable::not_a_number;
}

/// Runs a whole program.
KOKKOS_INLINE_FUNCTION double run_program(const Instruction* program, int length, const double* variables,
                                          const RandomCell& cell) {
  return settled(run_steps(program, 0, length, variables, cell));
}

}  // namespace detail

/// A compiled formula, for kernels: Formula::kernel() makes it.
class FormulaKernel {
 public:
  /// @param program  what Formula compiled
  explicit FormulaKernel(const Kokkos::View<const Instruction*, Space>& program)
      : program_(program), length_(static_cast<int>(program.extent(0))) {}

  /// The formula's value; the same bits on every host and GPU, also where it is NaN.
  /// @param variables  the value of every variable, in the order of the kernel's slots
  KOKKOS_FUNCTION double operator()(const double* variables, const RandomCell& cell) const {
    return detail::run_program(program_.data(), length_, variables, cell);
  }

  KOKKOS_FUNCTION const Instruction* program() const { return program_.data(); }  ///< in the device's memory
  KOKKOS_FUNCTION int length() const { return length_; }

 private:
  Kokkos::View<const Instruction*, Space> program_;
  int length_;
};

}  // namespace tarn::ops
