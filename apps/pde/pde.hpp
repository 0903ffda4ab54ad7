#pragma once

#include <memory>
#include <optional>
#include <string>

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/pde/step_limit.hpp"
#include "tarn/apps/pde/system.hpp"
#include "tarn/ops/integrate/integrator.hpp"

namespace tarn::apps::pde {

/// What [pde] says beside its formulas.
struct Options {
  ops::Scheme scheme = ops::Scheme::ssp_rk2;
  int stages = 0;                      ///< of rkl2
  double share = 1;                    ///< of the largest stable step
  std::optional<double> fixed_step{};  ///< [time]
  bool trusts_step = false;            ///< whether the fixed step is taken even if it is above the largest stable one
};

Options options_of(const io::Deck& deck);

/// The table [pde], for the schema.
io::Table table();

/// Adds what is wrong with a deck beyond what the schema sees.
void check(const io::Deck& deck, io::Problems& problems);

class StartValues;

/// What the state at the start asks of the step.
struct StartLimit {
  StepLimit limit;
  bool is_estimate = false;         ///< whether it needs integrals that are not known exactly
  bool only_growth_limits = false;  ///< of cells by themselves, which ends: `limit` is infinite then
  bool lets_turns_grow = false;     ///< the method, with the step that the deck takes
  bool is_short_for_turns = false;  ///< of slow decay, which other methods follow in longer steps
};

/// The largest stable step of the state at the start, from some of its cells.
StartLimit limit_at_start(const Options& options, StepLimits& limits, const StartValues& start);

/// Whether a step may be taken back: tarn chose it, and the limit at its end may be another one.
bool may_take_back(const Options& options, const StepLimits& limits);

/// What is said where no step is stable.
std::string no_stable_step(const StepLimit& limit);

/// What is said where the method makes turns grow.
/// @param when  in words
std::string growing_turns(const io::Deck& deck, const std::string& when);

/// What is said of a fixed step above the largest stable one.
std::string step_is_too_long(double step, const StepLimit& limit);

/// The equations of a deck without problems.
System system_of(const io::Deck& deck);

/// A simulation in the deck's precision; in simulation.cpp.
std::unique_ptr<Simulation> make_simulation(const SimulationContext& context);

}  // namespace tarn::apps::pde
