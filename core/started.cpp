#include "tarn/core/started.hpp"

#include <mutex>

#include <mpi.h>

#include "tarn/core/error.hpp"
#include "tarn/core/kokkos_compat.hpp"
#include "tarn/core/parallel/mpi_environment.hpp"
#include "tarn/core/runtime.hpp"

namespace tarn::detail {

namespace {

// MPI and Kokkos are properties of the process, and so is who started them.
std::mutex process_mutex;
std::weak_ptr<Started> of_running_runtimes;

bool mpi_flag(int (*query)(int*)) {
  int flag = 0;
  query(&flag);
  return flag != 0;
}

}  // namespace

Started::~Started() {
  if (owns_kokkos_ && Kokkos::is_initialized()) Kokkos::finalize();
  if (owns_mpi_ && !mpi_flag(MPI_Finalized)) MPI_Finalize();
}

std::shared_ptr<Started> Started::of_process() {
  const std::lock_guard lock(process_mutex);
  auto shared = of_running_runtimes.lock();
  if (!shared) {
    shared = std::make_shared<Started>();
    of_running_runtimes = shared;
  }
  return shared;
}

void Started::start_mpi(int& argc, char**& argv) {
  require(!mpi_flag(MPI_Finalized), "MPI has been finalised: a tarn::Runtime can no longer be made");
  if (mpi_flag(MPI_Initialized)) return;
  int given = MPI_THREAD_SINGLE;
  const MpiEnvironment environment;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_MULTIPLE, &given);
  owns_mpi_ = true;
}

void Started::require_mpi_runs() const {
  require(mpi_flag(MPI_Initialized) && !mpi_flag(MPI_Finalized),
          "MPI is not running: start it before joining it with a communicator");
}

void Started::start_kokkos(int place) {
  if (Kokkos::is_initialized()) return;
  require(!kokkos_compat::was_finalized(),
          "Kokkos has been finalised and cannot be started again: a host that makes runtimes one after the other "
          "initialises Kokkos itself, before the first");
  const int devices = device_count();
  kokkos_compat::initialize(devices > 1 ? place % devices : -1);
  owns_kokkos_ = true;
}

}  // namespace tarn::detail
