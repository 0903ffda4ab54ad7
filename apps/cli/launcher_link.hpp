#pragma once

#include <string_view>

namespace tarn::cli {

// What the process that starts ranks by -n and those ranks tell each other past the launcher between them: some lose
// signals that they should hand on (Open MPI 4.1.6 every SIGUSR1, until it has handed on a SIGUSR2), and none tells its
// ranks who started it. A rank says what it has to say by a line on its standard error. The starting process says who
// it is by a lease in the environment.

/// What says that all ranks hear signals; the lease of rank 0 follows, to the end of the line.
inline constexpr std::string_view all_hear_words = "\x06tarn: all ranks hear signals, the first is ";
/// The line that says that the ranks have been asked to stop.
inline constexpr std::string_view stop_came_line = "\x06tarn: a signal to stop came\n";

/// In the starting process: while it lives, the environment of a launcher names this process.
class NamedStarter {
 public:
  NamedStarter();
  ~NamedStarter();
  NamedStarter(const NamedStarter&) = delete;
  NamedStarter& operator=(const NamedStarter&) = delete;
};

/// In a rank, once all ranks are up: takes the starting process from the environment, and says to it that they are and
/// which process rank 0 is.
void meet_starter(bool is_root);

/// In a rank that heard a signal to stop: says so, the first time, if it is rank 0 and was started by -n.
void tell_that_stop_came();

/// Whether the process that started the ranks could be seen by this one and has ended.
bool starter_has_ended();

}  // namespace tarn::cli
