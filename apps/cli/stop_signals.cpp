#include "tarn/apps/cli/stop_signals.hpp"

#include <pthread.h>

#include <iterator>

#include <fmt/format.h>

#include "tarn/apps/cli/launcher_link.hpp"

namespace tarn::cli {

namespace {

constexpr int stopping_signals[] = {SIGTERM, SIGINT, SIGUSR1, SIGUSR2, SIGHUP, SIGXCPU};

// The only things a signal handler may touch.
volatile std::sig_atomic_t last_signal = 0;
volatile std::sig_atomic_t early_signal = 0;
volatile std::sig_atomic_t interrupted = 0;  ///< a SIGINT came; the second one ends the program
bool hup_is_ignored = false;
int listening = 0;  ///< StopSignals that live
sigset_t blocked_at_start;

/// What SIGHUP was when the program began. Libraries take it before main() and would swallow it: libpsm2 does, which
/// Open MPI 5 brings. So it waits until begin_with_signals().
void note_hup_at_start(int, char**, char**) {
  struct sigaction now {};
  hup_is_ignored = sigaction(SIGHUP, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
  sigset_t hup;
  sigemptyset(&hup);
  sigaddset(&hup, SIGHUP);
  sigprocmask(SIG_BLOCK, &hup, &blocked_at_start);
}
#if defined(TARN_IN_SHARED_LIBRARY)  // there is nothing earlier
__attribute__((constructor)) void note_hup() {
  note_hup_at_start(0, nullptr, nullptr);
}
#else
__attribute__((section(".preinit_array"), used)) void (*before_all_libraries)(int, char**, char**) = note_hup_at_start;
#endif

/// Whether a number is of a signal that asks for the end.
bool is_stopping(int number) {
  for (const int one : stopping_signals) {
    if (number == one) return true;
  }
  return false;
}

extern "C" void note_early_signal(int number) {
  early_signal = number;
}

/// The process that started the ranks sends rank 0 a SIGUSR1 with the number of the signal that came to it; the
/// launcher's own SIGUSR1 may follow.
extern "C" void note_signal(int number, siginfo_t* sent, void*) {
  const bool is_named = number == SIGUSR1 && sent->si_code == SI_QUEUE && is_stopping(sent->si_value.sival_int);
  if (number != SIGUSR1 || is_named || last_signal == 0) last_signal = is_named ? sent->si_value.sival_int : number;
  if (number != SIGINT) return;
  if (interrupted != 0) {
    std::signal(SIGINT, SIG_DFL);
    std::raise(SIGINT);
  }
  interrupted = 1;
}

/// Who started the program may have blocked them, and so may a library.
void unblock() {
  sigset_t stopping;
  sigemptyset(&stopping);
  for (const int number : stopping_signals)
    sigaddset(&stopping, number);
  pthread_sigmask(SIG_UNBLOCK, &stopping, nullptr);
}

/// Takes the signals, those too that another has taken meanwhile.
void listen() {
  for (const int number : stopping_signals) {
    const bool is_ignored = number == SIGHUP && hup_is_ignored;
    struct sigaction now {};
    const bool is_known = sigaction(number, nullptr, &now) == 0;
    if (is_known && (is_ignored ? now.sa_handler == SIG_IGN : now.sa_sigaction == note_signal)) continue;
    struct sigaction action {};
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART | (is_ignored ? 0 : SA_SIGINFO);
    if (is_ignored) {
      action.sa_handler = SIG_IGN;
    } else {
      action.sa_sigaction = note_signal;
    }
    sigaction(number, &action, nullptr);
  }
  unblock();
}

}  // namespace

void begin_with_signals() {
  std::signal(SIGHUP, hup_is_ignored ? SIG_IGN : SIG_DFL);
  sigprocmask(SIG_SETMASK, &blocked_at_start, nullptr);
  unblock();
  struct sigaction now {};
  if (sigaction(SIGUSR1, nullptr, &now) != 0 || (now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN)) return;
  now.sa_handler = note_early_signal;
  now.sa_flags = SA_RESTART;
  sigaction(SIGUSR1, &now, nullptr);
}

StopSignals::StopSignals() {
  static_assert(std::size(stopping_signals) == count);
  last_signal = early_signal;
  early_signal = 0;
  interrupted = 0;
  for (int n = 0; n < count; ++n)
    sigaction(stopping_signals[n], nullptr, &before_[n]);
  ++listening;
  listen();
}

StopSignals::~StopSignals() {
  --listening;
  for (int n = 0; n < count; ++n)
    sigaction(stopping_signals[n], &before_[n], nullptr);
}

int StopSignals::received() {
  if (listening > 0 && last_signal == 0) {
    listen();
    if (starter_has_ended()) last_signal = SIGUSR1;
  }
  if (last_signal != 0) tell_that_stop_came();
  return static_cast<int>(last_signal);
}

namespace {

constexpr int others = 1000;  ///< above all numbers of signals

}  // namespace

int StopSignals::request() {
  const int came = received();
  return came == 0 || came == SIGUSR1 ? came : others + came;
}

std::string StopSignals::request_name(int request) {
  return signal_name(request > others ? request - others : request);
}

std::string signal_name(int number) {
  if (number == SIGTERM) return "SIGTERM";
  if (number == SIGINT) return "SIGINT";
  if (number == SIGHUP) return "SIGHUP";
  if (number == SIGUSR2) return "SIGUSR2";
  if (number == SIGXCPU) return "SIGXCPU";
  return number == SIGUSR1 ? "SIGUSR1" : fmt::format("signal {}", number);
}

}  // namespace tarn::cli
