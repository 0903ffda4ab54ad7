#include "tarn/apps/pde/assemble.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include <fmt/format.h>

#include "tarn/core/error.hpp"

namespace tarn::apps::pde {

using ops::OpCode;

namespace {

/// Calls `use` with each operand of a step, to read or to change.
template <class AnyStep, class Use>
void each_operand(AnyStep& step, const Use& use) {
  const int count = operands_of(step.code);
  use(step.a);
  if (count > 1) use(step.b);
  if (count > 2) use(step.c);
}

}  // namespace

int Draft::add(Kind kind, int index) {
  values_.push_back({kind, index});
  return static_cast<int>(values_.size()) - 1;
}

int Draft::number(double value) {
  for (std::size_t n = 0; n < values_.size(); ++n) {
    if (values_[n].kind != Kind::number) continue;
    const Number& known = numbers_[static_cast<std::size_t>(values_[n].index)];
    const bool same = std::bit_cast<std::uint64_t>(known.value) == std::bit_cast<std::uint64_t>(value);
    if (known.node < 0 && same) return static_cast<int>(n);
  }
  numbers_.push_back({value, -1});
  return add(Kind::number, static_cast<int>(numbers_.size()) - 1);
}

int Draft::uniform(int node) {
  numbers_.push_back({0, node});
  return add(Kind::number, static_cast<int>(numbers_.size()) - 1);
}

int Draft::load(int array, int field, const std::array<int, 3>& away) {
  const Load load{array, field, {away[0], away[1], away[2]}};
  for (std::size_t n = 0; n < values_.size(); ++n) {
    if (values_[n].kind == Kind::load && loads_[static_cast<std::size_t>(values_[n].index)] == load)
      return static_cast<int>(n);
  }
  loads_.push_back(load);
  return add(Kind::load, static_cast<int>(loads_.size()) - 1);
}

/// Whether a value is the number 1: a product with it is the other factor, to the bit.
bool Draft::is_one(int value) const {
  const Value& known = values_[static_cast<std::size_t>(value)];
  if (known.kind != Kind::number) return false;
  const Number& number = numbers_[static_cast<std::size_t>(known.index)];
  return number.node < 0 && number.value == 1;
}

int Draft::step(std::uint8_t code, int a, int b, int c) {
  constexpr std::size_t most_steps = 20000;
  if (code == step_code(OpCode::multiply) && is_one(a)) return b;
  if (code == step_code(OpCode::multiply) && is_one(b)) return a;
  if (steps_.size() == most_steps)
    throw UsageError(fmt::format("the equations are too long: they need more than {} operations a cell", most_steps));
  const auto [found, is_new] = known_steps_.try_emplace({code, a, b, c}, 0);
  if (!is_new) return found->second;
  steps_.push_back({code, a, b, c, 0});
  const int value = add(Kind::step, static_cast<int>(steps_.size()) - 1);
  steps_.back().out = value;
  return found->second = value;
}

/// How often each value is used.
std::vector<int> Draft::uses(const std::vector<int>& results) const {
  std::vector<int> count(values_.size(), 0);
  for (const Step& step : steps_)
    each_operand(step, [&](int operand) { ++count[static_cast<std::size_t>(operand)]; });
  for (const int result : results)
    ++count[static_cast<std::size_t>(result)];
  return count;
}

/// A product that is used once, in a sum, is taken together with it: one pass over the values less. The bits stay, for
/// the product is rounded before it is added. Of two products it is the right one, whose factors were written last, so
/// that a pass may take the last of them along.
void Draft::join_products(const std::vector<int>& results) {
  const auto count = uses(results);
  std::vector<int> maker(values_.size(), -1);
  std::vector<char> gone(steps_.size(), 0);
  const auto product = [&](int value) -> const Step* {
    const int n = maker[static_cast<std::size_t>(value)];
    if (n < 0 || count[static_cast<std::size_t>(value)] != 1) return nullptr;
    const Step& step = steps_[static_cast<std::size_t>(n)];
    return step.code == step_code(OpCode::multiply) ? &step : nullptr;
  };
  for (std::size_t n = 0; n < steps_.size(); ++n) {
    Step& step = steps_[n];
    const bool is_sum = step.code == step_code(OpCode::add), is_difference = step.code == step_code(OpCode::subtract);
    if (is_sum || is_difference) {
      const int left = step.a, right = step.b, out = step.out;
      if (const Step* of = product(right)) {
        step = {is_sum ? std::uint8_t{multiply_add} : std::uint8_t{subtract_product}, of->a, of->b, left, out};
        gone[static_cast<std::size_t>(maker[static_cast<std::size_t>(right)])] = 1;
      } else if (const Step* other = product(left)) {
        step = {is_sum ? std::uint8_t{multiply_add} : std::uint8_t{multiply_subtract}, other->a, other->b, right, out};
        gone[static_cast<std::size_t>(maker[static_cast<std::size_t>(left)])] = 1;
      }
    }
    maker[static_cast<std::size_t>(step.out)] = static_cast<int>(n);
  }
  std::vector<Step> left;
  for (std::size_t n = 0; n < steps_.size(); ++n) {
    if (gone[n] == 0) left.push_back(steps_[n]);
  }
  steps_ = left;
}

Program Draft::program(const std::vector<int>& results) {
  join_products(results);
  auto left = uses(results);
  Program program{numbers_, loads_, {}, {}, 0, 0};
  std::vector<int> place(values_.size(), -1), free;
  for (std::size_t n = 0; n < values_.size(); ++n) {
    if (values_[n].kind == Kind::number) place[n] = values_[n].index;
    if (values_[n].kind == Kind::load) place[n] = program.first_load() + values_[n].index;
  }
  const int first = program.first_register();
  for (Step step : steps_) {
    if (left[static_cast<std::size_t>(step.out)] == 0) continue;  // nobody reads it
    const int out = step.out;
    each_operand(step, [&](int& operand) {
      const auto value = static_cast<std::size_t>(operand);
      operand = place[value];
      if (--left[value] == 0 && operand >= first) free.push_back(operand);
    });
    if (free.empty()) free.push_back(first + program.registers++);
    place[static_cast<std::size_t>(out)] = step.out = free.back();
    free.pop_back();
    program.steps.push_back(step);
  }
  for (const int result : results)
    program.results.push_back(place[static_cast<std::size_t>(result)]);
  if (program.registers > most_registers)
    throw UsageError(fmt::format("the equations are too long: they hold {} values of a cell at a time, more than {}",
                                 program.registers, most_registers));
  for (const Load& load : program.loads) {
    for (const int cells : load.away)
      program.reach = std::max(program.reach, std::abs(cells));
  }
  return program;
}

}  // namespace tarn::apps::pde
