#pragma once

#include "tarn/apps/pde/pde.hpp"
#include "tarn/apps/pde/step_limit.hpp"
#include "tarn/apps/pde/system.hpp"

namespace tarn::apps::pde {

/// The deck's own step, beside the largest stable one. A look at that takes passes over the cells, so that steps go
/// without in between.
class FixedSteps {
 public:
  /// @param deck, options, system  must outlive it; options.fixed_step is given
  FixedSteps(const io::Deck& deck, const Options& options, const System& system)
      : deck_(deck), options_(options), system_(system) {}

  double step() const { return *options_.fixed_step; }
  /// Whether the next step is to be taken without a look; asked once for each.
  bool goes_without_look();
  /// After a look.
  /// @param faces_move  whether what the domain's faces give changes in time
  /// @throws NumericsError, at the start UsageError, where the step is too long and the deck does not trust it
  void check(const StepLimit& limit, double time, bool faces_move);
  /// The state was written from outside.
  void forget() { steps_between_looks_ = steps_before_look_ = 0; }

 private:
  int steps_to_next_look(double limit, bool faces_move) const;

  const io::Deck& deck_;
  const Options& options_;
  const System& system_;
  double limit_looked_at_ = 0;   ///< the limit at the last look
  int steps_between_looks_ = 0;  ///< from the last look to the next; 0: there was none
  int steps_before_look_ = 0;    ///< that are still to be taken before the next
};

}  // namespace tarn::apps::pde
