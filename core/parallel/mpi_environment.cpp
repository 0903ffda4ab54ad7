#include "tarn/core/parallel/mpi_environment.hpp"

#include <cstdlib>
#include <string_view>

#include <mpi.h>

namespace tarn::detail {

namespace {

/// Where two threads of a rank send at once, as the background writer does beside the steps, release candidates of Open
/// MPI 6.0 lose messages in the boxes that small ones go through between ranks of a machine, and both wait for ever.
/// Without boxes they do not.
void avoid_what_loses_messages() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING] = {};
  int length = 0;
  MPI_Get_library_version(text, &length);
  if (std::string_view(text).starts_with("Open MPI v6.0.0rc")) setenv("OMPI_MCA_btl_sm_fbox_max", "0", 0);
}

/// MPI lets hwloc look at the machine's processors. Where hwloc's plug-ins are installed it asks the libraries of GPUs for
/// their devices too, OpenCL's among them; with two GPUs that took 0.7 s at each start, and MPI does nothing with it.
void leave_gpus_out_of_the_topology() {
  setenv("HWLOC_COMPONENTS", "-cuda,-nvml,-opencl,-gl,-rsmi,-levelzero", 0);
}

}  // namespace

void prepare_mpi_environment() {
  avoid_what_loses_messages();
  leave_gpus_out_of_the_topology();
}

}  // namespace tarn::detail
