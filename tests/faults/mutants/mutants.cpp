// Damages snapshots and checkpoints in many ways and reads each: the reader must either throw one of its typed errors
// or return exactly what was written. Run as `tarn_mutants COUNT [SEED [SECONDS]] [forge]`; it ends after so many
// seconds if COUNT takes longer. forge: blocks of HDF5's are changed, and their checksums and the seal made to fit.
// Build the asan preset to have every access checked. Exit status 0 only if nothing was wrong.
//
// Reading happens in a child process, so that a crash and a hang are found, named and counted, and the rest goes on.

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <fmt/format.h>

#include "tarn/core/runtime.hpp"
#include "tarn/io/error.hpp"
#include "tarn/io/files/stamps.hpp"
#include "tarn/tests/faults/mutants/mutate.hpp"
#include "tarn/tests/faults/mutants/originals.hpp"

namespace tarn::io::test {
namespace {

constexpr int seconds_allowed = 5;         // of processor time for one mutant
constexpr unsigned seconds_of_wall = 120;  // where a machine is busy, and for waits that take no processor time

/// What came of the mutants, in memory that the child shares with its parent.
struct Tally {
  std::uint64_t next = 0;  ///< the mutant that is read next
  std::uint64_t refused = 0, unharmed = 0, wrong = 0;
  std::uint64_t by_fault[16] = {};
  double slowest = 0;  ///< [s]
};

/// Processor time of this process [s].
double now() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Ends the process when one mutant takes too long.
void limit_time(bool on) {
  const itimerval limit{{0, 0}, {on ? seconds_allowed : 0, 0}};
  ::setitimer(ITIMER_PROF, &limit, nullptr);
  ::alarm(on ? seconds_of_wall : 0);
}

/// Reads one mutant and counts what came of it.
void read_mutant(const Communicator& ranks, const Original& original, const std::filesystem::path& path, Tally& tally,
                 std::uint64_t number) {
  try {
    if (reads_as_written(ranks, original, path)) {
      ++tally.unharmed;
    } else {
      ++tally.wrong;
      fmt::print(stderr, "mutant {}: read as something that was not written\n", number);
    }
  } catch (const FileError& error) {
    ++tally.refused;
    ++tally.by_fault[static_cast<int>(error.fault())];
  } catch (const DataError&) {
    ++tally.refused;  // an older schema
    ++tally.by_fault[15];
  }
}

/// The child: mutants until all are done, or until it dies of one.
[[noreturn]] void work(const Communicator& ranks, const std::vector<Original>& originals, std::uint64_t count,
                       std::uint64_t seed, bool forge, const std::filesystem::path& folder, Tally& tally) {
  const auto path = folder / "mutant.h5";
  // HDF5 keeps what it could not close; a fresh process now and then keeps that small.
  constexpr std::uint64_t mutants_a_process = 500;
  for (std::uint64_t n = 0; n < mutants_a_process && tally.next < count; ++n) {
    const std::uint64_t number = tally.next;
    const Original& original = originals[number % originals.size()];
    write_bytes(path, mutate(original, originals, seed + number, forge));
    limit_time(true);
    const double start = now();
    read_mutant(ranks, original, path, tally, number);
    tally.slowest = std::max(tally.slowest, now() - start);
    limit_time(false);
    ++tally.next;
  }
  std::fflush(nullptr);
  ::_exit(0);
}

struct Wanted {
  std::uint64_t count = 0, seed = 1;
  double seconds = 1e9;  ///< of wall time, after which no further process begins
  bool forge = false;
};

/// @return whether no mutant was read wrongly, crashed or took too long
bool run(const Communicator& ranks, const Wanted& wanted) {
  const auto& [count, seed, seconds, forge] = wanted;
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / ("tarn-mutants-" + random_hex());
  std::filesystem::create_directory(folder);
  const auto originals = make_originals(ranks, folder);
  void* shared = ::mmap(nullptr, sizeof(Tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  auto& tally = *new (shared) Tally;
  std::uint64_t crashes = 0, hangs = 0;
  const std::time_t start = std::time(nullptr);
  while (tally.next < count && std::difftime(std::time(nullptr), start) < seconds) {
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child == 0) work(ranks, originals, count, seed, forge, folder, tally);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) continue;
    const bool hang = WIFSIGNALED(status) && (WTERMSIG(status) == SIGPROF || WTERMSIG(status) == SIGALRM);
    ++(hang ? hangs : crashes);
    fmt::print(stderr, "mutant {} (seed {}): {}\n", tally.next, seed + tally.next,
               hang ? "took more than 5 s" : "ended the process");
    std::filesystem::copy_file(folder / "mutant.h5", fmt::format("mutant-{}.h5", seed + tally.next),
                               std::filesystem::copy_options::overwrite_existing);
    ++tally.next;
  }
  std::filesystem::remove_all(folder);
  fmt::print(
      "{} mutants of {} files in {:.0f} s: {} refused, {} unharmed, {} silently wrong, {} crashes, {} hangs; "
      "slowest {:.2f} s\n",
      tally.next, originals.size(), std::difftime(std::time(nullptr), start), tally.refused, tally.unharmed,
      tally.wrong, crashes, hangs, tally.slowest);
  const std::map<Fault, const char*> names{{Fault::io, "Io"},
                                           {Fault::truncated, "Truncated"},
                                           {Fault::corrupt, "Corrupt"},
                                           {Fault::missing, "Missing"},
                                           {Fault::schema_too_new, "SchemaTooNew"},
                                           {Fault::type_mismatch, "TypeMismatch"},
                                           {Fault::shape_mismatch, "ShapeMismatch"},
                                           {Fault::filter_missing, "FilterMissing"}};
  for (const auto& [fault, name] : names)
    fmt::print("  {:<14} {}\n", name, tally.by_fault[static_cast<int>(fault)]);
  return tally.wrong == 0 && crashes == 0 && hangs == 0;
}

}  // namespace
}  // namespace tarn::io::test

int main(int argc, char** argv) {
  const tarn::Runtime runtime(argc, argv);
  tarn::io::test::Wanted wanted;
  wanted.forge = argc > 2 && std::strcmp(argv[argc - 1], "forge") == 0;
  const int numbers = argc - (wanted.forge ? 2 : 1);
  if (numbers < 1 || numbers > 3) {
    fmt::print(stderr, "usage: tarn_mutants COUNT [SEED [SECONDS]] [forge]\n");
    return 2;
  }
  wanted.count = std::strtoull(argv[1], nullptr, 10);
  if (numbers > 1) wanted.seed = std::strtoull(argv[2], nullptr, 10);
  if (numbers > 2) wanted.seconds = std::strtod(argv[3], nullptr);
  return tarn::io::test::run(runtime.communicator(), wanted) ? 0 : 1;
}
