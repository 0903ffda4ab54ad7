#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tarn/apps/cli/commands.hpp"
#include "tarn/apps/cli/launcher_link.hpp"
#include "tarn/apps/cli/launcher_process.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/cli/print_error.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/core/error.hpp"
#include "tarn/core/parallel/cores.hpp"
#include "tarn/core/parallel/mpi_environment.hpp"

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
/// meant. Who asks tarn for it by -n means it. Version 5 hands both to PRRTE, whose settings have names of their own.
void allow_what_was_asked(int ranks) {
  if (geteuid() == 0) {
    setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 0);
    setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 0);
  }
  if (ranks > cores_here()) {
    setenv("OMPI_MCA_rmaps_base_oversubscribe", "1", 0);
    setenv("OMPI_MCA_mpi_yield_when_idle", "1", 0);
    setenv("OMPI_MCA_hwloc_base_binding_policy", "none", 0);
    setenv("PRTE_MCA_rmaps_default_mapping_policy", ":oversubscribe", 0);
    setenv("PRTE_MCA_hwloc_default_binding_policy", "none", 0);
  }
}

/// Whether a program can be started: a path, or a name that one of the folders of PATH has.
bool is_there(const std::string& program) {
  if (program.find('/') != std::string::npos) return access(program.c_str(), X_OK) == 0;
  const char* const set = std::getenv("PATH");
  const std::string path = set == nullptr ? "" : set;
  for (std::size_t start = 0; start <= path.size();) {
    const auto end = std::min(path.find(':', start), path.size());
    if (access((path.substr(start, end - start) + "/" + program).c_str(), X_OK) == 0) return true;
    start = end + 1;
  }
  return false;
}

/// The signal that an exit code stands for: not every launcher tells of one.
std::string as_signal(int code) {
  constexpr int offset = 128;
  const int signal = code - offset;
  if (signal <= 0 || signal > SIGRTMAX) return "";
  return fmt::format(", for signal {} ({})", signal, strsignal(signal));
}

}  // namespace

std::string no_launcher() {
  const std::string launcher = TARN_MPIEXEC;
  if (rank_of_launcher()) return "this process is a rank of an MPI launcher already";
  if (launcher.empty() || !is_there(launcher)) return "there is no MPI launcher here: " + launcher;
  return {};
}

int launch_ranks(int ranks, int argc, char** argv, const std::optional<std::string>& deck, int* asked) {
  if (rank_of_launcher()) {
    throw UsageError("-n starts ranks, but this process is a rank of an MPI launcher already: leave -n out");
  }
  if (const std::string lacking = no_launcher(); !lacking.empty()) throw UsageError("-n starts ranks, but " + lacking);
  tarn::detail::prepare_environment_of_launcher();
  allow_what_was_asked(ranks);
  std::vector<std::string> words{TARN_MPIEXEC, TARN_MPIEXEC_RANKS_FLAG, std::to_string(ranks), "/proc/self/exe"};
  char path[4096] = {};
  if (readlink("/proc/self/exe", path, sizeof(path) - 1) > 0) words.back() = path;
  for (auto& word : without_ranks(argc, argv))
    words.push_back(std::move(word));
  if (deck) words.emplace_back(deck_on_input);
  const NamedStarter named;
  const int code = run_launcher(words, deck, asked);
  // What tarn itself ends with has been told by the ranks.
  const auto known = {apps::exit_code::done, apps::exit_code::other,    apps::exit_code::usage,
                      apps::exit_code::data, apps::exit_code::numerics, apps::exit_code::stopped};
  if (std::find(known.begin(), known.end(), code) == known.end()) {
    tell("tarn: the ranks did not end by themselves; the MPI launcher's exit code is {}{}\n", code, as_signal(code));
  }
  return code;
}

}  // namespace tarn::cli
