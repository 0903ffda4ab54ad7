/* What a library leaves as it is: signal handlers, the floating-point mask, the error handler of MPI's communicators,
 * and what is printed. */
#ifndef PROCESS_STATE_H
#define PROCESS_STATE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <fenv.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include <mpi.h>

enum { signals = 65 };

struct process_state {
  struct sigaction handlers[signals];
  int exceptions, rounding;
  MPI_Errhandler errors;
};

static void read_state(MPI_Comm comm, struct process_state* state) {
  memset(state, 0, sizeof *state);
  for (int n = 1; n < signals; ++n)
    sigaction(n, NULL, &state->handlers[n]);
  state->exceptions = fegetexcept();
  state->rounding = fegetround();
  MPI_Comm_get_errhandler(comm, &state->errors);
}

/* What differs, in words; empty if nothing does. */
static const char* difference(const struct process_state* a, const struct process_state* b) {
  for (int n = 1; n < signals; ++n)
    if (a->handlers[n].sa_handler != b->handlers[n].sa_handler || a->handlers[n].sa_flags != b->handlers[n].sa_flags)
      return "a signal handler";
  if (a->exceptions != b->exceptions || a->rounding != b->rounding) return "the floating-point mask";
  if (a->errors != b->errors) return "the error handler of the communicator";
  return "";
}

/* Sends what is printed into a file for a while. */
struct quiet {
  int out, err, file;
  char name[64];
};

static void begin_quiet(struct quiet* quiet) {
  fflush(NULL);
  quiet->out = dup(1);
  quiet->err = dup(2);
  strcpy(quiet->name, "/tmp/tarn-host-XXXXXX");
  quiet->file = mkstemp(quiet->name);
  dup2(quiet->file, 1);
  dup2(quiet->file, 2);
}

/* Returns the bytes that were printed. */
static long end_quiet(struct quiet* quiet) {
  fflush(NULL);
  dup2(quiet->out, 1);
  dup2(quiet->err, 2);
  struct stat stat;
  fstat(quiet->file, &stat);
  close(quiet->file);
  close(quiet->out);
  close(quiet->err);
  unlink(quiet->name);
  return (long)stat.st_size;
}

#endif
