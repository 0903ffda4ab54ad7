#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/alike_steps.hpp"
#include "tarn/apps/driver/schedule.hpp"
#include "tarn/apps/pde/evaluator.hpp"
#include "tarn/apps/pde/face_flaws.hpp"
#include "tarn/apps/pde/pde.hpp"
#include "tarn/apps/pde/step_limit.hpp"
#include "tarn/core/error.hpp"

namespace tarn::apps::pde {

/// Sets of an evaluator's expressions that the stable step depends on.
struct LimitSets {
  std::size_t coefficients;     ///< of cells
  std::size_t moving_numbers;   ///< of the domain
  std::size_t lasting_numbers;  ///< of the domain, which never change
};

/// Chooses the steps of a running simulation. Every choice depends on the state and the time alone, so that a restarted
/// run takes the same steps. Every member that looks at the state is collective.
template <class Real>
class StepChoice {
 public:
  /// @param context, options, system  must outlive it
  StepChoice(const SimulationContext& context, const Options& options, System& system, const LimitSets& sets)
      : context_(context),
        options_(options),
        system_(system),
        sets_(sets),
        limits_(system, options.scheme, options.stages) {
    limits_.follow_growth(!options_.fixed_step);  // the deck's own step is refused where it is not stable
  }

  /// The expressions that the evaluator is to have in LimitSets.
  void add_expressions(std::vector<std::vector<int>>& sets) const {
    if (!limits_.can_be_looked_at()) return;
    sets[sets_.coefficients] = limits_.varying();
    for (const int node : limits_.numbers())
      sets[is_lasting(system_, node) ? sets_.lasting_numbers : sets_.moving_numbers].push_back(node);
  }

  /// Whether a step may turn out to be too long once the state at its end is known.
  bool may_take_back() const { return pde::may_take_back(options_, limits_); }

  /// As Simulation::largest_step().
  double largest_step(Evaluator<Real>& evaluator, const Fields<Real>& now, double time) {
    if (steps_before_look_ > 0) {
      --steps_before_look_;
      return *options_.fixed_step;
    }
    const StepLimit limit = limit_ahead_ ? *limit_ahead_ : limit_of(evaluator, now, time);
    limit_ahead_.reset();
    if (std::isfinite(limit.step)) last_limit_ = limit;
    tell_growing_turns(limit, time);
    if (options_.fixed_step) return fixed_step_within(limit, time, evaluator.faces_move());
    if (!(limit.step > 0 && std::isfinite(limit.step))) refuse_what_is_beyond_numbers(evaluator);
    if (!(limit.step > 0)) throw NumericsError(no_stable_step(limit));
    if (!std::isfinite(limit.step)) throw NumericsError("nothing in the equations limits the step now: give time.dt");
    return not_collapsed(options_.share * limit.step, limit);
  }

  /// What may be tried instead of a step, if it was too long for what it led to.
  /// @param within  the fields in one of its stages
  /// @param after   the fields at its end
  std::optional<double> shorter_step(Evaluator<Real>& evaluator, const Fields<Real>& within, const Fields<Real>& after,
                                     const PlannedStep& step) {
    constexpr double longest_retry = 0.9, shortest_retry = 0.1;  // of the step that was too long
    constexpr double shortest_of_all = 1e-7;                     // of the first of them: no step leads across a jump
    const auto too_short = limit_that_is_too_short(evaluator, within, after, step);
    if (!too_short) {
      first_tried_ = 0;
      ++accepted_;
      return {};
    }
    limit_ahead_.reset();
    first_tried_ = std::max(first_tried_, step.dt);
    if (step.dt < shortest_of_all * first_tried_) {
      refuse_what_is_beyond_numbers(evaluator);
      if (!(too_short->step > 0)) throw NumericsError(no_stable_step(*too_short));
      throw NumericsError(
          fmt::format("the largest stable step falls to {:g}, which {} sets, within each step that was tried; the last "
                      "was {:g} long",
                      too_short->step, too_short->set_by, step.dt));
    }
    ++taken_back_;
    tell_of_many(step.time);
    const double wanted = std::isfinite(too_short->step) ? options_.share * too_short->step : 0;
    return std::clamp(wanted, shortest_retry * step.dt, longest_retry * step.dt);
  }

  /// The state was written from outside.
  void forget() {
    limit_ahead_.reset();
    steps_before_look_ = steps_between_looks_ = 0;
  }

