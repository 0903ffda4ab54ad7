#include "tarn/core/parallel/node_ranks.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "tarn/core/parallel/mpi_status.hpp"
#include "tarn/core/space.hpp"

#ifdef KOKKOS_ENABLE_CUDA
#include <cuda.h>
#include <cuda_runtime_api.h>
#endif

namespace tarn {

namespace {

#ifdef KOKKOS_ENABLE_CUDA
/// The UUID of this process's GPU, or of the part of one that it has (MIG); nothing if the driver does not tell.
std::string memory_name() {
  int ordinal = 0;
  CUdevice device = 0;
  CUuuid id{};
  if (cudaGetDevice(&ordinal) != cudaSuccess || cuDeviceGet(&device, ordinal) != CUDA_SUCCESS ||
      cuDeviceGetUuid_v2(&id, device) != CUDA_SUCCESS)
    return {};
  std::string name;
  for (const char byte : id.bytes)
    name += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return name;
}
#elif defined(TARN_GPU)
/// Kokkos tells no device from another: each process has its own.
std::string memory_name() {
  return std::to_string(getpid());
}
#else
std::string memory_name() {
  return "host";
}
#endif

}  // namespace

int ranks_of_name(const Communicator& ranks, const std::string& name) {
  MPI_Comm node = MPI_COMM_NULL;
  require_mpi(MPI_Comm_split_type(ranks.handle(), MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node),
              "MPI_Comm_split_type");
  using Name = std::array<char, 64>;
  Name own{};
  name.copy(own.data(), own.size() - 1);
  int count = 1;
  MPI_Comm_size(node, &count);
  std::vector<Name> names(static_cast<std::size_t>(count));
  const auto size = static_cast<int>(own.size());
  const int status = MPI_Allgather(own.data(), size, MPI_CHAR, names.data(), size, MPI_CHAR, node);
  MPI_Comm_free(&node);
  require_mpi(status, "MPI_Allgather");
  return static_cast<int>(std::count(names.begin(), names.end(), own));
}

int ranks_of_memory(const Communicator& ranks) {
  return ranks_of_name(ranks, memory_name());
}

}  // namespace tarn
