#include "tarn/core/parallel/mpi_environment.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>
#include <utility>

#include <mpi.h>

namespace tarn::detail {

namespace {

using Setting = std::pair<const char*, const char*>;

std::string_view version() {
  static std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  MPI_Get_library_version(text.data(), &length);
  return text.data();
}

/// What every start of MPI needs.
std::vector<Setting> for_every_start() {
  // MPI lets hwloc look at the machine's processors. Where hwloc's plug-ins are installed it asks the libraries of GPUs
  // for their devices too, OpenCL's among them; with two GPUs that took 0.6 s, and MPI makes no use of it.
  std::vector<Setting> settings{{"HWLOC_COMPONENTS", "-cuda,-nvml,-opencl,-gl,-rsmi,-levelzero"}};
  // Where two threads of a rank send at once, as the background writer does beside the steps, release candidates of
  // Open MPI 6.0 lose messages in the boxes that small ones go through between ranks of a machine, and both wait for
  // ever. Without boxes they do not.
  if (version().starts_with("Open MPI v6.0.0rc")) settings.emplace_back("OMPI_MCA_btl_sm_fbox_max", "0");
  // UCX's windows, of version 6 too, complain of each window where there is no network of theirs. Ours hold a counter.
  if (version().starts_with("Open MPI v6.")) settings.emplace_back("OMPI_MCA_osc", "^ucx");
  return settings;
}

/// Whether no launcher started this process: each tells its ranks by one of these.
bool is_alone() {
  constexpr std::array names{
      "OMPI_COMM_WORLD_SIZE", "PMIX_RANK",   "PMIX_NAMESPACE", "PMI_RANK", "PMI_FD", "PMI_ID", "PMI_SIZE",
      "FLUX_KVS_DIR",         "ALPS_APP_PE", "SLURM_STEP_ID"};
  return std::none_of(names.begin(), names.end(), [](const char* name) { return std::getenv(name) != nullptr; });
}

}  // namespace

MpiEnvironment::MpiEnvironment() {
  for (const auto& [name, value] : for_every_start())
    set(name, value);
  // Version 4 looks for networks even if there is nobody to send to, and waits 0.1 s for each of two that are not
  // there.
  if (version().starts_with("Open MPI v4.") && is_alone()) set("OMPI_MCA_pml", "ob1");
}

MpiEnvironment::~MpiEnvironment() {
  for (const std::string& name : set_here_)
    unsetenv(name.c_str());
}

void MpiEnvironment::set(const std::string& name, const std::string& value) {
  if (std::getenv(name.c_str()) != nullptr) return;
  setenv(name.c_str(), value.c_str(), 1);
  set_here_.push_back(name);
}

void prepare_environment_of_launcher() {
  for (const auto& [name, value] : for_every_start())
    setenv(name, value, 0);
}

}  // namespace tarn::detail
