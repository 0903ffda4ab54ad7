#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/driver/stepping.hpp"
#include "tarn/io/deck/deck.hpp"

namespace tarn::apps {

/// Where a run is.
struct Moment {
  std::int64_t step = 0;  ///< of the run, from 0
  double time = 0;        ///< of the problem
  double walltime = 0;    ///< since the run started [s]; the same on all ranks
  StepCount counted;      ///< how it came to `time`
};

/// Says when something that a deck wants every so many steps, so much time or so much walltime is due.
///
/// By steps and by time the answer depends on the moment alone, so that a restarted run writes what the uninterrupted
/// one would. By walltime it depends on when it was due last. Times that differ by time_tolerance() are one.
class Trigger {
 public:
  explicit Trigger(const io::Schedule& schedule) : schedule_(schedule) {}  ///< nothing has been due yet

  bool due(const Moment& now) const;  ///< whether it is time
  /// Starts the walltime anew: what was due has been done.
  void done(const Moment& now) { last_walltime_ = now.walltime; }

  /// The next multiple of its time after `time`, which a step must end at; nothing if it is not due by time.
  std::optional<double> next_time(double time) const;

 private:
  io::Schedule schedule_;
  double last_walltime_ = 0;
};

/// The next time that a step must end at. What is due but for rounding at the end is due at the end.
/// @param due  the next time at which something is due, if there is one
double next_target(std::optional<double> due, double end);

/// An interval of time at whose multiples steps must end, and the key that asks for it.
struct Interval {
  double length;          ///< [time]
  std::string key;        ///< that asks for it
  io::Position position;  ///< of that key
};

/// Those of a simulation's deck.
std::vector<Interval> intervals_of(const io::Deck& deck);

/// The step of a scheme with a stability limit [time]: the deck's time.dt, or time.cfl of the limit, at most time.end.
double step_of(const io::Deck& deck, double limit);

/// Whether a step is so short that a run of the deck would not come to its end, with more than 10^12 of them. One that
/// time.max_steps or time.max_walltime ends does not ask.
bool has_collapsed(const io::Deck& deck, double step);

/// What is wrong if the deck's time.dt is beyond the limit; empty if it is not.
/// @param scheme  in words, such as "explicit Euler"
std::string flaw_of_step(const io::Deck& deck, double limit, const std::string& scheme);

/// step_of() where the limit is known at the start of the run alone.
/// @throws UsageError if time.dt is beyond it
double step_within(const io::Deck& deck, double limit, const std::string& scheme);

/// Steps until the deck's time.max_steps ends the run, or until its time does.
/// @param needed  steps to the deck's end
/// @param from    the step that the run begins with
double steps_taken(const io::Deck& deck, double needed, std::int64_t from = 0);

}  // namespace tarn::apps
