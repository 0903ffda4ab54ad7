#include "tarn/core/runtime.hpp"

#include <fstream>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "tarn/core/parallel/mpi_status.hpp"
#include "tarn/core/started.hpp"

#ifdef KOKKOS_ENABLE_CUDA
#include <cuda_runtime_api.h>
#endif

namespace tarn {

Runtime::Runtime(int& argc, char**& argv, RuntimeOptions options) {
  started_ = detail::Started::of_process();
  started_->start_mpi(argc, argv);
  // The parent is named here alone: a program that owns MPI runs on all of its ranks.
  start(MPI_COMM_WORLD, std::move(options));
}

Runtime::Runtime(MPI_Comm parent, RuntimeOptions options) {
  started_ = detail::Started::of_process();
  started_->require_mpi_runs();
  start(parent, std::move(options));
}

void Runtime::start(MPI_Comm parent, RuntimeOptions options) {
  communicator_ = std::make_unique<Communicator>(parent);
  MPI_Query_thread(&thread_support_);
  started_->start_kokkos(rank_on_node(*communicator_));  // collective: whatever this rank sees of devices
  space_ = std::make_unique<Space>(options.space.value_or(Space()));
  memory_ = Memory::of_process();
  log_ = std::move(options.log);
}

Runtime::~Runtime() {
  if (log_) memory_->set_log(log_);
  memory_.reset();
  space_.reset();
  communicator_.reset();
  started_.reset();
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
  require_mpi(
      MPI_Comm_split_type(communicator.handle(), MPI_COMM_TYPE_SHARED, communicator.rank(), MPI_INFO_NULL, &node),
      "MPI_Comm_split_type");
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
#elif defined(TARN_GPU)
std::string device_name() {
  return fmt::format("a GPU ({})", Space::name());
}

int device_count() {
  return Kokkos::num_devices();
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
