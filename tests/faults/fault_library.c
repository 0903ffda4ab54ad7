/* Loaded before libc by LD_PRELOAD: at the n-th call of a chosen kind that concerns a file below a chosen directory it
 * kills the process, or lets that call and all later ones (or that one alone) fail with a chosen errno.
 *
 *   TARN_FAULT_BELOW   the directory; calls about other files are left alone
 *   TARN_FAULT_KIND    write | fsync | rename | unlink | mkdir | close | allocate | any
 *   TARN_FAULT_AT      which call, from 1; 0 never
 *   TARN_FAULT_ACTION  kill | kill-after (once the call is done) | a number: the errno
 *   TARN_FAULT_ONCE    1: that call alone fails
 *   TARN_FAULT_PART    1: a write that is killed has written half of its bytes
 *   TARN_FAULT_RANK    only this rank of an MPI launcher; unset: every process counts its own calls
 *   TARN_FAULT_COUNT   a file to which the number of calls is appended at the process' end
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *below, *kind_wanted, *action;
static long fault_at, calls;
static int once, part, enabled;

__attribute__((constructor)) static void read_environment(void) {
  const char *rank = getenv("TARN_FAULT_RANK"), *own = getenv("OMPI_COMM_WORLD_RANK"), *at = getenv("TARN_FAULT_AT");
  below = getenv("TARN_FAULT_BELOW");
  kind_wanted = getenv("TARN_FAULT_KIND");
  action = getenv("TARN_FAULT_ACTION");
  fault_at = at ? atol(at) : 0;
  once = getenv("TARN_FAULT_ONCE") != NULL;
  part = getenv("TARN_FAULT_PART") != NULL;
  enabled = below && kind_wanted && action && !(rank && strcmp(rank, own ? own : "0") != 0);
}

__attribute__((destructor)) static void tell_count(void) {
  const char *file = getenv("TARN_FAULT_COUNT");
  if (!enabled || !file) return;
  enabled = 0;
  FILE *out = fopen(file, "a");
  if (!out) return;
  fprintf(out, "%ld\n", calls);
  fclose(out);
}

static int is_below(const char *path) { return path && strncmp(path, below, strlen(below)) == 0; }

static int path_counts(int directory, const char *path) {
  char absolute[PATH_MAX];
  if (!enabled || !path) return 0;
  if (path[0] == '/') return is_below(path);
  if (directory == AT_FDCWD) return getcwd(absolute, sizeof absolute) && is_below(absolute);
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
  const ssize_t length = readlink(link, absolute, sizeof absolute - 1);
  if (length <= 0) return 0;
  absolute[length] = 0;
  return is_below(absolute);
}

static int descriptor_counts(int descriptor) {
  char link[64], path[PATH_MAX];
  struct stat status;
  if (!enabled || fstat(descriptor, &status) != 0 || !(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return is_below(path);
}

enum { go_on, die_before, die_after, fail };

/* What this call, which counts, is to do. */
static int verdict(const char *kind) {
  if (strcmp(kind_wanted, "any") != 0 && strcmp(kind_wanted, kind) != 0) return go_on;
  const long now = __sync_add_and_fetch(&calls, 1);
  if (fault_at <= 0 || now < fault_at || (once && now > fault_at)) return go_on;
  if (strcmp(action, "kill") == 0) return die_before;
  if (strcmp(action, "kill-after") == 0) return die_after;
  errno = atoi(action);
  return fail;
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

#define GUARDED(kind, counts, call)             \
  const int saved = errno;                      \
  const int what = (counts) ? verdict(kind) : 0; \
  if (what == die_before) die();                \
  if (what == fail) return -1;                  \
  errno = saved;                                \
  if (what != die_after) return call;           \
  (void)!(call);                                \
  die();                                        \
  return -1

ssize_t write(int fd, const void *bytes, size_t count) {
  REAL(ssize_t, "write", int, const void *, size_t);
  const int what = descriptor_counts(fd) ? verdict("write") : 0;
  if (what == die_before && part) (void)!real(fd, bytes, count / 2);
  if (what == die_before) die();
  if (what == fail) return -1;
  const ssize_t done = real(fd, bytes, count);
  if (what == die_after) die();
  return done;
}

#define PWRITE(name, offset_type)                                                          \
  ssize_t name(int fd, const void *bytes, size_t count, offset_type offset) {              \
    REAL(ssize_t, #name, int, const void *, size_t, offset_type);                          \
    const int what = descriptor_counts(fd) ? verdict("write") : 0;                         \
    if (what == die_before && part) (void)!real(fd, bytes, count / 2, offset);             \
    if (what == die_before) die();                                                         \
    if (what == fail) return -1;                                                           \
    const ssize_t done = real(fd, bytes, count, offset);                                   \
    if (what == die_after) die();                                                          \
    return done;                                                                           \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(ssize_t, "writev", int, const struct iovec *, int);
  GUARDED("write", descriptor_counts(fd), real(fd, parts, count));
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  REAL(ssize_t, "pwritev", int, const struct iovec *, int, off_t);
  GUARDED("write", descriptor_counts(fd), real(fd, parts, count, offset));
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
  REAL(ssize_t, "pwritev64", int, const struct iovec *, int, off64_t);
  GUARDED("write", descriptor_counts(fd), real(fd, parts, count, offset));
}
int fsync(int fd) {
  REAL(int, "fsync", int);
  GUARDED("fsync", descriptor_counts(fd), real(fd));
}
int fdatasync(int fd) {
  REAL(int, "fdatasync", int);
  GUARDED("fsync", descriptor_counts(fd), real(fd));
}
int rename(const char *from, const char *to) {
  REAL(int, "rename", const char *, const char *);
  GUARDED("rename", path_counts(AT_FDCWD, to), real(from, to));
}
int renameat(int a, const char *from, int b, const char *to) {
  REAL(int, "renameat", int, const char *, int, const char *);
  GUARDED("rename", path_counts(b, to), real(a, from, b, to));
}
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
  REAL(int, "renameat2", int, const char *, int, const char *, unsigned);
  GUARDED("rename", path_counts(b, to), real(a, from, b, to, flags));
}
int unlink(const char *path) {
  REAL(int, "unlink", const char *);
  GUARDED("unlink", path_counts(AT_FDCWD, path), real(path));
}
int unlinkat(int directory, const char *path, int flags) {
  REAL(int, "unlinkat", int, const char *, int);
  GUARDED("unlink", path_counts(directory, path), real(directory, path, flags));
}
int mkdir(const char *path, mode_t mode) {
  REAL(int, "mkdir", const char *, mode_t);
  GUARDED("mkdir", path_counts(AT_FDCWD, path), real(path, mode));
}
int mkdirat(int directory, const char *path, mode_t mode) {
  REAL(int, "mkdirat", int, const char *, mode_t);
  GUARDED("mkdir", path_counts(directory, path), real(directory, path, mode));
}
int close(int fd) {
  /* A close that fails has closed. */
  REAL(int, "close", int);
  const int what = descriptor_counts(fd) ? verdict("close") : 0;
  const int code = errno;
  if (what == die_before) die();
  const int done = real(fd);
  if (what == die_after) die();
  if (what != fail) return done;
  errno = code;
  return -1;
}
int fallocate(int fd, int mode, off_t offset, off_t length) {
  REAL(int, "fallocate", int, int, off_t, off_t);
  GUARDED("allocate", descriptor_counts(fd), real(fd, mode, offset, length));
}
int fallocate64(int fd, int mode, off64_t offset, off64_t length) {
  REAL(int, "fallocate64", int, int, off64_t, off64_t);
  GUARDED("allocate", descriptor_counts(fd), real(fd, mode, offset, length));
}
