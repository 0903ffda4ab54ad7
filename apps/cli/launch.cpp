#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "tarn/apps/cli/commands.hpp"
#include "tarn/core/error.hpp"

namespace tarn::cli {

namespace {

/// The command line without -n and its number, in all of its spellings.
std::vector<std::string> without_ranks(int argc, char** argv) {
  std::vector<std::string> kept;
  for (int n = 1; n < argc; ++n) {
    const std::string word = argv[n];
    if (word == "-n") {
      ++n;
    } else if (!(word.size() > 2 && word.rfind("-n", 0) == 0 && word[2] != '-')) {
      kept.push_back(word);
    }
  }
  return kept;
}

/// Open MPI refuses to start as root, and to start more ranks than there are cores, unless it is told that this is
/// meant. Who asks tarn for it by -n means it.
void allow_what_was_asked(int ranks) {
  if (geteuid() == 0) {
    setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 0);
    setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 0);
  }
  if (static_cast<unsigned>(ranks) > std::thread::hardware_concurrency()) {
    setenv("OMPI_MCA_rmaps_base_oversubscribe", "1", 0);
    setenv("OMPI_MCA_mpi_yield_when_idle", "1", 0);
    setenv("OMPI_MCA_hwloc_base_binding_policy", "none", 0);
  }
}

/// The launcher's process, for the handler.
volatile std::sig_atomic_t launcher = 0;

/// A launcher ends its ranks on SIGTERM and SIGINT, but hands SIGUSR1 on to them, which asks for a checkpoint.
extern "C" void hand_on(int) {
  if (launcher > 0) kill(static_cast<pid_t>(launcher), SIGUSR1);
}

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

int launch_ranks(int ranks, int argc, char** argv) {
  if (std::getenv("OMPI_COMM_WORLD_SIZE") || std::getenv("PMI_SIZE") || std::getenv("PMIX_RANK")) {
    throw UsageError("-n starts ranks, but this process is a rank of an MPI launcher already: leave -n out");
  }
  allow_what_was_asked(ranks);
  std::vector<std::string> words{TARN_MPIEXEC, TARN_MPIEXEC_RANKS_FLAG, std::to_string(ranks), "/proc/self/exe"};
  char path[4096] = {};
  if (readlink("/proc/self/exe", path, sizeof(path) - 1) > 0) words.back() = path;
  for (auto& word : without_ranks(argc, argv))
    words.push_back(std::move(word));
  std::vector<char*> arguments;
  for (auto& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);

  const pid_t child = fork();
  if (child == 0) {
    setpgid(0, 0);  // a terminal's Ctrl-C comes to tarn alone, which hands it on
    execvp(arguments[0], arguments.data());
    fmt::print(stderr, "tarn: the MPI launcher {} could not be started: {}\n", words[0], std::strerror(errno));
    _exit(2);
  }
  if (child < 0) throw UsageError(fmt::format("no process for the MPI launcher: {}", std::strerror(errno)));
  launcher = child;
  for (const int number : {SIGTERM, SIGINT, SIGUSR1})
    std::signal(number, hand_on);
  return wait_for(child);
}

}  // namespace tarn::cli
