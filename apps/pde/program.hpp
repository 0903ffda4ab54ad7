#pragma once

#include <cstdint>
#include <type_traits>
#include <vector>

#include "tarn/ops/formula/operations.hpp"

namespace tarn::apps::pde {

/// What one step makes of its operands: an ops::OpCode of values, or one of these.
enum StepCode : std::uint8_t {
  choose = 64,        ///< a != 0 ? b : c
  multiply_add,       ///< a * b + c
  multiply_subtract,  ///< a * b - c
  subtract_product,   ///< c - a * b
  curvature,          ///< (a - b) - (b - c)
};

constexpr std::uint8_t step_code(ops::OpCode code) {
  return static_cast<std::uint8_t>(code);
}

/// How many operands a step has.
constexpr int operands_of(std::uint8_t code) {
  if (code >= choose) return 3;
  return code >= step_code(ops::OpCode::add) ? 2 : 1;  // as operations.hpp orders them
}

/// One operation. Operands and results are places of a program.
struct Step {
  std::uint8_t code = 0;
  int a = 0, b = 0, c = 0;
  int out = 0;
};

/// An array that a program reads, at so many cells from the cell that is computed.
struct Load {
  int array = 0;  ///< see Arrays; in programs of space alone a Coordinate
  int field = 0;
  int away[3] = {0, 0, 0};

  bool operator==(const Load&) const = default;
};

/// Most auxiliary fields.
inline constexpr int most_auxiliaries = 64;

/// Which array a Load reads.
enum Arrays : int {
  array_state = 0,
  array_of_space = 1,
  array_auxiliary = 2,
  array_combined = array_auxiliary + most_auxiliaries,  ///< those that an integrator combines with a rate
};

/// A number that is the same in all cells.
struct Number {
  double value = 0;
  int node = -1;  ///< what it is computed from before each stage; -1: it stays
};

/// Steps that compute values of a cell from its neighbourhood. Places 0 to numbers-1 are numbers, the next ones loads,
/// and those behind are registers, which steps write.
struct Program {
  std::vector<Number> numbers;
  std::vector<Load> loads;
  std::vector<Step> steps;
  std::vector<int> results;  ///< places of what the program is for
  int registers = 0;
  int reach = 0;  ///< the farthest neighbour that it reads along any axis

  int first_load() const { return static_cast<int>(numbers.size()); }
  int first_register() const { return first_load() + static_cast<int>(loads.size()); }
};

/// Most registers of a program; a device has them in the memory of each thread.
inline constexpr int most_registers = 1024;

/// Calls a function with how many registers a kernel has room for that interprets the program, as a constant: there are
/// two kinds of kernels, so that only long programs take much memory.
template <class Call>
void with_room_for(const Program& program, const Call& call) {
  constexpr int few_registers = 128;
  if (program.registers <= few_registers) {
    call(std::integral_constant<int, few_registers>());
  } else {
    call(std::integral_constant<int, most_registers>());
  }
}

}  // namespace tarn::apps::pde
