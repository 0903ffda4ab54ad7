#pragma once

#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <vector>

#include "tarn/apps/pde/divisors.hpp"
#include "tarn/apps/pde/evaluator.hpp"

namespace tarn::apps::pde {

/// Watches the divisors of the equations in the states that a step goes through. Every look is collective.
template <class Real>
class DivisorWatch {
 public:
  /// @param set  of the evaluator's expressions: the divisors
  DivisorWatch(const SimulationContext& context, const System& system, std::size_t set)
      : context_(context), divisors_(context.deck, system), set_(set) {}

  void add_expressions(std::vector<std::vector<int>>& sets) const { sets[set_] = divisors_.nodes(); }

  /// The state that a step begins from.
  void begin(Evaluator<Real>& evaluator, const Fields<Real>& now, double time) {
    if (divisors_.empty()) return;
    if (!start_) start_ = spans(evaluator, now, time);
    last_ = *start_;
    changed_.clear();
  }

  /// A state within the step, or that at its end: of a divisor that had one sign in all cells, does each cell have it
  /// still?
  void look(Evaluator<Real>& evaluator, const Fields<Real>& now, double time) {
    if (divisors_.empty()) return;
    last_ = spans(evaluator, now, time);
    for (std::size_t n = 0; n < last_.size(); ++n) {
      const int side = (*start_)[n].sign();
      if (side != 0 && last_[n].sign() != side) changed_.insert(n);
    }
  }

  /// The next step begins where this one ended. Tells once of each divisor that has changed its sign.
  /// @param time  that this step began at
  void go_on(double time) {
    if (divisors_.empty()) return;
    start_ = last_;
    for (const std::size_t n : changed_) {
      if (told_.insert(n).second && context_.patch.ranks().is_root())
        context_.observer.warn(divisors_.changed_sign(n, time));
    }
    changed_.clear();
  }

  /// The state was written from outside.
  void forget() {
    start_.reset();
    changed_.clear();
  }

 private:
  std::vector<Span> spans(Evaluator<Real>& evaluator, const Fields<Real>& now, double time) const {
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    const auto timer = context_.regions.time("largest step");
    // A restarted run knows the time from its checkpoint, this one from a sum: they may differ in the last digits.
    constexpr double parts = 1e12;
    int exponent = 0;
    const double share = std::frexp(time, &exponent);
    evaluator.prepare(set_, now, std::ldexp(std::round(share * parts) / parts, exponent));
    const auto extremes = evaluator.extreme_cells(set_, now);
    std::vector<Span> found;
    for (std::size_t n = 0; n < divisors_.nodes().size(); ++n) {
      const auto &least = extremes[2 * n], &greatest = extremes[2 * n + 1];
      found.push_back({least.empty() ? unknown : least[n], greatest.empty() ? unknown : greatest[n]});
    }
    return found;
  }

  const SimulationContext& context_;
  Divisors divisors_;
  std::size_t set_;
  std::optional<std::vector<Span>> start_;  ///< in the state that the step begins from; none: not looked at yet
  std::vector<Span> last_;                  ///< at the last look
  std::set<std::size_t> changed_, told_;    ///< divisors: in this step, and in the run
};

}  // namespace tarn::apps::pde
