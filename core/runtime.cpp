#include "tarn/core/runtime.hpp"

#include <fstream>
#include <string>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/core/kokkos_compat.hpp"

#ifdef KOKKOS_ENABLE_CUDA
#include <cuda_runtime_api.h>
#endif

namespace tarn {

namespace {

bool mpi_flag(int (*query)(int*)) {
  int flag = 0;
  query(&flag);
  return flag != 0;
}

}  // namespace

Runtime::Runtime(int& argc, char**& argv) {
  require(!mpi_flag(MPI_Finalized), "MPI has been finalised: a tarn::Runtime can no longer be made");
  owns_mpi_ = !mpi_flag(MPI_Initialized);
  if (owns_mpi_) MPI_Init_thread(&argc, &argv, MPI_THREAD_MULTIPLE, &thread_support_);
  // The parent is named here alone: a program that owns MPI runs on all of its ranks.
  communicator_ = std::make_unique<Communicator>(MPI_COMM_WORLD);
  start_kokkos();
}

Runtime::Runtime(MPI_Comm parent) {
  require(mpi_flag(MPI_Initialized) && !mpi_flag(MPI_Finalized),
          "MPI is not running: start it before joining it with a communicator");
  communicator_ = std::make_unique<Communicator>(parent);
  start_kokkos();
}

void Runtime::start_kokkos() {
  MPI_Query_thread(&thread_support_);
  const int place = rank_on_node(*communicator_);  // collective: whatever this rank sees of devices
  if (!Kokkos::is_initialized()) {
    require(!kokkos_compat::was_finalized(), "Kokkos has been finalised and cannot be started again");
    const int devices = device_count();
    kokkos_compat::initialize(devices > 1 ? place % devices : -1);
    owns_kokkos_ = true;
  }
  space_ = std::make_unique<Space>();
  memory_ = Memory::of_process();
}

Runtime::~Runtime() {
  memory_.reset();
  space_.reset();
  if (owns_kokkos_) Kokkos::finalize();
  communicator_.reset();
  if (owns_mpi_) MPI_Finalize();
}

std::string mpi_version() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING] = {};
  int length = 0;
  MPI_Get_library_version(text, &length);
  const std::string whole(text);
  return whole.substr(0, whole.find_first_of(",\n"));
}

int rank_on_node(const Communicator& communicator) {
  MPI_Comm node = MPI_COMM_NULL;
  MPI_Comm_split_type(communicator.handle(), MPI_COMM_TYPE_SHARED, communicator.rank(), MPI_INFO_NULL, &node);
  int rank = 0;
  MPI_Comm_rank(node, &rank);
  MPI_Comm_free(&node);
  return rank;
}

#ifdef KOKKOS_ENABLE_CUDA
std::string device_name() {
  int device = 0;
  cudaDeviceProp properties{};
  if (cudaGetDevice(&device) != cudaSuccess) return "no CUDA device";
  if (cudaGetDeviceProperties(&properties, device) != cudaSuccess) return "no CUDA device";
  return properties.name;
}

int device_count() {
  int count = 0;
  return cudaGetDeviceCount(&count) == cudaSuccess ? count : 0;
}
#else
namespace {

std::string processor_name() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    if (line.rfind("model name", 0) != 0) continue;
    const auto colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return "host processor";
}

}  // namespace

std::string device_name() {
  const int threads = Host().concurrency();
  return fmt::format("{}, {} thread{} ({})", processor_name(), threads, threads == 1 ? "" : "s", Space::name());
}

int device_count() {
  return 1;
}
#endif

}  // namespace tarn
