// A host that never called Kokkos, with two runtimes at once on communicators of their own, one of which outlives the
// other. An error of MPI is thrown rather than the end of the host.
#include <cstdio>
#include <memory>
#include <string>

#include "tarn/core/parallel/mpi_status.hpp"
#include "tarn/core/runtime.hpp"
#include "tarn/ops/ops.hpp"

namespace {

double sum_of(const tarn::Runtime& runtime, double value) {
  const auto a = runtime.array<double>("a", 10);
  tarn::ops::assign(runtime.space(), a, value);
  return tarn::ops::sum(runtime.communicator(), runtime.space(), a, tarn::ops::reproducible);
}

std::string failure_of_mpi(const tarn::Runtime& runtime) {
  try {
    int number = 0;
    tarn::require_mpi(MPI_Bcast(&number, 1, MPI_INT, 1000, runtime.communicator().handle()), "MPI_Bcast");
  } catch (const tarn::Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int rank = 0, ranks = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  MPI_Comm half;
  MPI_Comm_split(MPI_COMM_WORLD, rank % 2, 0, &half);
  std::string told;
  double all = 0, own = 0, later = 0;
  std::string failure;
  {
    const auto hear = [&](const std::string& line) { told += line; };
    auto whole = std::make_unique<tarn::Runtime>(MPI_COMM_WORLD, tarn::RuntimeOptions{.space = {}, .log = hear});
    const tarn::Runtime part(half, {.space = {}, .log = hear});
    all = sum_of(*whole, 1);
    own = sum_of(part, 1);
    whole.reset();
    later = sum_of(part, 2);  // Kokkos still runs
    failure = failure_of_mpi(part);
  }
  const bool ended = !Kokkos::is_initialized();
  if (rank == 0) {
    std::printf("all %g own %g later %g kokkos_ended %d told '%s'\n%s\n", all, own, later, ended ? 1 : 0, told.c_str(),
                failure.c_str());
  }
  MPI_Comm_free(&half);
  MPI_Finalize();
}
