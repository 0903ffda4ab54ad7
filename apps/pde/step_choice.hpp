#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/alike_steps.hpp"
#include "tarn/apps/driver/schedule.hpp"
#include "tarn/apps/pde/divisor_watch.hpp"
#include "tarn/apps/pde/evaluator.hpp"
#include "tarn/apps/pde/face_flaws.hpp"
#include "tarn/apps/pde/fixed_steps.hpp"
#include "tarn/apps/pde/limit_look.hpp"
#include "tarn/apps/pde/pde.hpp"
#include "tarn/core/error.hpp"

namespace tarn::apps::pde {

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
        look_(context, options, system, sets),
        watch_(context, system, sets.divisors) {
    look_.limits().follow_growth(!options.fixed_step);  // the deck's own step is refused where it is not stable
    if (options.fixed_step) fixed_.emplace(context.deck, options, system);
  }

  /// The expressions that the evaluator is to have in LimitSets.
  void add_expressions(std::vector<std::vector<int>>& sets) const {
    look_.add_expressions(sets);
    watch_.add_expressions(sets);
  }

  /// Whether a step may turn out to be too long once the state at its end is known.
  bool may_take_back() const { return pde::may_take_back(options_, look_.limits()); }

  /// As Simulation::largest_step().
  double largest_step(Evaluator<Real>& evaluator, const Fields<Real>& now, double time) {
    if (fixed_ && fixed_->goes_without_look()) return fixed_->step();
    const StepLimit limit = limit_ahead_ ? *limit_ahead_ : look_.limit_of(evaluator, now, time);
    limit_ahead_.reset();
    if (std::isfinite(limit.step)) last_limit_ = limit;
    tell_growing_turns(limit, time);
    if (fixed_) {
      fixed_->check(limit, time, evaluator.faces_move());
      return fixed_->step();
    }
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
    watch_.look(evaluator, after, step.time + step.dt);
    const auto too_short = limit_that_is_too_short(evaluator, within, after, step);
    if (!too_short) {
      watch_.go_on(step.time);
      first_tried_ = 0;
      ++accepted_;
      return {};
    }
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
    return taken_back(step, std::clamp(wanted, shortest_retry * step.dt, longest_retry * step.dt));
  }

  /// Before the first stage of a step.
  void begin(Evaluator<Real>& evaluator, const Fields<Real>& now, const PlannedStep& step) {
    watch_.begin(evaluator, now, step.time);
    step_ = step;
    too_short_within_.reset();
  }
  /// After a step that is never taken back.
  void end(Evaluator<Real>& evaluator, const Fields<Real>& after) {
    watch_.look(evaluator, after, step_.time + step_.dt);
    watch_.go_on(step_.time);
  }
  /// Before each other stage: where a stage leads to may be far from both ends of the step.
  void look_within(Evaluator<Real>& evaluator, const Fields<Real>& now, double time) {
    if (fixed_) return;
    watch_.look(evaluator, now, time);
    if (!last_limit_ || !last_limit_->is_of_cell || !may_take_back()) return;
    const StepLimit limit = look_.limit_of(evaluator, now, time);
    if (too_short_within_ && too_short_within_->step <= limit.step) return;
    if (const auto too_short = without_own_growth(step_.dt, limit)) too_short_within_ = too_short;
  }

