#include "tarn/apps/pde/combined.hpp"

#include <algorithm>

namespace tarn::apps::pde {

using ops::OpCode;

namespace {

class Writer {
 public:
  Writer(const Program& rates, const ops::CombinationForm& form, const std::vector<char>& is_one)
      : rates_(rates), form_(form), is_one_(is_one), made_(rates) {
    made_.steps.clear();
    made_.numbers.resize(rates.numbers.size() + static_cast<std::size_t>(form.weights()));
    two_ = static_cast<int>(made_.numbers.size());
    if (form.kind == ops::CombinationForm::Kind::rk4_last) made_.numbers.push_back({2});
    for (std::size_t n = 0; n < rates.results.size(); ++n) {
      for (int array = 0; array < form.arrays(); ++array)
        own_loads_.push_back(
            number_of({array == form.now ? array_state : array_combined + array, static_cast<int>(n)}));
    }
  }

  Program program() {
    std::vector<int> last_step;
    for (const int place : rates_.results)
      last_step.push_back(last_step_of(place));
    for (int step = -1; step < static_cast<int>(rates_.steps.size()); ++step) {
      if (step >= 0) copy(rates_.steps[static_cast<std::size_t>(step)]);
      for (std::size_t n = 0; n < last_step.size(); ++n) {
        if (last_step[n] == step) combine(n, step);
      }
    }
    return made_;
  }

 private:
  int number_of(const Load& load) {
    const auto found = std::find(made_.loads.begin(), made_.loads.end(), load);
    const auto number = static_cast<int>(found - made_.loads.begin());
    if (found == made_.loads.end()) made_.loads.push_back(load);
    return number;
  }

  /// Number of the step that gives what is at a place in the end; -1: it is no register.
  int last_step_of(int place) const {
    int last = -1;
    for (std::size_t n = 0; n < rates_.steps.size(); ++n) {
      if (rates_.steps[n].out == place) last = static_cast<int>(n);
    }
    return last;
  }

  /// Where a place of the rates is now.
  int moved(int place) const {
    if (place >= rates_.first_register()) return place - rates_.first_register() + made_.first_register();
    return place >= rates_.first_load() ? place - rates_.first_load() + made_.first_load() : place;
  }

  void copy(const Step& step) {
    made_.steps.push_back({step.code, moved(step.a), moved(step.b), moved(step.c), moved(step.out)});
  }

  int new_register() { return made_.first_register() + made_.registers++; }

  /// Registers of what is not finished.
  int temporary(std::size_t n) {
    while (temporaries_.size() <= n)
      temporaries_.push_back(new_register());
    return temporaries_[n];
  }

  int add_step(std::uint8_t code, int a, int b, int c, std::size_t out) {
    made_.steps.push_back({code, a, b, c, temporary(out)});
    return temporary(out);
  }
  int add(int a, int b, std::size_t out) { return add_step(step_code(OpCode::add), a, b, 0, out); }
  int subtract(int a, int b, std::size_t out) { return add_step(step_code(OpCode::subtract), a, b, 0, out); }

  int weight(int n) const { return static_cast<int>(rates_.numbers.size()) + n; }

  /// sum + weight n * value, or the product alone if there is no sum yet.
  int plus(int sum, int n, int value) {
    const bool is_one = is_one_[static_cast<std::size_t>(n)] != 0;
    if (sum < 0) return is_one ? value : add_step(step_code(OpCode::multiply), weight(n), value, 0, 0);
    return is_one ? add(sum, value, 0) : add_step(multiply_add, weight(n), value, sum, 0);
  }

  int array(std::size_t result, int n) const {
    return made_.first_load() +
           own_loads_[result * static_cast<std::size_t>(form_.arrays()) + static_cast<std::size_t>(n)];
  }

  int sum(std::size_t result, int rate) {
    int sum = -1;
    for (int n = 0; n < form_.before; ++n)
      sum = plus(sum, n, array(result, n));
    sum = plus(sum, form_.arrays(), rate);
    for (int n = form_.before; n < form_.arrays(); ++n)
      sum = plus(sum, n, array(result, n));
    return sum;
  }

  int rk4_last(std::size_t result, int rate) {
    const int start = array(result, 0);
    subtract(array(result, 1), start, 0);
    subtract(array(result, 2), start, 1);
    const int both = add_step(multiply_add, two_, temporary(1), temporary(0), 0);
    const int third =
        add_step(step_code(OpCode::multiply), weight(0), add(both, subtract(array(result, 3), start, 1), 0), 0, 0);
    return add(start, add_step(multiply_add, weight(1), rate, third, 0), 0);
  }

  /// @param step  number of the step that gives the rate
  void combine(std::size_t result, int step) {
    using Kind = ops::CombinationForm::Kind;
    const int place = rates_.results[result], rate = moved(place);
    made_.results[result] = rate;
    if (form_.kind == Kind::plain) return;
    const std::size_t before = made_.steps.size();
    const int value = form_.kind == Kind::sum ? sum(result, rate) : rk4_last(result, rate);
    if (made_.steps.size() == before) {
      made_.results[result] = value;
      return;
    }
    made_.results[result] = made_.steps.back().out = is_free_after(place, step) ? rate : new_register();
  }

  /// Whether nobody but one result needs a register after a step.
  bool is_free_after(int place, int step) const {
    if (step < 0 || std::count(rates_.results.begin(), rates_.results.end(), place) != 1) return false;
    return std::none_of(rates_.steps.begin() + step + 1, rates_.steps.end(), [&](const Step& later) {
      const int count = operands_of(later.code);
      return later.a == place || (count > 1 && later.b == place) || (count > 2 && later.c == place);
    });
  }

  const Program& rates_;
  const ops::CombinationForm& form_;
  const std::vector<char>& is_one_;
  Program made_;
  int two_;                     ///< the place of the number 2
  std::vector<int> own_loads_;  ///< number of the load of each array, result by result
  std::vector<int> temporaries_;
};

}  // namespace

Program combined(const Program& rates, const ops::CombinationForm& form, const std::vector<char>& is_one) {
  return Writer(rates, form, is_one).program();
}

}  // namespace tarn::apps::pde
