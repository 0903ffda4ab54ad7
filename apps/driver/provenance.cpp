#include "tarn/apps/driver/provenance.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/core/kokkos_compat.hpp"
#include "tarn/core/parallel/mpi_status.hpp"
#include "tarn/core/version.hpp"

#ifdef KOKKOS_ENABLE_CUDA
#include <cuda_runtime_api.h>
#endif

namespace tarn::apps {

namespace {

/// The versions of the driver and of the runtime in use; empty without a driver.
std::string driver_version() {
#ifdef KOKKOS_ENABLE_CUDA
  int driver = 0, runtime = 0;
  cudaDriverGetVersion(&driver);
  cudaRuntimeGetVersion(&runtime);
  return fmt::format("CUDA driver {}.{}, runtime {}.{}", driver / 1000, driver % 1000 / 10, runtime / 1000,
                     runtime % 1000 / 10);
#else
  return {};
#endif
}

/// The different texts of all ranks, in the order of the ranks.
std::string joined(const Communicator& ranks, std::string text) {
  constexpr std::size_t length = 256;
  text.resize(length - 1);
  text.push_back('\0');
  std::string all(length * static_cast<std::size_t>(ranks.size()), '\0');
  require_mpi(MPI_Allgather(text.data(), length, MPI_CHAR, all.data(), length, MPI_CHAR, ranks.handle()),
              "MPI_Allgather");
  std::vector<std::string> different;
  for (std::size_t at = 0; at < all.size(); at += length) {
    const std::string one = all.c_str() + at;
    if (std::find(different.begin(), different.end(), one) == different.end()) different.push_back(one);
  }
  return fmt::format("{}", fmt::join(different, "; "));
}

}  // namespace

std::string host_name() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

io::Provenance provenance_of(const Runtime& runtime) {
  const auto& ranks = runtime.communicator();
  return {.git_commit = git_commit(),
          .git_state = git_state(),
          .host = ranks.broadcast(host_name()),
          .devices = joined(ranks, device_name()),
          .driver = ranks.broadcast(driver_version()),
          .kokkos = kokkos_compat::version(),
          .mpi = mpi_version()};
}

}  // namespace tarn::apps
