#include "tarn/apps/pde/arrange.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace tarn::apps::pde {

namespace {

class Arrangement {
 public:
  explicit Arrangement(const Program& program)
      : program_(program),
        makers_(program.steps.size()),
        users_(program.steps.size(), 0),
        row_(program.steps.size(), 1) {
    std::vector<int> maker(static_cast<std::size_t>(program.first_register() + program.registers), none);
    for (std::size_t n = 0; n < program.steps.size(); ++n) {
      const Step& step = program.steps[n];
      const int places[3] = {step.a, step.b, step.c};
      for (std::size_t operand = 0; operand < 3; ++operand) {
        const bool is_used = static_cast<int>(operand) < operands_of(step.code);
        makers_[n][operand] = is_used ? maker[static_cast<std::size_t>(places[operand])] : none;
        if (makers_[n][operand] != none) ++users_[static_cast<std::size_t>(makers_[n][operand])];
      }
      maker[static_cast<std::size_t>(step.out)] = static_cast<int>(n);
    }
    for (const int place : program.results) {
      results_.push_back(maker[static_cast<std::size_t>(place)]);
      if (results_.back() != none) ++users_[static_cast<std::size_t>(results_.back())];
    }
    for (std::size_t n = 0; n < program.steps.size(); ++n)
      row_[n] = 1 + length(n, last_operand(n));
  }

  Program program() {
    for (const int result : results_) {
      if (result != none) add_with_operands(result);
    }
    return with_registers();
  }

 private:
  static constexpr int none = -1;  ///< no step: a number or a load

  /// Steps in the row that ends with an operand of step n.
  int length(std::size_t n, std::size_t operand) const {
    const int maker = operand < 3 ? makers_[n][operand] : none;
    return maker == none ? 0 : row_[static_cast<std::size_t>(maker)];
  }

  /// The operand that step n takes from the step before it; 3: none.
  std::size_t last_operand(std::size_t n) const {
    std::size_t last = 3;
    for (std::size_t operand = 0; operand < 3; ++operand) {
      const int maker = makers_[n][operand];
      if (maker == none || users_[static_cast<std::size_t>(maker)] != 1) continue;
      if (last == 3 || length(n, operand) <= length(n, last)) last = operand;
    }
    return last;
  }

  /// Adds a step behind all that it needs. Without recursion: sums may have thousands of terms.
  void add_with_operands(int result) {
    std::vector<std::pair<int, bool>> open{{result, false}};  // steps, and whether their operands are there
    while (!open.empty()) {
      const auto [at, is_ready] = open.back();
      const auto n = static_cast<std::size_t>(at);
      if (is_ready || is_done_[n] != 0) {
        open.pop_back();
        if (is_done_[n] == 0) order_.push_back(at);
        is_done_[n] = 1;
        continue;
      }
      open.back().second = true;
      const std::size_t last = last_operand(n);
      if (last < 3) open.emplace_back(makers_[n][last], false);
      for (std::size_t operand = 3; operand-- > 0;) {  // what is put in last comes first
        if (operand != last && makers_[n][operand] != none) open.emplace_back(makers_[n][operand], false);
      }
    }
  }

  /// The steps in their new order. A register is free once the last step that reads it has run.
  Program with_registers() {
    Program made = program_;
    made.steps.clear();
    made.registers = 0;
    std::vector<int> place(program_.steps.size(), none), free;
    auto left = users_;
    for (const int at : order_) {
      const auto n = static_cast<std::size_t>(at);
      Step step = program_.steps[n];
      int* const places[3] = {&step.a, &step.b, &step.c};
      for (std::size_t operand = 0; operand < 3; ++operand) {
        if (makers_[n][operand] == none) continue;
        const auto maker = static_cast<std::size_t>(makers_[n][operand]);
        *places[operand] = place[maker];
        if (--left[maker] == 0) free.push_back(place[maker]);
      }
      if (free.empty()) free.push_back(made.first_register() + made.registers++);
      place[n] = step.out = free.back();
      free.pop_back();
      made.steps.push_back(step);
    }
    for (std::size_t n = 0; n < results_.size(); ++n) {
      if (results_[n] != none) made.results[n] = place[static_cast<std::size_t>(results_[n])];
    }
    return made;
  }

  const Program& program_;
  std::vector<std::array<int, 3>> makers_;  ///< of each step, the steps that make its operands
  std::vector<int> users_;                  ///< how often the value of each step is used, results among it
  std::vector<int> row_;                    ///< of each step, how many steps could run in a row up to it
  std::vector<int> results_;                ///< the steps that make the results
  std::vector<char> is_done_ = std::vector<char>(program_.steps.size(), 0);
  std::vector<int> order_;
};

}  // namespace

Program arranged(const Program& program) {
  return Arrangement(program).program();
}

}  // namespace tarn::apps::pde
