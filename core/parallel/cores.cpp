#include "tarn/core/parallel/cores.hpp"

#include <sched.h>

#include <algorithm>
#include <fstream>
#include <set>

#include <fmt/format.h>

namespace tarn {

int count_cores(const std::vector<int>& processors, const std::string& folder) {
  std::set<std::string> cores;
  for (const int processor : processors) {
    std::ifstream file(fmt::format("{}/cpu{}/topology/thread_siblings_list", folder, processor));
    std::string threads;
    if (!std::getline(file, threads)) threads = fmt::format("{} alone", processor);
    cores.insert(threads);
  }
  return static_cast<int>(cores.size());
}

int cores_here() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return 1;
  std::vector<int> processors;
  for (int n = 0; n < CPU_SETSIZE; ++n) {
    if (CPU_ISSET(n, &set)) processors.push_back(n);
  }
  return std::max(1, count_cores(processors));
}

}  // namespace tarn
