/* Preloaded into a process, it prints the stack at a signal that ends it, and lets it end. What is installed later, as
 * Python's faulthandler, comes first and hands on to this. */
#include <execinfo.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static void tell(int number) {
  void* places[64];
  static const char title[] = "tells_stack: the functions, innermost first\n";
  const ssize_t written = write(2, title, sizeof title - 1);
  (void)written;
  backtrace_symbols_fd(places, backtrace(places, 64), 2);
  signal(number, SIG_DFL);
  raise(number);
}

__attribute__((constructor)) static void install(void) {
  void* place;
  const int signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE};
  struct sigaction action;
  backtrace(&place, 1); /* loads what it needs */
  memset(&action, 0, sizeof action);
  action.sa_handler = tell;
  action.sa_flags = SA_NODEFER;
  for (unsigned n = 0; n < sizeof signals / sizeof *signals; ++n)
    sigaction(signals[n], &action, NULL);
}
