#include "tarn/ops/formula/block.hpp"

#include <algorithm>

#include "tarn/core/pragmas.hpp"
#include "tarn/ops/formula/many_functions.hpp"
#include "tarn/ops/formula/operation_lists.hpp"

namespace tarn::ops::detail {

namespace {

/// Branches within branches that are computed by blocks; deeper ones element by element, for the stack's sake.
constexpr int most_branches = 16;

}  // namespace

const double* BlockProgram::run(const double* const* variables, int count, const RandomCell& first) {
  variables_ = variables;
  count_ = count;
  first_ = first;
  depth_ = 0;
  run_steps(0, length_, 0);
  return top();
}

/// Instructions n to end, which leave one value more.
/// @param branches  around them
void BlockProgram::run_steps(int n, int end, int branches) {
  for (; n < end; ++n) {
    const Instruction& step = program_[n];
    if (step.code == OpCode::jump) {
      n = step.index - 1;
    } else if (step.code == OpCode::jump_if_zero) {
      n = branch(n, branches);
    } else {
      execute(step);
    }
  }
}

/// Takes the condition of the branch at instruction n.
/// @return the last instruction that is done with
int BlockProgram::branch(int n, int branches) {
  const int otherwise = program_[n].index;
  const double* const condition = values_[--depth_];
  const auto zeros = std::count(condition, condition + count_, 0.0);
  if (zeros == 0) return n;
  if (zeros == count_) return otherwise - 1;
  const int end = program_[otherwise - 1].index;  // what the first choice jumps to
  if (branches == most_branches) {
    branch_one_by_one(n, otherwise, end, condition);
  } else {
    branch_both(n, otherwise, end, branches, condition);
  }
  return end - 1;
}

/// Where elements disagree, both choices are computed for all of them: they have no effects but their values.
void BlockProgram::branch_both(int n, int otherwise, int end, int branches, const double* condition) {
  bool holds[block_elements];
  double chosen[block_elements];
  for (int m = 0; m < count_; ++m)
    holds[m] = condition[m] != 0;
  run_steps(n + 1, otherwise - 1, branches + 1);
  std::copy_n(values_[--depth_], count_, chosen);
  run_steps(otherwise, end, branches + 1);
  const double* const other = top();
  double* const out = buffer(depth_ - 1);
  for (int m = 0; m < count_; ++m)
    out[m] = holds[m] ? chosen[m] : other[m];
  top() = out;
}

void BlockProgram::branch_one_by_one(int n, int otherwise, int end, const double* condition) {
  double* const out = buffer(depth_);
  double variables[max_formula_arrays];
  RandomCell cell = first_;
  for (int m = 0; m < count_; ++m, ++cell.cell) {
    for (int slot = 0; slot < slots_; ++slot)
      variables[slot] = variables_[slot][m];
    out[m] = detail::run_steps(program_, condition[m] == 0 ? otherwise : n + 1, end, variables, cell);
  }
  values_[depth_++] = out;
}

void BlockProgram::push(const Instruction& step) {
  double* const out = buffer(depth_);
  if (step.code == OpCode::random) {
    RandomCell cell = first_;
    for (int m = 0; m < count_; ++m, ++cell.cell)
      out[m] = random_of(step, cell);
  } else if (step.operand == Operand::constant) {
    std::fill_n(out, count_, step.constant);
  }
  values_[depth_++] = step.operand == Operand::variable ? variables_[step.index] : out;
}

void BlockProgram::execute(const Instruction& step) {
  if (step.code == OpCode::push || step.code == OpCode::random) {
    push(step);
  } else if (!is_binary(step.code)) {
    execute_unary(step.code);
  } else {
    if (step.operand != Operand::stack) push({OpCode::push, step.operand, step.index, step.constant});
    const double* const right = values_[--depth_];
    execute_binary(step.code, right);
  }
}

template <OpCode code>
void BlockProgram::each() {
  const double* const a = top();
  double* const out = buffer(depth_ - 1);
  if constexpr (constexpr auto many = many_of_one(code); many.has_value()) {
    (*many)(a, out, count_);
  } else {
    TARN_INDEPENDENT_ITERATIONS
    for (int m = 0; m < count_; ++m)
      out[m] = apply(code, a[m]);
  }
  top() = out;
}

template <OpCode code>
void BlockProgram::each(const double* right) {
  const double* const a = top();
  double* const out = buffer(depth_ - 1);
  if constexpr (constexpr auto many = many_of_two(code); many.has_value()) {
    (*many)(a, right, out, count_);
  } else {
    TARN_INDEPENDENT_ITERATIONS
    for (int m = 0; m < count_; ++m)
      out[m] = apply(code, a[m], right[m]);
  }
  top() = out;
}

#define TARN_CASE(name) \
  case OpCode::name:    \
    return each<OpCode::name>();

void BlockProgram::execute_unary(OpCode code) {
  switch (code) {
    TARN_UNARY_OPERATIONS(TARN_CASE)
    default:
      break;
  }
}
#undef TARN_CASE

#define TARN_CASE(name) \
  case OpCode::name:    \
    return each<OpCode::name>(right);

void BlockProgram::execute_binary(OpCode code, const double* right) {
  switch (code) {
    TARN_BINARY_OPERATIONS(TARN_CASE)
    default:
      break;
  }
}
#undef TARN_CASE

}  // namespace tarn::ops::detail
