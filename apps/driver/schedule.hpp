#pragma once

#include <cstdint>
#include <optional>

#include "tarn/io/deck/deck.hpp"

namespace tarn::apps {

/// Where a run is.
struct Moment {
  std::int64_t step = 0;
  double time = 0;      ///< of the problem
  double walltime = 0;  ///< since the run started [s]; the same on all ranks
};

/// Says when something that a deck wants every so many steps, so much time or so much walltime is due.
///
/// By steps and by time the answer depends on the moment alone, so that a restarted run writes what the uninterrupted
/// one would. By walltime it depends on when it was due last.
class Trigger {
 public:
  explicit Trigger(const io::Schedule& schedule) : schedule_(schedule) {}

  bool due(const Moment& now) const;
  /// Starts the walltime anew: what was due has been done.
  void done(const Moment& now) { last_walltime_ = now.walltime; }

  /// The next time, after `time`, that a step must end at; nothing if it is not due by time.
  std::optional<double> next_time(double time) const;

 private:
  io::Schedule schedule_;
  double last_walltime_ = 0;
};

}  // namespace tarn::apps
