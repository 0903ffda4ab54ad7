/* Loaded before libc by LD_PRELOAD: at the n-th call of a chosen kind that concerns a file below a chosen directory it
 * kills the process, or lets that call and all later ones (or some) fail with a chosen errno.
 *
 *   TARN_FAULT_BELOW   the directory; calls about other files are left alone
 *   TARN_FAULT_KIND    one of the kinds below, or any (which leaves out read)
 *   TARN_FAULT_AT      which call, from 1; 0 never
 *   TARN_FAULT_ACTION  kill | kill-after (once the call is done) | sleep:SECONDS (before the call) | ignore:SIGNAL (from
 *                      here on, as if a library had taken it) | a number: the errno
 *   TARN_FAULT_TIMES   how many calls fail, that one first; otherwise all from it on
 *   TARN_FAULT_PART    1: a write that is killed has written half of its bytes
 *   TARN_FAULT_RANK    only this rank of an MPI launcher; unset: every process counts its own calls
 *   TARN_FAULT_LOST    a signal that is lost between the process that starts a launcher of ranks and those ranks: the
 *                      first kill() or sigqueue() with it there, and that of the parent's death; every one in the launcher
 *   TARN_FAULT_COUNT   a file to which "rank kind calls" is appended for every kind at the process' end
 *
 * The kinds are those of the calls that tarn, HDF5 (sec2) and MPI-IO make; sync_file_range is an fsync that promises
 * nothing, ftruncate a truncate, and opening counts only where it may create or change a file.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { k_write, k_fsync, k_rename, k_unlink, k_mkdir, k_close, k_allocate, k_truncate, k_link, k_open, k_read, kinds };
static const char *const kind_names[kinds] = {"write", "fsync",    "rename",   "unlink", "mkdir", "close",
                                              "allocate", "truncate", "link", "open",   "read"};

static const char *below, *kind_wanted, *action, *own_rank;
static long fault_at, calls, calls_of[kinds];
static long times;
static int part, enabled, lost, is_launcher;

__attribute__((constructor)) static void read_environment(void) {
  const char *rank = getenv("TARN_FAULT_RANK"), *own = getenv("OMPI_COMM_WORLD_RANK"), *at = getenv("TARN_FAULT_AT");
  below = getenv("TARN_FAULT_BELOW");
  kind_wanted = getenv("TARN_FAULT_KIND");
  action = getenv("TARN_FAULT_ACTION");
  fault_at = at ? atol(at) : 0;
  const char *number = getenv("TARN_FAULT_TIMES");
  times = number ? atol(number) : 0;
  part = getenv("TARN_FAULT_PART") != NULL;
  own_rank = own ? own : "0";
  const char *signal = getenv("TARN_FAULT_LOST");
  is_launcher = getenv("TARN_STARTED_BY") && !own;
  lost = signal && !own ? atoi(signal) : 0;
  enabled = below && kind_wanted && action && !(rank && strcmp(rank, own_rank) != 0);
}

__attribute__((destructor)) static void tell_count(void) {
  const char *file = getenv("TARN_FAULT_COUNT");
  if (!enabled || !file) return;
  enabled = 0;
  FILE *out = fopen(file, "a");
  if (!out) return;
  for (int kind = 0; kind < kinds; ++kind) fprintf(out, "%s %s %ld\n", own_rank, kind_names[kind], calls_of[kind]);
  fclose(out);
}

static int is_below(const char *path) { return path && strncmp(path, below, strlen(below)) == 0; }

static int link_is_below(int descriptor) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return is_below(path);
}

static int path_counts(int directory, const char *path) {
  char absolute[PATH_MAX];
  if (!enabled || !path) return 0;
  if (path[0] == '/') return is_below(path);
  if (directory == AT_FDCWD) return getcwd(absolute, sizeof absolute) && is_below(absolute);
  return link_is_below(directory);
}

static int descriptor_counts(int descriptor) {
  struct stat status;
  if (!enabled || fstat(descriptor, &status) != 0 || !(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))) return 0;
  return link_is_below(descriptor);
}

enum verdict { go_on, die_before, die_after, fail };

/* What this call, which counts, is to do. */
static enum verdict verdict(enum kind kind) {
  __sync_add_and_fetch(&calls_of[kind], 1);
  const int any = strcmp(kind_wanted, "any") == 0 && kind != k_read;
  if (!any && strcmp(kind_wanted, kind_names[kind]) != 0) return go_on;
  const long now = __sync_add_and_fetch(&calls, 1);
  if (fault_at <= 0 || now < fault_at || (times > 0 && now >= fault_at + times)) return go_on;
  if (strcmp(action, "kill") == 0) return die_before;
  if (strcmp(action, "kill-after") == 0) return die_after;
  if (strncmp(action, "sleep:", 6) == 0) {
    usleep((useconds_t)(1e6 * atof(action + 6)));
    return go_on;
  }
  if (strncmp(action, "ignore:", 7) == 0) {
    signal(atoi(action + 7), SIG_IGN);
    return go_on;
  }
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

int kill(pid_t process, int number) {
  REAL(int, "kill", pid_t, int);
  if (lost == 0 || number != lost) return real(process, number);
  if (!is_launcher) lost = -lost;
  return 0;
}

int sigqueue(pid_t process, int number, const union sigval value) {
  REAL(int, "sigqueue", pid_t, int, const union sigval);
  if (lost == 0 || number != lost) return real(process, number, value);
  if (!is_launcher) lost = -lost;
  return 0;
}

int prctl(int option, ...) {
  REAL(int, "prctl", int, unsigned long, unsigned long, unsigned long, unsigned long);
  unsigned long words[4];
  va_list rest;
  va_start(rest, option);
  for (int n = 0; n < 4; ++n) words[n] = va_arg(rest, unsigned long);
  va_end(rest);
  if (option == PR_SET_PDEATHSIG && lost != 0 && !is_launcher && (int)words[0] == abs(lost)) return 0;
  return real(option, words[0], words[1], words[2], words[3]);
}

/* Decides, then makes the call unless it fails; `when_failed` is what the function returns then. */
#define GUARDED_AS(kind, counts, call, when_failed) \
  const int saved = errno;                          \
  const enum verdict what = (counts) ? verdict(kind) : go_on; \
  if (what == die_before) die();                    \
  if (what == fail) return when_failed;             \
  errno = saved;                                    \
  if (what != die_after) return call;               \
  (void)!(call);                                    \
  die();                                            \
  return -1
#define GUARDED(kind, counts, call) GUARDED_AS(kind, counts, call, -1)

/* Writes: a process that is killed may have written half of the bytes. */
#define WRITE(name, parameters, types, whole, half)                          \
  ssize_t name parameters {                                                  \
    static ssize_t(*real) types;                                             \
    if (!real) real = (ssize_t(*) types)dlsym(RTLD_NEXT, #name);             \
    const int saved = errno;                                                 \
    const enum verdict what = descriptor_counts(fd) ? verdict(k_write) : go_on; \
    if (what == die_before && part) (void)!(half);                           \
    if (what == die_before) die();                                           \
    if (what == fail) return -1;                                             \
    errno = saved;                                                           \
    const ssize_t done = whole;                                              \
    if (what == die_after) die();                                            \
    return done;                                                             \
  }
#define PWRITE(name, offset_type)                                                                             \
  WRITE(name, (int fd, const void *bytes, size_t count, offset_type at), (int, const void *, size_t, offset_type), \
        real(fd, bytes, count, at), real(fd, bytes, count / 2, at))
#define PWRITEV(name, offset_type)                                                                         \
  WRITE(name, (int fd, const struct iovec *parts, int count, offset_type at),                              \
        (int, const struct iovec *, int, offset_type), real(fd, parts, count, at), half_of(fd, parts, count, at))
#define PWRITEV2(name, offset_type)                                                                        \
  WRITE(name, (int fd, const struct iovec *parts, int count, offset_type at, int flags),                   \
        (int, const struct iovec *, int, offset_type, int), real(fd, parts, count, at, flags),             \
        half_of(fd, parts, count, at))

/* The first half of the parts, and half of the one in the middle. At -1: where the descriptor stands. */
static ssize_t half_of(int fd, const struct iovec *parts, int count, off64_t at) {
  static ssize_t (*real)(int, const void *, size_t, off64_t);
  static ssize_t (*real_write)(int, const void *, size_t);
  if (!real) real = (ssize_t(*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
  if (!real_write) real_write = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  for (int n = 0; n <= count / 2 && n < count; ++n) {
    const size_t length = n == count / 2 ? parts[n].iov_len / 2 : parts[n].iov_len;
    const ssize_t done = at < 0 ? real_write(fd, parts[n].iov_base, length) : real(fd, parts[n].iov_base, length, at);
    if (done < 0) return done;
    if (at >= 0) at += done;
  }
  return 0;
}

WRITE(write, (int fd, const void *bytes, size_t count), (int, const void *, size_t), real(fd, bytes, count),
      real(fd, bytes, count / 2))
WRITE(writev, (int fd, const struct iovec *parts, int count), (int, const struct iovec *, int), real(fd, parts, count),
      half_of(fd, parts, count, -1))
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)
PWRITEV(pwritev, off_t)
PWRITEV(pwritev64, off64_t)
PWRITEV2(pwritev2, off_t)
PWRITEV2(pwritev64v2, off64_t)

ssize_t read(int fd, void *bytes, size_t count) {
  REAL(ssize_t, "read", int, void *, size_t);
  GUARDED(k_read, descriptor_counts(fd), real(fd, bytes, count));
}
ssize_t pread(int fd, void *bytes, size_t count, off_t at) {
  REAL(ssize_t, "pread", int, void *, size_t, off_t);
  GUARDED(k_read, descriptor_counts(fd), real(fd, bytes, count, at));
}
ssize_t pread64(int fd, void *bytes, size_t count, off64_t at) {
  REAL(ssize_t, "pread64", int, void *, size_t, off64_t);
  GUARDED(k_read, descriptor_counts(fd), real(fd, bytes, count, at));
}

int fsync(int fd) {
  REAL(int, "fsync", int);
  GUARDED(k_fsync, descriptor_counts(fd), real(fd));
}
int fdatasync(int fd) {
  REAL(int, "fdatasync", int);
  GUARDED(k_fsync, descriptor_counts(fd), real(fd));
}
int syncfs(int fd) {
  REAL(int, "syncfs", int);
  GUARDED(k_fsync, descriptor_counts(fd), real(fd));
}
int sync_file_range(int fd, off64_t at, off64_t length, unsigned flags) {
  REAL(int, "sync_file_range", int, off64_t, off64_t, unsigned);
  GUARDED(k_fsync, descriptor_counts(fd), real(fd, at, length, flags));
}

int rename(const char *from, const char *to) {
  REAL(int, "rename", const char *, const char *);
  GUARDED(k_rename, path_counts(AT_FDCWD, to), real(from, to));
}
int renameat(int a, const char *from, int b, const char *to) {
  REAL(int, "renameat", int, const char *, int, const char *);
  GUARDED(k_rename, path_counts(b, to), real(a, from, b, to));
}
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
  REAL(int, "renameat2", int, const char *, int, const char *, unsigned);
  GUARDED(k_rename, path_counts(b, to), real(a, from, b, to, flags));
}
int link(const char *from, const char *to) {
  REAL(int, "link", const char *, const char *);
  GUARDED(k_link, path_counts(AT_FDCWD, to), real(from, to));
}
int linkat(int a, const char *from, int b, const char *to, int flags) {
  REAL(int, "linkat", int, const char *, int, const char *, int);
  GUARDED(k_link, path_counts(b, to), real(a, from, b, to, flags));
}
int symlink(const char *target, const char *path) {
  REAL(int, "symlink", const char *, const char *);
  GUARDED(k_link, path_counts(AT_FDCWD, path), real(target, path));
}
int symlinkat(const char *target, int directory, const char *path) {
  REAL(int, "symlinkat", const char *, int, const char *);
  GUARDED(k_link, path_counts(directory, path), real(target, directory, path));
}
int unlink(const char *path) {
  REAL(int, "unlink", const char *);
  GUARDED(k_unlink, path_counts(AT_FDCWD, path), real(path));
}
int unlinkat(int directory, const char *path, int flags) {
  REAL(int, "unlinkat", int, const char *, int);
  GUARDED(k_unlink, path_counts(directory, path), real(directory, path, flags));
}
int remove(const char *path) {
  REAL(int, "remove", const char *);
  GUARDED(k_unlink, path_counts(AT_FDCWD, path), real(path));
}
int rmdir(const char *path) {
  REAL(int, "rmdir", const char *);
  GUARDED(k_unlink, path_counts(AT_FDCWD, path), real(path));
}
int mkdir(const char *path, mode_t mode) {
  REAL(int, "mkdir", const char *, mode_t);
  GUARDED(k_mkdir, path_counts(AT_FDCWD, path), real(path, mode));
}
int mkdirat(int directory, const char *path, mode_t mode) {
  REAL(int, "mkdirat", int, const char *, mode_t);
  GUARDED(k_mkdir, path_counts(directory, path), real(directory, path, mode));
}
int close(int fd) {
  /* A close that fails has closed. */
  REAL(int, "close", int);
  const int saved = errno;
  const enum verdict what = descriptor_counts(fd) ? verdict(k_close) : go_on;
  const int code = errno;
  if (what == die_before) die();
  errno = saved;
  const int done = real(fd);
  if (what == die_after) die();
  if (what != fail) return done;
  errno = code;
  return -1;
}
#define ALLOCATE(name, offset_type)                                            \
  int name(int fd, int mode, offset_type at, offset_type length) {             \
    REAL(int, #name, int, int, offset_type, offset_type);                      \
    GUARDED(k_allocate, descriptor_counts(fd), real(fd, mode, at, length));    \
  }
ALLOCATE(fallocate, off_t)
ALLOCATE(fallocate64, off64_t)
/* These return the error, and leave errno alone. */
#define POSIX_ALLOCATE(name, offset_type)                                              \
  int name(int fd, offset_type at, offset_type length) {                               \
    REAL(int, #name, int, offset_type, offset_type);                                   \
    GUARDED_AS(k_allocate, descriptor_counts(fd), real(fd, at, length), atoi(action)); \
  }
POSIX_ALLOCATE(posix_fallocate, off_t)
POSIX_ALLOCATE(posix_fallocate64, off64_t)
#define TRUNCATE(name, first, counts, offset_type)         \
  int name(first what_file, offset_type length) {          \
    REAL(int, #name, first, offset_type);                  \
    GUARDED(k_truncate, counts, real(what_file, length));  \
  }
TRUNCATE(ftruncate, int, descriptor_counts(what_file), off_t)
TRUNCATE(ftruncate64, int, descriptor_counts(what_file), off64_t)
TRUNCATE(truncate, const char *, path_counts(AT_FDCWD, what_file), off_t)
TRUNCATE(truncate64, const char *, path_counts(AT_FDCWD, what_file), off64_t)

static int may_change(int flags) { return (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) != 0; }
#define MODE(mode)                                  \
  mode_t mode = 0;                                  \
  if (flags & (O_CREAT | __O_TMPFILE)) {            \
    va_list rest;                                   \
    va_start(rest, flags);                          \
    mode = va_arg(rest, mode_t);                    \
    va_end(rest);                                   \
  }
#define OPEN(name)                                                                                     \
  int name(const char *path, int flags, ...) {                                                         \
    REAL(int, #name, const char *, int, ...);                                                          \
    MODE(mode)                                                                                         \
    GUARDED(k_open, may_change(flags) && path_counts(AT_FDCWD, path), real(path, flags, mode));        \
  }
OPEN(open)
OPEN(open64)
#define OPENAT(name)                                                                                   \
  int name(int directory, const char *path, int flags, ...) {                                          \
    REAL(int, #name, int, const char *, int, ...);                                                     \
    MODE(mode)                                                                                         \
    GUARDED(k_open, may_change(flags) && path_counts(directory, path), real(directory, path, flags, mode)); \
  }
OPENAT(openat)
OPENAT(openat64)
