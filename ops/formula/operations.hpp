#pragma once

#include <cstdint>

#include "tarn/ops/portable/portable_math.hpp"

// What a compiled formula consists of. Folding of constants on the host and evaluation on the device call the
// same functions.

namespace tarn::ops {

/// What one instruction does to the stack of values.
enum class OpCode : std::uint8_t {
  // Puts a value on the stack.
  push,
  random,
  // Replaces the topmost value.
  negate,
  invert,
  square,
  cube,
  fourth,
  reciprocal,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  tanh,
  exp,
  log,
  log10,
  sqrt,
  abs,
  sign,
  floor,
  ceil,
  // Replaces the two topmost values.
  add,
  subtract,
  multiply,
  divide,
  power,
  atan2,
  min,
  max,
  mod,
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,
  both,
  either,
  // Moves on to another instruction.
  jump,
  jump_if_zero,
};

/// Where the (right) operand of an instruction is.
enum class Operand : std::uint8_t { stack, constant, variable };

struct alignas(16) Instruction {  // a GPU loads it at once
  OpCode code = OpCode::push;
  Operand operand = Operand::stack;
  std::uint16_t index = 0;  ///< slot of the variable, number of the random stream, or target of the jump
  double constant = 0;
};

namespace detail {

/// Not a number if either is.
KOKKOS_INLINE_FUNCTION double smaller(double a, double b) {
  if (a != a || b != b) return portable::not_a_number;
  return b < a ? b : a;
}

/// Not a number if either is.
KOKKOS_INLINE_FUNCTION double larger(double a, double b) {
  if (a != a || b != b) return portable::not_a_number;
  return b > a ? b : a;
}

KOKKOS_INLINE_FUNCTION double as_number(bool truth) {
  return truth ? 1.0 : 0.0;
}

/// The value of an instruction that replaces the topmost value.
KOKKOS_INLINE_FUNCTION double apply(OpCode code, double a) {
  switch (code) {
    case OpCode::negate:
      return -a;
    case OpCode::invert:
      return as_number(a == 0);
    case OpCode::square:
      return a * a;
    case OpCode::cube:
      return a * a * a;
    case OpCode::fourth:
      return (a * a) * (a * a);
    case OpCode::reciprocal:
      return 1 / a;
    case OpCode::sin:
      return portable::sin(a);
    case OpCode::cos:
      return portable::cos(a);
    case OpCode::tan:
      return portable::tan(a);
    case OpCode::asin:
      return portable::asin(a);
    case OpCode::acos:
      return portable::acos(a);
    case OpCode::atan:
      return portable::atan(a);
    case OpCode::sinh:
      return portable::sinh(a);
    case OpCode::cosh:
      return portable::cosh(a);
    case OpCode::tanh:
      return portable::tanh(a);
    case OpCode::exp:
      return portable::exp(a);
    case OpCode::log:
      return portable::log(a);
    case OpCode::log10:
      return portable::log10(a);
    case OpCode::sqrt:
      return portable::sqrt(a);
    case OpCode::abs:
      return portable::fabs(a);
    case OpCode::sign:
      return a > 0 ? 1 : (a < 0 ? -1 : a);
    case OpCode::floor:
      return portable::floor(a);
    case OpCode::ceil:
      return portable::ceil(a);
    default:
      return portable::not_a_number;
  }
}

/// The value of an instruction that replaces the two topmost values.
KOKKOS_INLINE_FUNCTION double apply(OpCode code, double a, double b) {
  switch (code) {
    case OpCode::add:
      return a + b;
    case OpCode::subtract:
      return a - b;
    case OpCode::multiply:
      return a * b;
    case OpCode::divide:
      return a / b;
    case OpCode::power:
      return portable::pow(a, b);
    case OpCode::atan2:
      return portable::atan2(a, b);
    case OpCode::min:
      return smaller(a, b);
    case OpCode::max:
      return larger(a, b);
    case OpCode::mod:
      return portable::fmod(a, b);
    case OpCode::less:
      return as_number(a < b);
    case OpCode::less_equal:
      return as_number(a <= b);
    case OpCode::greater:
      return as_number(a > b);
    case OpCode::greater_equal:
      return as_number(a >= b);
    case OpCode::equal:
      return as_number(a == b);
    case OpCode::not_equal:
      return as_number(a != b);
    case OpCode::both:
      return as_number(a != 0 && b != 0);
    case OpCode::either:
      return as_number(a != 0 || b != 0);
    default:
      return portable::not_a_number;
  }
}

KOKKOS_INLINE_FUNCTION bool is_binary(OpCode code) {
  return code >= OpCode::add && code <= OpCode::either;
}

}  // namespace detail
}  // namespace tarn::ops