  /// What a user may want to know of the steps, a sentence each.
  std::vector<std::string> remarks() const {
    std::vector<std::string> all = limit_text();
    if (taken_back_ > 0)
      all.push_back(
          fmt::format("{} taken back and made again shorter, because the largest stable step became less on the way",
                      taken_back_ == 1 ? "1 step was" : fmt::format("{} steps were", taken_back_)));
    return all;
  }
  /// The part of it that explains what went wrong, too.
  std::vector<std::string> limit_text() const {
    if (!last_limit_) return {};
    return {fmt::format("the largest stable step was {:.4g} when it was last looked at, which {} sets",
                        last_limit_->step, last_limit_->set_by)};
  }

 private:
  /// Once, where the method makes turns grow that were not there at the start: `check` tells of those. Looks at some of
  /// the steps.
  void tell_growing_turns(const StepLimit& limit, double time) {
    constexpr std::int64_t steps_between = 16;
    if (are_turns_told_ || is_beyond_numbers_) return;
    if (looks_for_turns_++ % steps_between != 0 && !options_.fixed_step) return;  // fixed steps have few looks
    are_turns_told_ =
        limits_.lets_turns_grow(cells_, numbers_, options_.fixed_step.value_or(options_.share * limit.step), time > 0);
    if (are_turns_told_ && time > 0 && context_.patch.ranks().is_root())
      context_.observer.warn(growing_turns(context_.deck, fmt::format("with its steps at time {:g}", time)));
  }

  /// The limit within a step or at its end, if the step was longer by more than half of what time.cfl leaves: the
  /// equations have changed too much for the limit at its start. Within, it is looked at where it follows from the
  /// time, or a cell by itself sets the limit: where it overshoots, both ends may be slow and what is between fast.
  std::optional<StepLimit> limit_that_is_too_short(Evaluator<Real>& evaluator, const Fields<Real>& within,
                                                   const Fields<Real>& after, const PlannedStep& step) {
    constexpr double part = 0.382;  // the golden section, which periods in time hardly meet
    if (limits_.changes_in_time() || (last_limit_ && last_limit_->is_of_cell)) {
      const StepLimit limit = limit_of(evaluator, within, step.time + part * step.dt);
      if (const auto too_short = without_own_growth(step.dt, limit)) return too_short;
    }
    limit_ahead_ = limit_of(evaluator, after, step.time + step.dt);
    return without_own_growth(step.dt, *limit_ahead_);
  }

  bool is_too_long(double dt, const StepLimit& limit) const {
    if (is_beyond_numbers_ && !std::isfinite(limit.step)) return true;
    return !(dt <= 0.5 * (1 + options_.share) * limit.step);
  }

  /// The limit of the last look, if the step is too long for it also without growth, or if growth is far faster than
  /// what a step follows. Else what grows may be what the step began: behind a front, it grows from nothing at a rate
  /// that the step itself sets, however short it is.
  std::optional<StepLimit> without_own_growth(double dt, const StepLimit& limit) {
    constexpr double most_growth = 2;  // e-folds
    if (!is_too_long(dt, limit)) return {};
    if (!(dt <= most_growth * limit.step)) return limit;
    limits_.follow_growth(false);
    const StepLimit others = limits_.of_cells(cells_, numbers_);
    limits_.follow_growth(true);
    if (is_too_long(dt, others)) return others;
    return {};
  }

  /// Once, where many steps are taken back: then other ones are hardly better.
  void tell_of_many(double time) {
    constexpr std::int64_t few = 10;
    constexpr double share = 0.1;
    if (are_many_told_ || taken_back_ < few ||
        static_cast<double>(taken_back_) < share * static_cast<double>(accepted_))
      return;
    are_many_told_ = true;
    if (!context_.patch.ranks().is_root()) return;
    context_.observer.warn(
        fmt::format("{}: time.cfl: many steps were too long for what they led to and were taken back, {} of {} up to "
                    "time {:g}; with "
                    "a smaller time.cfl what is between is followed better",
                    to_string(context_.deck.position("time.cfl")), taken_back_, taken_back_ + accepted_, time));
  }

  double not_collapsed(double step, const StepLimit& limit) const {
    if (has_collapsed(context_.deck, step))
      throw NumericsError(fmt::format("the time step has collapsed to {:g}, which {} sets", step, limit.set_by));
    return step;
  }

  /// Where the limit of the step comes from what is no number.
  void refuse_what_is_beyond_numbers(const Evaluator<Real>& evaluator) const {
    auto causes = face_flaws(context_.deck, system_, evaluator.bad_faces());
    if (causes.empty() && !is_beyond_numbers_) return;
    if (causes.empty()) causes = {"the solution grows without bounds, or leaves what the formulas are made for"};
    throw NumericsError(fmt::format(
        "no step can be chosen: what the equations multiply the fields with, or pde.speed or pde.signals, has become "
        "infinite or NaN; {}",
        fmt::join(causes, "; ")));
  }

