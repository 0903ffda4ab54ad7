#include "tarn/ops/formula/program_builder.hpp"

#include <fmt/format.h>

#include "tarn/ops/formula/formula.hpp"

namespace tarn::ops::detail {

void ProgramBuilder::append(const Instruction& instruction) {
  if (program_.size() == Formula::max_operations) {
    throw FormulaError(fmt::format("the formula is too long: it has more than {} operations", Formula::max_operations),
                       offset_, length_);
  }
  program_.push_back(instruction);
}

void ProgramBuilder::grow_stack() {
  if (depth_ == max_depth) {
    throw FormulaError(
        fmt::format("the formula is nested too deeply: it holds more than {} values at a time", max_depth), offset_,
        length_);
  }
  ++depth_;
}

void ProgramBuilder::push_constant(double value) {
  grow_stack();
  append({OpCode::push, Operand::constant, 0, value});
}

void ProgramBuilder::push_variable(std::size_t slot) {
  grow_stack();
  append({OpCode::push, Operand::variable, static_cast<std::uint16_t>(slot), 0});
}

void ProgramBuilder::push_random() {
  grow_stack();
  append({OpCode::random, Operand::stack, static_cast<std::uint16_t>(streams_), 0});
  ++streams_;
}

bool ProgramBuilder::pushes(std::size_t back, Operand operand) const {
  if (program_.size() < barrier_ + back + 1) return false;
  const Instruction& instruction = program_[program_.size() - 1 - back];
  return instruction.code == OpCode::push && instruction.operand == operand;
}

double ProgramBuilder::drop_constant() {
  const double value = program_.back().constant;
  program_.pop_back();
  --depth_;
  return value;
}

void ProgramBuilder::unary(OpCode code) {
  if (pushes(0, Operand::constant)) {
    program_.back().constant = apply(code, program_.back().constant);
  } else {
    append({code, Operand::stack, 0, 0});
  }
}

/// Turns a power whose exponent is 2, 3, 4 or -1 into products or a quotient.
bool ProgramBuilder::power_by_products() {
  if (!pushes(0, Operand::constant)) return false;
  const double exponent = program_.back().constant;
  if (exponent != 2 && exponent != 3 && exponent != 4 && exponent != -1) return false;
  drop_constant();
  unary(exponent == 2   ? OpCode::square
        : exponent == 3 ? OpCode::cube
        : exponent == 4 ? OpCode::fourth
                        : OpCode::reciprocal);
  return true;
}

void ProgramBuilder::binary(OpCode code) {
  if (code == OpCode::power && power_by_products()) return;
  if (pushes(0, Operand::constant) && pushes(1, Operand::constant)) {
    const double right = drop_constant(), left = drop_constant();
    push_constant(apply(code, left, right));
    return;
  }
  --depth_;
  if (pushes(0, Operand::constant) || pushes(0, Operand::variable)) {
    program_.back().code = code;  // takes its right operand from where the push took it
  } else {
    append({code, Operand::stack, 0, 0});
  }
}

std::size_t ProgramBuilder::then_branch() {
  append({OpCode::jump_if_zero, Operand::stack, 0, 0});
  --depth_;
  return program_.size() - 1;
}

std::size_t ProgramBuilder::else_branch(std::size_t opened) {
  append({OpCode::jump, Operand::stack, 0, 0});
  --depth_;  // either branch leaves one value; this one's is counted again by the second
  barrier_ = program_.size();
  program_[opened].index = static_cast<std::uint16_t>(barrier_);
  return program_.size() - 1;
}

void ProgramBuilder::end_branches(std::size_t opened) {
  barrier_ = program_.size();
  program_[opened].index = static_cast<std::uint16_t>(barrier_);
}

}  // namespace tarn::ops::detail
