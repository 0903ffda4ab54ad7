// A host that owns MPI and Kokkos and makes a runtime, uses it and ends it, ten thousand times. It prints by how much
// the memory grew, what of MPI was made and not freed, and what of the process is not as it was.
#include <malloc.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "tarn/core/runtime.hpp"
#include "tarn/ops/ops.hpp"

#include "mpi_objects.hpp"
#include "process_state.h"

namespace {

/// Resident memory of this process [KiB].
long resident() {
  malloc_trim(0);
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmRSS:", 0) == 0) return std::atol(line.c_str() + 6);
  }
  return 0;
}

double use(MPI_Comm comm) {
  using namespace tarn::ops;
  const tarn::Runtime runtime(comm);
  const auto a = runtime.array<double>("a", 1000);
  assign(a, 2.0 + iota(1000));
  return sum(runtime.communicator(), runtime.space(), a, reproducible);
}

/// What a runtime says at its end of an array that lives on.
std::string told_of_a_left_array(MPI_Comm comm) {
  std::string told;
  tarn::Field<double, 1> left;
  {
    const tarn::Runtime runtime(comm, {.space = {}, .log = [&](const std::string& line) { told += line; }});
    left = runtime.array<double>("left", 100);
  }
  return told;
}

}  // namespace

int main(int argc, char** argv) {
  int given = 0;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_SINGLE, &given);
  Kokkos::initialize(argc, argv);
  MPI_Comm comm;
  MPI_Comm_dup(MPI_COMM_WORLD, &comm);
  MPI_Comm_set_errhandler(comm, MPI_ERRORS_RETURN);
  const int cycles = std::atoi(argv[1]);
  double sum = 0;
  for (int n = 0; n < 200; ++n)
    sum += use(comm);  // what is made once is made
  process_state before, after;
  quiet all_quiet;
  read_state(comm, &before);
  const auto objects = mpi_objects();
  const long at_first = resident();
  begin_quiet(&all_quiet);
  for (int n = 0; n < cycles; ++n)
    sum += use(comm);
  const long printed = end_quiet(&all_quiet);
  const long grown = resident() - at_first;
  read_state(comm, &after);
  int runs = 0;
  MPI_Initialized(&runs);
  std::printf("cycles %d grown_kib %ld printed %ld changed '%s' mpi %d kokkos %d mean %g\n", cycles, grown, printed,
              difference(&before, &after), runs, Kokkos::is_initialized() ? 1 : 0, sum / (cycles + 200));
  std::printf("mpi_objects made %ld left '%s'\n", mpi_objects().at("made") - objects.at("made"),
              more_mpi_objects(objects).c_str());
  std::printf("told '%s'\n", told_of_a_left_array(comm).c_str());
  MPI_Comm_free(&comm);
  Kokkos::finalize();
  MPI_Finalize();
}
