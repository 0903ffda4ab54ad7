#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <utility>
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

  const Divisors& divisors() const { return divisors_; }

  /// Whether the start of a step was looked at.
  bool has_begun() const { return start_.has_value(); }
  /// The state that a step begins from; the same again where the step is made again.
  void begin(Evaluator<Real>& evaluator, const Fields<Real>& now, double time) {
    if (divisors_.empty()) return;
    if (!start_) start_ = spans(evaluator, now, time);
    last_ = *start_;
    shorter_.reset();
    changed_before_ = std::move(changed_);
    changed_.clear();
  }

  /// A state within the step, or that at its end: of a divisor that had one sign in all cells, does each cell have it
  /// still?
  void look(Evaluator<Real>& evaluator, const Fields<Real>& now, double time) {
    if (divisors_.empty()) return;
    constexpr double least = 0.01, most = 0.5, before = 0.9;  // of the step, and of the way to the 0
    last_ = spans(evaluator, now, time);
    for (std::size_t n = 0; n < last_.size(); ++n) {
      const int side = (*start_)[n].sign();
      const double from = (*start_)[n].margin(side), to = last_[n].margin(side);
      if (side == 0 || to > 0) continue;
      changed_.insert(n);
      const double share = from / (from - to);
      shorter_ = std::min(shorter_.value_or(most), std::isnan(share) ? most : std::max(before * share, least));
    }
  }

  /// The share of the step that may lead to where no sign has changed, if one has.
  std::optional<double> shorter_share() const { return shorter_; }

  /// Whether a divisor that changed its sign in the step that was made before from the same state has stayed what it
  /// is, to the last digit: shorter steps bring it no nearer to its 0.
  bool stands_still() const {
    return std::any_of(changed_before_.begin(), changed_before_.end(), [&](std::size_t n) {
      const int side = (*start_)[n].sign();
      return !changed_.contains(n) && last_[n].margin(side) == (*start_)[n].margin(side);
    });
  }

  /// The next step begins where this one ended. Tells once of each divisor that has changed its sign.
  /// @param time  that this step began at
  void go_on(double time) {
    if (divisors_.empty()) return;
    start_ = last_;
    changed_before_.clear();
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
  std::optional<double> shorter_;
  std::set<std::size_t> changed_, changed_before_;  ///< divisors: in this step, and when it was made before
  std::set<std::size_t> told_;                      ///< in this run
};

}  // namespace tarn::apps::pde