  /// The deck's step. A look at the limit takes passes over the cells, so the next steps go without.
  double fixed_step_within(const StepLimit& limit, double time, bool faces_move) {
    const double step = *options_.fixed_step;
    if (!options_.trusts_step && step > limit.step) {
      io::Problems problems;  // at the start it is the deck's: `check` sees some cells only
      if (steps_between_looks_ == 0 && time == 0)
        problems.add(context_.deck.position("time.dt"), "time.dt", step_is_too_long(step, limit));
      problems.throw_if_any();
      throw NumericsError(fmt::format("time.dt = {:g} is now above the largest stable step, {:.4g}, which {} sets",
                                      step, limit.step, limit.set_by));
    }
    steps_between_looks_ = steps_to_next_look(limit.step, faces_move);
    steps_before_look_ = steps_between_looks_ - 1;
    limit_looked_at_ = limit.step;
    return step;
  }

  /// Many where the deck's step is far below the limit. Close to it few, for what depends on the time may jump; without
  /// the time as many as the limit, if it falls as it did since the last look, takes for a quarter of its way down to
  /// the step.
  int steps_to_next_look(double limit, bool faces_move) const {
    constexpr int few = 4, many = 16;
    constexpr double far_below = 0.8, part = 0.25;
    const double step = *options_.fixed_step;
    if (options_.trusts_step || step <= far_below * limit) return many;
    if (steps_between_looks_ == 0 || system_.changes_in_time() || faces_move) return few;
    const double fall_in_a_step = (limit_looked_at_ - limit) / steps_between_looks_;
    if (!(fall_in_a_step > 0)) return many;
    return static_cast<int>(std::clamp<double>(part * (limit - step) / fall_in_a_step, few, many));
  }

  /// The least limit among those of cells that differ most.
  StepLimit limit_of(Evaluator<Real>& evaluator, const Fields<Real>& now, double time) {
    if (!limits_.can_be_looked_at()) return {std::numeric_limits<double>::infinity()};
    if (lasting_limit_) return *lasting_limit_;
    const auto timer = context_.regions.time("largest step");
    // A restarted run knows the time from its checkpoint, this one from a sum: they may differ in the last digit.
    const auto about = static_cast<double>(static_cast<float>(time));
    cells_ = {{}};
    if (!limits_.varying().empty()) {
      evaluator.prepare(sets_.coefficients, now, about);
      cells_ = evaluator.extreme_cells(sets_.coefficients, now);
      is_beyond_numbers_ = cells_.empty();  // nowhere is a coefficient a number
      for (const std::vector<double>& values : cells_) {
        is_beyond_numbers_ = is_beyond_numbers_ || std::any_of(values.begin(), values.end(),
                                                               [](double value) { return !std::isfinite(value); });
      }
    }
    numbers_ = numbers(evaluator, now, about);
    const StepLimit limit = limits_.of_cells(cells_, numbers_);
    if (!limits_.changes()) lasting_limit_ = limit;
    return limit;
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

  const SimulationContext& context_;
  const Options& options_;
  const System& system_;
  LimitSets sets_;
  StepLimits limits_;
  bool is_beyond_numbers_ = false;  ///< some coefficient of the linearised equations, at the last look
  // What was found at the last look:
  std::vector<std::vector<double>> cells_;
  std::vector<double> numbers_;
  std::optional<StepLimit> limit_ahead_;               ///< of the state that the next step begins from
  std::optional<StepLimit> last_limit_;                ///< of the last step
  std::optional<StepLimit> lasting_limit_;             ///< where nothing that it depends on changes
  std::optional<std::vector<double>> lasting_values_;  ///< of the limit's numbers that never change
  std::int64_t taken_back_ = 0, accepted_ = 0;         ///< steps of this program's run
  double first_tried_ = 0;  ///< of the steps that were taken back in a row, the longest; 0: the last one was not
  std::int64_t looks_for_turns_ = 0;
  bool are_turns_told_ = false, are_many_told_ = false;
  // For a fixed step:
  double limit_looked_at_ = 0;   ///< the limit at the last look
  int steps_between_looks_ = 0;  ///< from the last look to the next; 0: there was none
  int steps_before_look_ = 0;    ///< that are still to be taken before the next
};

}  // namespace tarn::apps::pde
