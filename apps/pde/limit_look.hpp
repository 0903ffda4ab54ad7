#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "tarn/apps/pde/evaluator.hpp"
#include "tarn/apps/pde/pde.hpp"
#include "tarn/apps/pde/step_limit.hpp"

namespace tarn::apps::pde {

/// Sets of an evaluator's expressions that the choice of steps looks at.
struct LimitSets {
  std::size_t coefficients;     ///< of cells
  std::size_t moving_numbers;   ///< of the domain
  std::size_t lasting_numbers;  ///< of the domain, which never change
  std::size_t divisors;
};

/// Looks at states of a running simulation for what the stable step depends on. A look is collective.
template <class Real>
class LimitLook {
 public:
  /// @param system  must outlive it; takes the derivatives
  LimitLook(const SimulationContext& context, const Options& options, System& system, const LimitSets& sets)
      : regions_(context.regions), system_(system), sets_(sets), limits_(system, options.scheme, options.stages) {}

  StepLimits& limits() { return limits_; }
  const StepLimits& limits() const { return limits_; }

  /// The expressions that the evaluator is to have in LimitSets.
  void add_expressions(std::vector<std::vector<int>>& sets) const {
    if (!limits_.can_be_looked_at()) return;
    sets[sets_.coefficients] = limits_.varying();
    for (const int node : limits_.numbers())
      sets[is_lasting(system_, node) ? sets_.lasting_numbers : sets_.moving_numbers].push_back(node);
  }

  /// The least limit among those of cells that differ most.
  StepLimit limit_of(Evaluator<Real>& evaluator, const Fields<Real>& now, double time) {
    if (!limits_.can_be_looked_at()) return {std::numeric_limits<double>::infinity()};
    if (lasting_limit_) return *lasting_limit_;
    const auto timer = regions_.time("largest step");
    // A restarted run knows the time from its checkpoint, this one from a sum: they may differ in the last digit.
    const auto about = static_cast<double>(static_cast<float>(time));
    cells_ = {{}};  // one, without values where none varies
    if (!limits_.varying().empty()) {
      evaluator.prepare(sets_.coefficients, now, about);
      keep(evaluator.extreme_cells(sets_.coefficients, now));
    }
    numbers_ = numbers(evaluator, now, about);
    const StepLimit limit = limits_.of_cells(cells_, numbers_);
    if (!limits_.changes()) lasting_limit_ = limit;
    return limit;
  }

  // Of the last look:

  /// The limit without what follows growth.
  StepLimit limit_without_growth() {
    limits_.follow_growth(false);
    const StepLimit limit = limits_.of_cells(cells_, numbers_);
    limits_.follow_growth(true);
    return limit;
  }
  /// Whether some coefficient of the linearised equations is infinite or NaN.
  bool is_beyond_numbers() const { return is_beyond_numbers_; }
  /// As StepLimits::lets_turns_grow().
  bool lets_turns_grow(double step, bool notably) const {
    return limits_.lets_turns_grow(cells_, numbers_, step, notably);
  }

 private:
  void keep(std::vector<std::vector<double>> extremes) {
    std::erase_if(extremes, [](const auto& values) { return values.empty(); });
    cells_ = std::move(extremes);
    is_beyond_numbers_ = cells_.empty();  // nowhere is a coefficient a number
    for (const std::vector<double>& values : cells_) {
      is_beyond_numbers_ = is_beyond_numbers_ || std::any_of(values.begin(), values.end(),
                                                             [](double value) { return !std::isfinite(value); });
    }
  }

  /// Those of the domain that the limit depends on; what lasts is summed once.
  std::vector<double> numbers(Evaluator<Real>& evaluator, const Fields<Real>& now, double time) {
    if (limits_.numbers().empty()) return {};
    if (!lasting_values_) {
      evaluator.prepare(sets_.lasting_numbers, now, time);
      lasting_values_ = evaluator.numbers(sets_.lasting_numbers);
    }
    evaluator.prepare(sets_.moving_numbers, now, time);
    const auto moving = evaluator.numbers(sets_.moving_numbers);
    auto next_moving = moving.begin();
    auto next_lasting = lasting_values_->begin();
    std::vector<double> numbers;
    for (const int node : limits_.numbers())
      numbers.push_back(is_lasting(system_, node) ? *next_lasting++ : *next_moving++);
    return numbers;
  }

  Regions& regions_;
  const System& system_;
  LimitSets sets_;
  StepLimits limits_;
  std::vector<std::vector<double>> cells_;
  std::vector<double> numbers_;
  bool is_beyond_numbers_ = false;
  std::optional<StepLimit> lasting_limit_;             ///< where nothing that it depends on changes
  std::optional<std::vector<double>> lasting_values_;  ///< of the limit's numbers that never change
};

}  // namespace tarn::apps::pde
