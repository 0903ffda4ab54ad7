/* What a library leaves as it is: signal handlers, the floating-point mask, the error handler of MPI's communicators,
 * and what is printed. */
#ifndef PROCESS_STATE_H
#define PROCESS_STATE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <fenv.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include <mpi.h>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

enum { signals = 65 };

struct process_state {
  struct sigaction handlers[signals];
  sigset_t blocked;
  stack_t signal_stack;
  int exceptions, rounding;
  unsigned control; /* of the vector unit: what is trapped, rounding, whether tiny numbers are taken for 0 */
  char locale[256];
  MPI_Errhandler errors[4];
};

/* Without the flags of what has happened. */
static unsigned vector_control(void) {
#if defined(__SSE__)
  return _mm_getcsr() & ~0x3fU;
#else
  return 0;
#endif
}

static void read_state(MPI_Comm comm, struct process_state* state) {
  memset(state, 0, sizeof *state);
  for (int n = 1; n < signals; ++n)
    sigaction(n, NULL, &state->handlers[n]);
  state->exceptions = fegetexcept();
  state->rounding = fegetround();
  sigprocmask(SIG_BLOCK, NULL, &state->blocked);
  sigaltstack(NULL, &state->signal_stack);
  state->control = vector_control();
  strncpy(state->locale, setlocale(LC_ALL, NULL), sizeof state->locale - 1);
  MPI_Comm_get_errhandler(comm, &state->errors[0]);
  MPI_Comm_get_errhandler(MPI_COMM_WORLD, &state->errors[1]);
  MPI_Comm_get_errhandler(MPI_COMM_SELF, &state->errors[2]);
  MPI_File_get_errhandler(MPI_FILE_NULL, &state->errors[3]); /* of files that are opened */
}

/* What differs, in words; empty if nothing does. */
static const char* difference(const struct process_state* a, const struct process_state* b) {
  for (int n = 1; n < signals; ++n)
    if (a->handlers[n].sa_handler != b->handlers[n].sa_handler || a->handlers[n].sa_flags != b->handlers[n].sa_flags)
      return "a signal handler";
  if (memcmp(&a->blocked, &b->blocked, sizeof a->blocked) != 0) return "the blocked signals";
  if (a->signal_stack.ss_sp != b->signal_stack.ss_sp) return "the stack of signal handlers";
  if (a->exceptions != b->exceptions || a->rounding != b->rounding || a->control != b->control)
    return "the floating-point mask";
  if (strcmp(a->locale, b->locale) != 0) return "the locale";
  for (int n = 0; n < 4; ++n)
    if (a->errors[n] != b->errors[n]) return "an error handler of MPI";
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
