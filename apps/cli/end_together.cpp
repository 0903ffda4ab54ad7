#include "tarn/apps/cli/end_together.hpp"

#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <mpi.h>

#include "tarn/apps/cli/launcher_link.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/cli/print_error.hpp"
#include "tarn/apps/driver/run.hpp"

namespace tarn::cli {

namespace {

using Clock = std::chrono::steady_clock;

/// How long the other ranks may take to fail too, if they fail for the same reason.
constexpr auto rank_patience = std::chrono::seconds(5);

/// Whether every rank comes here in time.
bool everybody_is_here(MPI_Comm ranks) {
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Ibarrier(ranks, &request);
  const auto deadline = Clock::now() + rank_patience;
  for (int here = 0; Clock::now() < deadline;) {
    MPI_Test(&request, &here, MPI_STATUS_IGNORE);
    if (here) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

}  // namespace

int end_together(const Runtime& runtime, const std::function<int()>& action) {
  const Communicator apart(runtime.communicator().handle());  // its messages match none of the others'
  apart.barrier();
  meet_starter(apart.is_root());
  try {
    return action();
  } catch (const std::exception& error) {
    if (everybody_is_here(apart.handle())) {
      // A launcher ends all ranks as soon as one of them ends with an error.
      if (apart.is_root()) print_error(error);
      MPI_Barrier(apart.handle());
      return apps::exit_code_of(error);
    }
    if (apart.is_root()) answer_with(error);
    tell("tarn: rank {} alone: {}\n", apart.rank(), apps::message_of(error));
    MPI_Abort(MPI_COMM_WORLD, apps::exit_code_of(error));
    throw;
  }
}

}  // namespace tarn::cli