  /// The state was written from outside.
  void forget() {
    limit_ahead_.reset();
    first_tried_ = 0;
    watch_.forget();
    if (fixed_) fixed_->forget();
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
  double taken_back(const PlannedStep& step, double shorter) {
    limit_ahead_.reset();
    first_tried_ = std::max(first_tried_, step.dt);
    return shorter;
  }

  /// Once, where the method makes turns grow that were not there at the start: `check` tells of those. Looks at some of
  /// the steps.
  void tell_growing_turns(const StepLimit& limit, double time) {
    constexpr std::int64_t steps_between = 16;
    if (are_turns_told_ || look_.is_beyond_numbers()) return;
    if (looks_for_turns_++ % steps_between != 0 && !fixed_) return;  // fixed steps have few looks
    are_turns_told_ = look_.lets_turns_grow(fixed_ ? fixed_->step() : options_.share * limit.step, time > 0);
    if (are_turns_told_ && time > 0 && context_.patch.ranks().is_root())
      context_.observer.warn(growing_turns(context_.deck, fmt::format("with its steps at time {:g}", time)));
  }

  /// The limit within a step or at its end, if the step was longer by more than half of what time.cfl leaves, or by 2%
  /// of the limit: the equations have changed too much for the limit at its start. Within, it is looked at where it
  /// follows from the time, or a cell by itself sets the limit: where it overshoots, both ends may be slow and what is
  /// between fast.
  std::optional<StepLimit> limit_that_is_too_short(Evaluator<Real>& evaluator, const Fields<Real>& within,
                                                   const Fields<Real>& after, const PlannedStep& step) {
    if (too_short_within_) return too_short_within_;
    constexpr double part = 0.382;  // the golden section, which periods in time hardly meet
    if (look_.limits().changes_in_time()) {
      const StepLimit limit = look_.limit_of(evaluator, within, step.time + part * step.dt);
      if (const auto too_short = without_own_growth(step.dt, limit)) return too_short;
    }
    limit_ahead_ = look_.limit_of(evaluator, after, step.time + step.dt);
    return without_own_growth(step.dt, *limit_ahead_);
  }

  bool is_too_long(double dt, const StepLimit& limit) const {
    constexpr double least_room = 0.02;  // of the limit: one step that is so much too long does no harm
    if (look_.is_beyond_numbers() && !std::isfinite(limit.step)) return true;
    const double longest = options_.share + std::max(0.5 * (1 - options_.share), least_room);
    return !(dt <= longest * limit.step);
  }

  /// The limit of the last look, if the step is too long for it also without growth, or if growth is far faster than
  /// what a step follows. Else what grows may be what the step began: behind a front, it grows from nothing at a rate
  /// that the step itself sets, however short it is.
  std::optional<StepLimit> without_own_growth(double dt, const StepLimit& limit) {
    constexpr double most_growth = 2;  // e-folds
    if (!is_too_long(dt, limit)) return {};
    if (!(dt <= most_growth * limit.step)) return limit;
    const StepLimit others = look_.limit_without_growth();
    if (is_too_long(dt, others)) return others;
    return {};
  }

  /// Once, where many steps are taken back: then other ones are hardly better.
  void tell_of_many(double time) {
    constexpr std::int64_t few = 20;
    constexpr double share = 0.1;
    if (are_many_told_ || taken_back_ < few ||
        static_cast<double>(taken_back_) < share * static_cast<double>(accepted_))
      return;
    are_many_told_ = true;
    if (!context_.patch.ranks().is_root()) return;
    context_.observer.warn(
        fmt::format("{}: time.cfl: many steps were too long for what they led to and were taken back, {} of {} up to "
                    "time {:g}; with a smaller time.cfl what is between is followed better",
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
    if (causes.empty() && !look_.is_beyond_numbers()) return;
    if (causes.empty()) causes = {"the solution grows without bounds, or leaves what the formulas are made for"};
    throw NumericsError(fmt::format(
        "no step can be chosen: what the equations multiply the fields with, or pde.speed or pde.signals, has become "
        "infinite or NaN; {}",
        fmt::join(causes, "; ")));
  }

  const SimulationContext& context_;
  const Options& options_;
  const System& system_;
  LimitLook<Real> look_;
  std::optional<FixedSteps> fixed_;
  DivisorWatch<Real> watch_;
  PlannedStep step_{};                          ///< that is made
  std::optional<StepLimit> too_short_within_;   ///< the least limit of its stages, if it was too long for one
  std::optional<StepLimit> limit_ahead_;        ///< of the state that the next step begins from
  std::optional<StepLimit> last_limit_;         ///< of the last step
  std::int64_t taken_back_ = 0, accepted_ = 0;  ///< steps of this program's run
  double first_tried_ = 0;  ///< of the steps that were taken back in a row, the longest; 0: the last one was not
  std::int64_t looks_for_turns_ = 0;
  bool are_turns_told_ = false, are_many_told_ = false;
};

}  // namespace tarn::apps::pde
