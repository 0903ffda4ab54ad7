#pragma once

#include "tarn/core/pragmas.hpp"
#include "tarn/ops/formula/kernel.hpp"

// How a GPU runs a formula over arrays: each instruction for a strip of elements, so that fetching it and finding what
// it does costs a fraction for each, and the values stay in registers. The bits are those of run_program().

namespace tarn::ops::detail {

/// Neighbouring elements that a GPU's thread computes together.
struct alignas(16) FormulaStrip {
  static constexpr int width = 4;
  double values[width];
};

KOKKOS_FORCEINLINE_FUNCTION FormulaStrip strip_of(double value) {
  FormulaStrip strip;
  TARN_UNROLL
  for (int m = 0; m < FormulaStrip::width; ++m)
    strip.values[m] = value;
  return strip;
}

/// f of every value.
template <class F>
KOKKOS_FORCEINLINE_FUNCTION void each(FormulaStrip& strip, const F& f) {
  TARN_UNROLL
  for (int m = 0; m < FormulaStrip::width; ++m)
    strip.values[m] = f(strip.values[m]);
}

/// f of every two values.
template <class F>
KOKKOS_FORCEINLINE_FUNCTION void each(FormulaStrip& left, const FormulaStrip& right, const F& f) {
  TARN_UNROLL
  for (int m = 0; m < FormulaStrip::width; ++m)
    left.values[m] = f(left.values[m], right.values[m]);
}

/// apply() and run_steps() as calls: what is long stays out of the loop over instructions.
KOKKOS_FUNCTION TARN_CALLED inline double call(OpCode code, double a) {
  return apply(code, a);
}
KOKKOS_FUNCTION TARN_CALLED inline double call(OpCode code, double a, double b) {
  return apply(code, a, b);
}
KOKKOS_FUNCTION TARN_CALLED inline double call_steps(const Instruction* program, int length, const double* variables,
                                                     const RandomCell& cell) {
  return run_steps(program, 0, length, variables, cell);
}

/// Long functions, one value after the other. They work on a copy, so that what is indexed by a variable is not what
/// the other instructions want in registers.
KOKKOS_FORCEINLINE_FUNCTION void apply_one_by_one(OpCode code, FormulaStrip& strip) {
  FormulaStrip copy = strip;
  TARN_KEEP_LOOP
  for (int m = 0; m < FormulaStrip::width; ++m)
    copy.values[m] = call(code, copy.values[m]);
  strip = copy;
}
KOKKOS_FORCEINLINE_FUNCTION void apply_one_by_one(OpCode code, FormulaStrip& left, const FormulaStrip& right) {
  FormulaStrip copy = left;
  const FormulaStrip other = right;
  TARN_KEEP_LOOP
  for (int m = 0; m < FormulaStrip::width; ++m)
    copy.values[m] = call(code, copy.values[m], other.values[m]);
  left = copy;
}

/// An instruction that replaces the topmost values.
KOKKOS_FORCEINLINE_FUNCTION void apply_to_strip(OpCode code, FormulaStrip& top) {
  switch (code) {
    case OpCode::negate:
      return each(top, [](double a) { return -a; });
    case OpCode::square:
      return each(top, [](double a) { return a * a; });
    case OpCode::cube:
      return each(top, [](double a) { return a * a * a; });
    case OpCode::fourth:
      return each(top, [](double a) { return (a * a) * (a * a); });
    case OpCode::abs:
      return each(top, [](double a) { return portable::fabs(a); });
    case OpCode::sqrt:
      return each(top, [](double a) { return portable::sqrt(a); });
    default:
      return apply_one_by_one(code, top);
  }
}

/// An instruction on two strips; the result replaces the left one.
KOKKOS_FORCEINLINE_FUNCTION void apply_to_strip(OpCode code, FormulaStrip& left, const FormulaStrip& right) {
  switch (code) {
    case OpCode::add:
      return each(left, right, [](double a, double b) { return a + b; });
    case OpCode::subtract:
      return each(left, right, [](double a, double b) { return a - b; });
    case OpCode::multiply:
      return each(left, right, [](double a, double b) { return a * b; });
    case OpCode::divide:
      return each(left, right, [](double a, double b) { return a / b; });
    case OpCode::min:
      return each(left, right, [](double a, double b) { return smaller(a, b); });
    case OpCode::max:
      return each(left, right, [](double a, double b) { return larger(a, b); });
    case OpCode::less:
      return each(left, right, [](double a, double b) { return as_number(a < b); });
    case OpCode::less_equal:
      return each(left, right, [](double a, double b) { return as_number(a <= b); });
    case OpCode::greater:
      return each(left, right, [](double a, double b) { return as_number(a > b); });
    case OpCode::greater_equal:
      return each(left, right, [](double a, double b) { return as_number(a >= b); });
    default:
      return apply_one_by_one(code, left, right);
  }
}

/// Whether a condition is zero: for all elements (1), for none (0), or for some (-1).
KOKKOS_FORCEINLINE_FUNCTION int zeros(const FormulaStrip& condition) {
  int count = 0;
  TARN_UNROLL
  for (int m = 0; m < FormulaStrip::width; ++m)
    count += condition.values[m] == 0 ? 1 : 0;
  return count == 0 ? 0 : (count == FormulaStrip::width ? 1 : -1);
}

/// Runs a program for a strip, as run_steps() does for one element.
/// @param variables  called with a slot: its strip
/// @param first      the random cell of the first element; the others follow
/// @param top        the values; not settled() yet
/// @return whether all elements took the same branches; if not, there are no values
template <class Variables>
KOKKOS_FORCEINLINE_FUNCTION bool run_strip(const Instruction* program, int length, const Variables& variables,
                                           const RandomCell& first, FormulaStrip& top) {
  FormulaStrip stack[max_depth];
  int depth = 0;
  top = strip_of(0);
  Instruction next = program[0];
  for (int n = 0; n < length; ++n) {
    const Instruction step = next;
    next = program[n + 1 < length ? n + 1 : n];  // under way while this one runs
    if (is_binary(step.code)) {
      FormulaStrip right;
      if (step.operand == Operand::stack) {
        right = top;
        top = stack[--depth];
      } else {
        right = step.operand == Operand::constant ? strip_of(step.constant) : variables(step.index);
      }
      apply_to_strip(step.code, top, right);
    } else if (step.code == OpCode::push) {
      if (n > 0) stack[depth] = top;
      ++depth;
      top = step.operand == Operand::constant ? strip_of(step.constant) : variables(step.index);
    } else if (step.code == OpCode::random) {
      stack[depth++] = top;
      TARN_UNROLL
      for (int m = 0; m < FormulaStrip::width; ++m)
        top.values[m] = random_of(step, {first.seed, first.stream, first.cell + static_cast<std::uint64_t>(m)});
    } else if (step.code == OpCode::jump || step.code == OpCode::jump_if_zero) {
      int zero = 1;
      if (step.code == OpCode::jump_if_zero) {
        zero = zeros(top);
        if (zero < 0) return false;
        top = stack[--depth];
      }
      if (zero > 0) {
        n = step.index - 1;
        next = program[n + 1 < length ? n + 1 : n];
      }
    } else {
      apply_to_strip(step.code, top);
    }
  }
  return true;
}

/// The formula's values for a strip; the same bits as run_program() for each of its elements.
/// @param variables  called with a slot: its strip
template <class Variables>
KOKKOS_FORCEINLINE_FUNCTION FormulaStrip run_program_on_strip(const Instruction* program, int length,
                                                              const Variables& variables, int slots,
                                                              const RandomCell& first) {
  FormulaStrip values;
  if (!run_strip(program, length, variables, first, values)) {
    double own[FormulaStrip::width][max_formula_arrays], alone[FormulaStrip::width];
    for (int slot = 0; slot < slots; ++slot) {
      const FormulaStrip strip = variables(slot);
      TARN_UNROLL
      for (int m = 0; m < FormulaStrip::width; ++m)
        own[m][slot] = strip.values[m];
    }
    TARN_KEEP_LOOP
    for (int m = 0; m < FormulaStrip::width; ++m)
      alone[m] =
          call_steps(program, length, own[m], {first.seed, first.stream, first.cell + static_cast<std::uint64_t>(m)});
    TARN_UNROLL
    for (int m = 0; m < FormulaStrip::width; ++m)
      values.values[m] = alone[m];
  }
  each(values, [](double a) { return settled(a); });
  return values;
}

}  // namespace tarn::ops::detail
