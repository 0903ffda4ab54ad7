#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
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

}  // namespace

void launch_ranks(int ranks, int argc, char** argv) {
  if (std::getenv("OMPI_COMM_WORLD_SIZE") || std::getenv("PMI_SIZE")) {
    throw UsageError("-n starts ranks, but this process is a rank of an MPI launcher already: leave -n out");
  }
  allow_what_was_asked(ranks);
  std::vector<std::string> words{TARN_MPIEXEC, TARN_MPIEXEC_RANKS_FLAG, std::to_string(ranks), "/proc/self/exe"};
  char path[4096] = {};
  if (readlink("/proc/self/exe", path, sizeof(path) - 1) > 0) words.back() = path;
  for (auto& word : without_ranks(argc, argv)) words.push_back(std::move(word));
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  throw UsageError(fmt::format("the MPI launcher {} could not be started: {}", words[0], std::strerror(errno)));
}

}  // namespace tarn::cli
