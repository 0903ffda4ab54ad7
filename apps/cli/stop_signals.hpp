#pragma once

#include <csignal>
#include <string>

namespace tarn::cli {

/// For the start of a program. From here on a SIGUSR1 ends it no more: what comes before a StopSignals lives is heard
/// by the first one, for a launcher of ranks may hand SIGUSR1 on to ranks that do not listen yet, or no longer.
/// SIGHUP is what it was when the program began, whatever libraries have made of it since. None of the signals below
/// stays blocked.
void begin_with_signals();

/// While it lives, SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2 and SIGXCPU ask the run to write a checkpoint and stop;
/// the handlers that stood before are put back at the end. A second SIGINT ends the program at once. A SIGHUP that was
/// ignored when the program began, as below nohup, stays so, whatever libraries make of it.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// The signal that came to this rank, or 0. Signals that a library has taken meanwhile are taken
  /// back. The end of the process that started the ranks by -n counts as a SIGUSR1.
  static int received();
  /// The same as a number that of several ranks' is largest where most is known: launchers send SIGUSR1 to all ranks,
  /// whatever signal they were asked by, and rank 0 alone may know which.
  static int request();
  /// The name of the signal of such a number.
  static std::string request_name(int request);

 private:
  static constexpr int count = 6;
  struct sigaction before_[count];
};

/// "SIGTERM" and so on.
std::string signal_name(int number);

}  // namespace tarn::cli
