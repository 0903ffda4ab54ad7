#pragma once

#include <cstdint>
#include <optional>

#include "tarn/apps/driver/stepping.hpp"
#include "tarn/io/deck/deck.hpp"

namespace tarn::apps {

/// Where a run is.
struct Moment {
  std::int64_t step = 0;
  double time = 0;      ///< of the problem
  double walltime = 0;  ///< since the run started [s]; the same on all ranks
  StepCount counted;    ///< how it came to `time`
};

/// Says when something that a deck wants every so many steps, so much time or so much walltime is due.
///
/// By steps and by time the answer depends on the moment alone, so that a restarted run writes what the uninterrupted
/// one would. By walltime it depends on when it was due last. Times that differ by time_tolerance() are one.
class Trigger {
 public:
  explicit Trigger(const io::Schedule& schedule) : schedule_(schedule) {}

  bool due(const Moment& now) const;
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

}  // namespace tarn::apps
